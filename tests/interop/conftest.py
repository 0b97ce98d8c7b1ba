"""The guide, read from top to bottom against a real platform, and then once more."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interop import guide, stranger
from interop.stranger import Done
from support.copies import PUBLISHER, TOKEN, Copy, until
from support.country import UNITS
from support.directory import units
from support.servers import KafkaServer, PostgresServer
from support.world import INTAKE, SOURCE, World, new_world

RECEIPTS = "oseredok.{service}.receipts." + PUBLISHER + ".v1"
REST_SECONDS = 30.0
UNREAD = "an event whose id can't be read"
HROMADA = "UA53020190000090557"
"""Where the guide's own library is; the registry is told of this hromada and what is above it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of the guide left behind."""

    exported: Mapping[str, str]
    """What the snippets were told."""
    done: Mapping[str, Done]
    """By snippet."""
    ledger: Mapping[str, dict[str, int]]
    """By service."""
    journal: Mapping[str, dict[str, Any]]
    """Accepted events by id."""
    verdicts: Mapping[str, list[str]]
    """Event id to the verdicts of its receipts, in order."""
    records: Mapping[str, Any]
    """Records of the intake topic of events, by event id."""


class Platform:
    """Registry and events, with a publisher who has been handed what the guide says."""

    def __init__(self, world: World) -> None:
        self.world = world
        for service in ("events", "registry"):
            world.migrate(service)
        self.events, self.registry = (world.start(service).wait_ready() for service in ("events", "registry"))
        above = [units()[code] for code in units()[HROMADA]["path"]]
        rows = [f"{u['code']},{u['category']},{u['name']},{u['parent'] or ''},,," for u in above]
        loaded = self.registry.load("territory", "\n".join([UNITS, *rows]))
        assert loaded.status_code == 200, loaded.text

    @property
    def exported(self) -> dict[str, str]:
        """What `oseredok access add` hands to the publisher."""
        return {
            "OSEREDOK_KAFKA": self.world.kafka.bootstrap,
            "OSEREDOK_SECURITY": "SASL_PLAINTEXT",
            "OSEREDOK_USER": PUBLISHER,
            "OSEREDOK_PASSWORD": self.world.kafka.password(PUBLISHER),
            "OSEREDOK_TOKEN": f"{TOKEN}-{PUBLISHER}",
            "OSEREDOK_URL": f"http://127.0.0.1:{self.events.http_port}",
            "OSEREDOK_SOURCE": SOURCE,
        }

    def read(self, folder: Path) -> Reading:
        """Runs every snippet in the guide's order; returns when all of it has come to rest, or won't."""
        done = {}
        for snippet in guide.snippets(guide.text()).values():
            if snippet.name != guide.EXPORTS:
                (folder / snippet.name).mkdir(parents=True)
                done[snippet.name] = stranger.run(snippet, folder / snippet.name, self.exported)
        for service in (self.events, self.registry):
            _come_to_rest(service)
        journal = {item["event"]["id"]: item["event"] for item in self.events.get("/v1/journal")["items"]}
        ledger = {copy.name: copy.ledger()[PUBLISHER] for copy in (self.events, self.registry)}
        return Reading(self.exported, done, ledger, journal, self._verdicts(), self._records())

    def _verdicts(self) -> dict[str, list[str]]:
        verdicts: dict[str, list[str]] = defaultdict(list)
        for service in ("events", "registry"):
            for message in self.world.read(RECEIPTS.format(service=service)):
                for receipt in json.loads(message.value())["data"]["receipts"]:
                    verdicts[receipt.get("event_id", UNREAD)].append(receipt["verdict"])
        return verdicts

    def _records(self) -> dict[str, Any]:
        return {_event_id(record): record for record in self.world.read(INTAKE)}


def _event_id(record: Any) -> str:
    if binary := dict(record.headers() or ()).get("ce_id"):
        return str(binary.decode())
    with suppress(ValueError, KeyError, TypeError):
        return str(json.loads(record.value())["id"])
    return UNREAD


def _come_to_rest(service: Copy) -> None:
    """Until nothing waits or is still to be published; if something is for good, the tests say what is missing."""

    def at_rest() -> bool:
        nothing_waits = all(row["waiting"] == 0 for row in service.ledger().values())
        return nothing_waits and "oseredok_outbox_rows 0.0" in service.admin("/metrics").text

    with suppress(AssertionError):
        until(at_rest, REST_SECONDS, f"{service.name} to come to rest")


@pytest.fixture(scope="session")
def readings(
    postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Reading, Reading]]:
    """The guide read once, and once more in the same place."""
    folder = tmp_path_factory.mktemp("interop")
    (folder / "world").mkdir()
    with new_world(postgres, kafka, folder / "world") as world:
        platform = Platform(world)
        yield platform.read(folder / "first"), platform.read(folder / "second")


@pytest.fixture(scope="session")
def first(readings: tuple[Reading, Reading]) -> Reading:
    """After the first reading."""
    return readings[0]


@pytest.fixture(scope="session")
def second(readings: tuple[Reading, Reading]) -> Reading:
    """After the second."""
    return readings[1]
