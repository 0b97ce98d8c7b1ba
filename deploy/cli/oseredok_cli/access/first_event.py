"""What a new publisher is handed: its credentials as exports of a shell, and a command that tries a first event."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from oseredok_cli.access import example
from oseredok_cli.access.checks import TYPES
from oseredok_cli.access.letting_in import Credentials
from oseredok_cli.access.publishers import Publisher
from oseredok_cli.platform import Platform


@dataclass(frozen=True, slots=True)
class Handed:
    """Addresses and credentials, each an export of its name. None stays as it was: it isn't known here."""

    kafka: str
    security: str
    user: str
    password: str | None
    token: str | None
    url: str
    source: str
    first_event: str | None
    """In structured form; None where nothing can be told, or there is no new token to try it with."""

    def facts(self) -> dict[str, Any]:
        """For a program, the event as it would be sent."""
        return {**asdict(self), "first_event": self.first_event and json.loads(self.first_event)}

    def lines(self) -> Iterator[str]:
        """To copy into a shell."""
        told = {name: value for name, value in asdict(self).items() if name != "first_event"}
        yield from (
            f"export OSEREDOK_{name.upper()}={shlex.quote(value)}" for name, value in told.items() if value is not None
        )
        if self.first_event is None:
            return
        yield ""
        yield "# Asks what would become of this event; nothing is stored. To send one for real: your own facts, id and"
        yield "# subject in it, and the address without :validate."
        yield 'curl -sS "$OSEREDOK_URL/v1/intake:validate" -H "authorization: Bearer $OSEREDOK_TOKEN" \\'
        yield "  -H 'content-type: application/cloudevents+json' \\"
        yield f"  -d {shlex.quote(self.first_event)}"


def handed(platform: Platform, publisher: Publisher, made: Credentials) -> Handed:
    """What this publisher needs to come in with what was made for it."""
    first = example.fitting(publisher, platform.programme)
    return Handed(
        kafka=platform.kafka_outside,
        security=platform.kafka_outside_security,
        user=publisher.slug,
        password=made.password,
        token=made.token,
        url=_url(platform, TYPES[first.type] if first else "events"),
        source=publisher.entry["sources"][0],
        first_event=first.text if first and made.token is not None else None,
    )


def _url(platform: Platform, service: str) -> str:
    return f"{platform.front}/api/{service}" if platform.front else platform.api_url(service)
