"""`oseredok deliveries resolve`: what is sent, so that a word counts for the attempt that was looked into."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest

from oseredok_cli import resolving
from oseredok_cli.commands import deliveries
from oseredok_cli.local.errors import LocalError
from oseredok_cli.operating import ConflictError
from oseredok_cli.resolving import Order
from oseredok_notifications.api.resolving import IDS_MAX, UnknownDeliveries

AGAIN = Order("again", "not in the log")


def ids(count: int) -> list[str]:
    return [str(UUID(int=number)) for number in range(1, count + 1)]


@dataclass
class Desk:
    """The service before one operator: all that it has is unknown at attempt 2, but for `settled`."""

    unknown: list[str]
    settled: set[str] = field(default_factory=set)
    asked: list[UnknownDeliveries] = field(default_factory=list)

    def pages(self, _service: str, _path: str, _at_most: int, **where: str | None) -> list[dict[str, Any]]:
        assert where == {"status": "unknown"}
        return [{"delivery": one, "attempts": 2} for one in self.unknown]

    def post(self, _service: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        assert path == "/v1/deliveries:resolve"
        self.asked.append(asked := UnknownDeliveries.model_validate(body))
        results = [self._told(str(one)) for one in asked.ids]
        if all(result["outcome"] == "left" for result in results):
            raise ConflictError("none", {"results": results})
        return {"results": results}

    def _told(self, one: str) -> dict[str, Any]:
        left = one in self.settled
        return {"delivery": one, "outcome": "left" if left else "resolved", "attempts": 2, "detail": "it is sent"}


def test_by_id_it_is_looked_first() -> None:
    """The attempt that the trial found is named in earnest; what can't be resolved isn't asked for again."""
    one, other = ids(2)
    desk = Desk([], {other})
    results = resolving.resolve(desk, AGAIN, [one, other])  # type: ignore[arg-type]
    tried, done = desk.asked
    assert (tried.dry_run, tried.attempts, done.dry_run) == (True, {}, False)
    assert (done.ids, done.attempts) == ([UUID(one)], {UUID(one): 2})
    assert [result["outcome"] for result in results] == ["resolved", "left"]


def test_all_are_asked_page_by_page() -> None:
    """At the attempt that the list has. A page of which none is unknown any more doesn't stop the others."""
    every = ids(IDS_MAX * 2 + 1)
    desk = Desk(every, set(every[:IDS_MAX]))
    results = resolving.resolve_all(desk, AGAIN)  # type: ignore[arg-type]
    assert [len(asked.ids) for asked in desk.asked] == [IDS_MAX, IDS_MAX, 1]
    assert all(set(asked.attempts) == set(asked.ids) and not asked.dry_run for asked in desk.asked)
    assert [result["delivery"] for result in results] == every
    assert [result["outcome"] for result in results].count("left") == IDS_MAX


@pytest.mark.parametrize(("named", "every"), [((), False), (("one",), True)])
def test_which_must_be_said(named: tuple[str, ...], every: bool) -> None:
    """Neither none nor both."""
    with pytest.raises(LocalError, match="which deliveries"):
        deliveries.resolve(*named, resolution="sent", why="because", every=every)
