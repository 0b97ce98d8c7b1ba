"""Many quarantined entries, page by page, at a pace. Broken off anywhere and run again, nothing happens twice.

The services end an entry in the transaction of its effect; a page whose answer was lost is asked for again, and holds
only what is held still.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from oseredok_cli.operating import Operator

PAGE = 200

Tick = Callable[[int, int], None]
"""Told how many entries are done, and how many there were."""


@dataclass(frozen=True, slots=True)
class Order:
    """Why, whether in earnest, and at most how many entries a second."""

    why: str
    dry_run: bool = False
    per_second: int = 500


@dataclass
class Done:
    """What became of each entry that was looked at."""

    results: list[dict[str, Any]] = field(default_factory=list)

    @property
    def left(self) -> bool:
        """Whether something is held still, or was never there."""
        return any(result["state"] in {"held", "unknown"} for result in self.results)

    def lines(self, what: str, dry_run: bool) -> Iterator[str]:
        """For people: counts, and why the rest stays."""
        if not self.results:
            yield "Nothing to do: no held entry is meant."
            return
        told = Counter(_word(result) for result in self.results)
        yield f"{len(self.results)} {'entry' if len(self.results) == 1 else 'entries'}: " + ", ".join(
            f"{n} {word}" for word, n in sorted(told.items())
        )
        for result in self.results[:20]:
            if result["state"] in {"held", "unknown"}:
                yield f"  {result['entry']}  {result.get('code', '')} {result.get('pointer', '')} {result['detail']}"
        if dry_run or what == "revalidate":
            yield "A dry run: nothing was stored."


def _word(result: Mapping[str, Any]) -> str:
    if result["state"] in {"held", "unknown"}:
        return "held still" if result["state"] == "held" else "unknown"
    return str(result.get("verdict", f"{result['state']} before"))


@contextmanager
def shown(console: Console) -> Iterator[Tick]:
    """A bar on a terminal, nothing elsewhere."""
    columns = (SpinnerColumn(), TextColumn("entries"), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def run(
    operator: Operator,
    what: str,
    order: Order,
    services: Sequence[str],
    meant: Sequence[str] | Mapping[str, str],
    tick: Tick,
) -> Done:
    """Asks each service to do `what` with entries by id, or with those that a filter names. Raises LocalError."""
    done = Done()
    asked = {"why": order.why, "dry_run": order.dry_run}
    if isinstance(meant, Mapping):
        for service in services:
            _by_filter(operator, service, what, {**asked, "where": meant}, order.per_second, done, tick)
    else:
        for start in range(0, len(meant), PAGE):
            _by_id(
                operator, services, what, {**asked, "ids": list(meant[start : start + PAGE])}, order.per_second, done
            )
            tick(len(done.results), len(meant))
    return done


def _by_filter(
    operator: Operator, service: str, what: str, asked: Mapping[str, Any], per_second: int, done: Done, tick: Tick
) -> None:
    total = len(done.results) + _held(operator, service, asked["where"])
    after: int | None = 0
    while after is not None:
        begun = time.monotonic()
        page = operator.post(
            service, f"/v1/quarantine:{what}", {**asked, "after": after, "at_most": min(PAGE, per_second)}
        )
        done.results += page["results"]
        after = page["next"]
        tick(len(done.results), max(total, len(done.results)))
        _keep_pace(begun, len(page["results"]), per_second)


def _by_id(
    operator: Operator, services: Sequence[str], what: str, asked: Mapping[str, Any], per_second: int, done: Done
) -> None:
    """Which service has which entry, only they know: each is asked for those that no other had."""
    begun, left = time.monotonic(), dict.fromkeys(asked["ids"])
    for service in services:
        if left:
            results = operator.post(service, f"/v1/quarantine:{what}", {**asked, "ids": list(left)})["results"]
            found = [result for result in results if result["state"] != "unknown" or service == services[-1]]
            done.results += found
            for result in found:
                left.pop(result["entry"], None)
    _keep_pace(begun, len(asked["ids"]), per_second)


def _held(operator: Operator, service: str, where: Mapping[str, str]) -> int:
    """How many there are about, for the bar: a moment is not counted by."""
    rows = operator.get(service, "/v1/quarantine:summary")["items"]
    named = {"publisher": "publisher", "code": "code", "type": "event_type"}
    wanted = {named[name]: value for name, value in where.items() if name in named}
    return sum(r["events"] for r in rows if r["state"] == "held" and all(r[k] == v for k, v in wanted.items()))


def _keep_pace(begun: float, entries: int, per_second: int) -> None:
    time.sleep(max(0.0, begun + entries / per_second - time.monotonic()))
