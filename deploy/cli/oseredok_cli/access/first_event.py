"""What a new publisher is handed: its credentials as exports of a shell, and a command that sends a first event."""

import json
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import oseredok_contracts
from oseredok_cli.access.letting_in import Credentials
from oseredok_cli.access.publishers import Publisher
from oseredok_cli.platform import Platform

EXAMPLES = Path(oseredok_contracts.__file__).parent / "examples"
SECURITY = "SASL_PLAINTEXT"
FIRST = {
    "org.oseredok.intake.learning.reported.v1": "events",
    "org.oseredok.intake.publication.released.v1": "events",
    "org.oseredok.intake.activity.held.v1": "events",
    "org.oseredok.intake.library.declared.v1": "registry",
}
"""Types to begin with, those that refer to nothing first, and the service that takes each."""


def handed(platform: Platform, publisher: Publisher, made: Credentials) -> Iterator[str]:
    """Lines to copy into a shell. Of what stays as it was nothing is told: it isn't known here."""
    event_type = next((t for t in FIRST if {"*", t} & set(publisher.entry.get("types", ["*"]))), None)
    told = {
        "OSEREDOK_KAFKA": platform.kafka_outside,
        "OSEREDOK_SECURITY": SECURITY,
        "OSEREDOK_USER": publisher.slug,
        "OSEREDOK_PASSWORD": made.password,
        "OSEREDOK_TOKEN": made.token,
        "OSEREDOK_URL": _url(platform, FIRST.get(event_type or "", "events")),
        "OSEREDOK_SOURCE": publisher.entry["sources"][0],
    }
    yield from (f"export {name}={shlex.quote(value)}" for name, value in told.items() if value is not None)
    if event_type is not None and made.token is not None:
        yield ""
        yield 'curl -sS "$OSEREDOK_URL/v1/intake:validate" -H "authorization: Bearer $OSEREDOK_TOKEN" \\'
        yield "  -H 'content-type: application/cloudevents+json' \\"
        yield f"  -d {shlex.quote(_event(publisher, event_type))}"


def _url(platform: Platform, service: str) -> str:
    return f"{platform.front}/api/{service}" if platform.front else platform.api_url(service)


def _event(publisher: Publisher, event_type: str) -> str:
    """The contract's first example of this type, as this publisher's."""
    example = json.loads(min((EXAMPLES / event_type).glob("*.json")).read_text(encoding="utf-8"))
    now = datetime.now(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
    example |= {"id": "first-1", "source": publisher.entry["sources"][0], "time": now}
    return json.dumps(example, ensure_ascii=False)
