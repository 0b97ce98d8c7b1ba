"""What a new publisher is handed: its credentials as exports of a shell, and a command that tries a first event."""

import shlex
from collections.abc import Iterator

from oseredok_cli.access import example
from oseredok_cli.access.checks import TYPES
from oseredok_cli.access.letting_in import Credentials
from oseredok_cli.access.publishers import Publisher
from oseredok_cli.platform import Platform


def handed(platform: Platform, publisher: Publisher, made: Credentials) -> Iterator[str]:
    """Lines to copy into a shell. Of what stays as it was nothing is told: it isn't known here."""
    first = example.fitting(publisher, platform.programme)
    told = {
        "OSEREDOK_KAFKA": platform.kafka_outside,
        "OSEREDOK_SECURITY": platform.kafka_outside_security,
        "OSEREDOK_USER": publisher.slug,
        "OSEREDOK_PASSWORD": made.password,
        "OSEREDOK_TOKEN": made.token,
        "OSEREDOK_URL": _url(platform, TYPES[first.type] if first else "events"),
        "OSEREDOK_SOURCE": publisher.entry["sources"][0],
    }
    yield from (f"export {name}={shlex.quote(value)}" for name, value in told.items() if value is not None)
    if first is not None and made.token is not None:
        yield ""
        yield "# Asks what would become of this event; nothing is stored. To send one for real: your own facts, id and"
        yield "# subject in it, and the address without :validate."
        yield 'curl -sS "$OSEREDOK_URL/v1/intake:validate" -H "authorization: Bearer $OSEREDOK_TOKEN" \\'
        yield "  -H 'content-type: application/cloudevents+json' \\"
        yield f"  -d {shlex.quote(first.text)}"


def _url(platform: Platform, service: str) -> str:
    return f"{platform.front}/api/{service}" if platform.front else platform.api_url(service)
