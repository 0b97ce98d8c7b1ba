"""quarantine summary, list, show: what is held. What a publisher wrote is shown, never obeyed."""

import sys
from typing import Literal

from rich.markup import escape
from rich.table import Table

from oseredok_cli.access import grants
from oseredok_cli.commands import here
from oseredok_cli.commands.quarantine.holder import at_holder
from oseredok_cli.commands.told import tell, wide_console
from oseredok_cli.commands.which import Flag, Json, Positive, Which
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import Operator

console = wide_console()
SHOWN = 50
FACTS = (
    "publisher",
    "code",
    "pointer",
    "detail",
    "event_source",
    "event_id",
    "event_type",
    "state",
    "became",
    "way",
    "topic",
    "partition",
    "record_offset",
    "quarantined_at",
    "attempts",
    "service_version",
)


def summary(*, as_json: Json = False) -> None:
    """Count what is held by service, publisher, code and type."""
    operator = Operator(here.platform())
    found = [
        {"service": service, **item}
        for service in grants.services()
        for item in operator.get(service, "/v1/quarantine:summary")["items"]
        if item["state"] == "held"
    ]
    if as_json:
        tell(found)
        return
    table = Table("service", "publisher", "code", "type", "events", "oldest", box=None, pad_edge=False)
    for row in found:
        table.add_row(
            row["service"],
            row["publisher"],
            row["code"],
            escape(row["event_type"] or ""),
            str(row["events"]),
            row["oldest"][:19],
        )
    console.print(table if found else "Nothing is in quarantine.")


def listed(
    which: Which | None = None,
    *,
    state: Literal["held", "redriven", "discarded"] = "held",
    limit: Positive = SHOWN,
    as_json: Json = False,
) -> None:
    """List entries, without what is in them.

    Parameters
    ----------
    state
        Held ones, or those that have left.
    limit
        How many of each service.
    """
    which, operator = which or Which(), Operator(here.platform())
    found = [
        {"service": service, **item}
        for service in which.services
        for item in operator.pages(service, "/v1/quarantine", limit, state=state, **which.where())
    ]
    if as_json:
        tell(found)
        return
    table = Table("service", "entry", "quarantined", "publisher", "code", "event", box=None, pad_edge=False)
    table.add_column("why", no_wrap=True)
    for row in found:
        named = [row["service"], row["id"], row["quarantined_at"][:19], row["publisher"], row["code"]]
        why = f"{row['pointer']} {row['detail']}".strip()
        table.add_row(*map(escape, [*named, row["event_id"] or "", why]))
    console.print(table if found else "Nothing found.")


def show(entry: str, /, *, raw: Flag = False, as_json: Json = False) -> None:
    """Show an entry with its original bytes. The reading is written into the audit.

    Parameters
    ----------
    raw
        Only the bytes of the value, as they came.
    """
    if raw and as_json:
        raise LocalError("--raw are the bytes as they came, which are no JSON document: one of --raw and --json")
    operator = Operator(here.platform())
    if raw:
        sys.stdout.buffer.write(at_holder(operator, "GET", entry, "/value").content)
        return
    found = at_holder(operator, "GET", entry).json()
    if as_json:
        tell(found)
        return
    for name in FACTS:
        if found[name] not in (None, ""):
            console.print(f"{name:<16}{found[name]}", markup=False)
    for title, text in (("as it came", found["pretty"]), ("as it was mended", found["mended"])):
        if text is not None:
            console.print(f"\n{title}:\n{text}", markup=False)
    if found["pretty"] is None and found["value"] is not None:
        console.print(f"\nNot JSON; the bytes: oseredok quarantine show {entry} --raw", markup=False)
