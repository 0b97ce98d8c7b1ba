"""deliveries: messages to people. Look at them, and end what nobody knows the end of."""

import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from cyclopts import App, Parameter
from rich.markup import escape
from rich.table import Table

from oseredok_cli import exits, resolving
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, tell, wide_console
from oseredok_cli.commands.which import All, Flag, Json, Positive
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import VARIABLE, Operator
from oseredok_cli.resolving import Order

console = wide_console()
SHOWN = 50

Status = Literal["pending", "sending", "sent", "failed", "unknown", "suppressed"]
Notice = Literal["announcement", "invitation", "change", "cancellation", "reminder"]
As = Annotated[Literal["sent", "again"], Parameter(name="--as")]


def register(app: App) -> None:
    """Adds the group."""
    group = App(
        name="deliveries",
        help="Messages to people: look at them, and end what nobody knows the end of. "
        f"{VARIABLE} names the file of your token; without it the audit says admin.",
    )
    group.command(listed, name="list")
    group.command(resolve)
    app.command(group)


def listed(
    *, status: Status = "unknown", notice: Notice | None = None, limit: Positive = SHOWN, as_json: Json = False
) -> None:
    """List messages with what a mail server's log has of them: the Message-ID, and when they were tried.

    Addresses are told to operators with the scope recipients, too.

    Parameters
    ----------
    status
        How they stand.
    notice
        Only of this kind.
    limit
        How many.
    """
    found = resolving.found(Operator(here.platform()), limit, status=status, notice=notice)
    if as_json:
        tell(found)
        return
    table = Table("delivery", "tried", "attempts", "notice", "status", box=None, pad_edge=False)
    table.add_column("Message-ID", no_wrap=True)
    table.add_column("to", no_wrap=True)
    for row in found:
        why = f"{row['status']} ({row['reason']})" if row["reason"] else row["status"]
        tried = (row["tried_at"] or row["closed_at"] or "")[:19]
        named = [row["delivery"], tried, str(row["attempts"]), row["notice"], why, row["message_id"]]
        table.add_row(*map(escape, [*named, row.get("address", "")]))
    console.print(table if found else f"No delivery is {status}.")


def resolve(
    *deliveries: str,
    resolution: As,
    why: str,
    every: All = False,
    dry_run: Flag = False,
    as_json: AsJson = False,
) -> None:
    """End what is unknown, by what the mail server's log says of the Message-ID.

    Parameters
    ----------
    deliveries
        Ids, as the list names them.
    resolution
        sent: the server took it. again: it never had it, and it is sent once more, under the same Message-ID.
    why
        Kept in the audit beside each.
    every
        All that are unknown.
    dry_run
        Only tell what would happen.
    as_json
        Print JSON: what became of each.
    """
    if bool(deliveries) == every:
        raise LocalError("which deliveries? Name ids, or all that are unknown: oseredok deliveries resolve --all")
    operator, order = Operator(here.platform()), Order(resolution, why, dry_run)
    results = resolving.resolve_all(operator, order) if every else resolving.resolve(operator, order, deliveries)
    if as_json:
        tell(results)
    else:
        _say(results, order)
    if any(result["outcome"] == "left" for result in results):
        sys.exit(exits.LEFT)


def _say(results: Sequence[dict[str, Any]], order: Order) -> None:
    """Counts, and why the rest was left."""
    if not results:
        console.print("Nothing to do: no delivery is unknown.")
        return
    words = {"resolved": f"resolved as {order.resolution}", "resolved_before": "resolved before", "left": "left"}
    counts = Counter(result["outcome"] for result in results)
    console.print(", ".join(f"{counts[outcome]} {word}" for outcome, word in words.items() if counts[outcome]) + ".")
    for result in results:
        if result["outcome"] == "left":
            console.print(f"  {result['delivery']}  {result['detail']}", markup=False)
        elif result["outcome"] == "resolved_before":
            console.print(f"  {result['delivery']}  is {result['status']} now", markup=False)
    if order.dry_run:
        console.print("A dry run: nothing was stored.")
