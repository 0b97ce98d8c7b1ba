"""Runs schemathesis, in a process of its own, on what one port serves of a committed document.

The public document speaks of the front door: a service serves the same paths without `/api/<service>`. The operators'
document holds all four ports: what has a tag of one service is on that service's port only.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomli_w

from oseredok_contracts import documents
from support.copies import PUBLISHER, TOKEN

HERE = Path(__file__).parent
TOKENS = {"publisher": f"{TOKEN}-{PUBLISHER}", "operator": f"{TOKEN}-admin"}
ONLY_ON = {"registry": "registry", "recipients": "notifications", "deliveries": "notifications"}
"""Tags of the operators' document to the service that has them."""

SECONDS_MAX = 1200.0
SEED = 20190614
SEED_VARIABLE = "DOCUMENTS_SEED"
SURROGATES = r"\\ud800-\\udfff"
"""Part of some patterns. The tool's own expressions can't have them, and would leave out the whole pattern; what it
sends has none in any case, since they aren't UTF-8.
"""

CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
"""Not positive_data_acceptance: what fits a schema may be refused all the same, as another's source is, or an event
that its activity's state doesn't allow. That everything was answered well at least once, the tests ask.
"""

PHASES = ("examples", "coverage", "fuzzing", "stateful")
TOO_WIDE = ("/v1/intake", "/v1/intake:validate")
"""Of these paths no systematic coverage: nine types, three modes and ten headers come to thousands of requests. What
each field takes is tried by the tests of the contract; here it is asked at random.
"""

Node = dict[str, Any]
Known = Mapping[str, Mapping[str, Sequence[str | int]]]
"""Paths to their parameters, and those to values that there are: mostly one of them is asked for."""


@dataclass(frozen=True, slots=True)
class Interview:
    """One port, what a document says of it, and how much is asked."""

    name: str
    document: Node
    port: int
    known: Known
    examples: int
    phases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """How an interview went: what the tool told, and counts of answers by operation."""

    told: str
    code: int
    figures: Node

    @property
    def asked(self) -> set[str]:
        """Operations."""
        return set(self.figures["valid_rates"])

    @property
    def answered_well(self) -> set[str]:
        """Operations that did not refuse all that they were asked."""
        rates = self.figures["valid_rates"].items()
        return {operation for operation, phases in rates if any(counts["accepted"] for counts in phases.values())}


def of_public(service: str) -> Node:
    """What the public document says of one service, by the service's own paths."""
    whole, front = _read(documents.OPENAPI), f"/api/{service}"
    paths = {path.removeprefix(front): item for path, item in whole["paths"].items() if path.startswith(f"{front}/")}
    return whole | {"paths": paths}


def of_operators(service: str, *, own: bool = False) -> Node:
    """What the operators' document says of one service's port; only what no other port has, if `own`."""
    whole = _read(documents.OPERATORS)
    return whole | {"paths": {path: item for path, item in whole["paths"].items() if _is_on(service, item, own)}}


def _is_on(service: str, item: Node, own: bool) -> bool:
    tags = {tag for operation in item.values() for tag in operation.get("tags", [])}
    owners = {ONLY_ON[tag] for tag in tags if tag in ONLY_ON}
    return owners == {service} or (not owners and not own)


def _read(name: str) -> Node:
    found: Node = json.loads((documents.FOLDER / name).read_text("utf-8").replace(SURROGATES, ""))
    return found


def seed() -> int:
    """The same in every run, unless the environment has another."""
    return int(os.environ.get(SEED_VARIABLE, SEED))


def ask(interview: Interview, folder: Path) -> Report:
    """Asks all of it; the folder keeps what was said."""
    folder.mkdir(parents=True)
    (folder / "document.json").write_text(json.dumps(interview.document), encoding="utf-8")
    (folder / "schemathesis.toml").write_text(tomli_w.dumps(_settings(interview)), encoding="utf-8")
    log = folder / "told.txt"
    with log.open("wb") as output:
        code = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", "document.json"],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(HERE), "PYTHONHASHSEED": "0"},
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=SECONDS_MAX,
        ).returncode
    told = log.read_text(encoding="utf-8")
    report = folder / "report.json"
    assert report.exists(), told
    return Report(told, code, json.loads(report.read_bytes()))


def _settings(interview: Interview) -> Mapping[str, Any]:
    schemes = interview.document["components"]["securitySchemes"]
    paths = interview.document["paths"]
    known = {path: parameters for path, parameters in interview.known.items() if path in paths}
    return {
        "base-url": f"http://127.0.0.1:{interview.port}",
        "seed": seed(),
        "workers": 1,
        "color": False,
        "continue-on-failure": True,
        "hooks": "exceptions",
        "auth": {"openapi": {who: {"bearer": TOKENS[who]} for who in schemes}},
        "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKS},
        "phases": {name: {"enabled": name in interview.phases} for name in PHASES},
        "operations": [
            *({"include-path": path, "phases": {"coverage": {"enabled": False}}} for path in TOO_WIDE if path in paths),
            *({"include-path": path, "parameters": _drawn(path, told)} for path, told in known.items()),
        ],
        "generation": {"max-examples": interview.examples, "database": "none", "no-shrink": True},
        "dictionaries": {
            f"{path} {name}": {"values": list(values)} for path, told in known.items() for name, values in told.items()
        },
        "reports": {"json": {"enabled": True, "path": "report.json"}},
    }


def _drawn(path: str, told: Mapping[str, Any]) -> Node:
    return {name: {"dictionary": f"{path} {name}", "probability": 0.8} for name in told}
