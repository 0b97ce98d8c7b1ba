"""access list: who may publish and who may operate, and what."""

from collections.abc import Iterator
from typing import Any

from rich.markup import escape
from rich.table import Table

from oseredok_cli.access import publishers
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, tell, wide_console
from oseredok_cli.local.programme import OPERATOR
from oseredok_cli.platform import Platform

console = wide_console()


def listed(*, as_json: AsJson = False) -> None:
    """List publishers: what each may speak about, and whether it may. Then operators, and what each may do.

    Parameters
    ----------
    as_json
        Print JSON: publishers and operators.
    """
    platform = here.platform()
    told = {"publishers": list(_publishers(platform)), "operators": list(_operators(platform))}
    if as_json:
        tell(told)
        return
    table = Table("publisher", "state", "sources", "types", "territory", "bytes/s", box=None, pad_edge=False)
    for row in told["publishers"]:
        facts = [" ".join(row[name]) for name in ("sources", "types", "territory")]
        state = "suspended" if row["suspended"] else "let in"
        table.add_row(row["name"], state, *map(escape, facts), str(row["bytes_per_second"]))
    console.print(table, "")
    table = Table("operator", "scopes", box=None, pad_edge=False)
    for row in told["operators"]:
        table.add_row(row["name"], " ".join(row["scopes"]))
    console.print(table)


def _publishers(platform: Platform) -> Iterator[dict[str, Any]]:
    for publisher in platform.publishers:
        facts = {name: publisher.entry.get(name, ["*"]) for name in ("sources", "types", "territory")}
        state = {"name": publisher.slug, "suspended": publisher.suspended}
        yield {**state, **facts, "bytes_per_second": publisher.bytes_per_second}


def _operators(platform: Platform) -> Iterator[dict[str, Any]]:
    yield {"name": OPERATOR, "scopes": ["admin"]}
    for name, entry in publishers.operators(platform.own_publishers).items():
        yield {"name": name, "scopes": entry["scopes"]}
