"""An operator's word on unknown messages. It names the attempt that it is about, so that asked twice it counts once.

A message that was sent again may be unknown again by the time that a lost answer is asked for anew: without the attempt
the same word would send it a third time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from oseredok_cli.operating import ConflictError, Operator

SERVICE = "notifications"
PAGE = 500
ALL = 1_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """What is said, why, and whether in earnest."""

    resolution: Literal["sent", "again"]
    why: str
    dry_run: bool = False


def found(operator: Operator, at_most: int, **where: str | None) -> Sequence[dict[str, Any]]:
    """Messages as the service lists them."""
    return operator.pages(SERVICE, "/v1/deliveries", at_most, **where)


def resolve_all(operator: Operator, order: Order) -> list[dict[str, Any]]:
    """Says it of all that are unknown now."""
    attempts = {row["delivery"]: row["attempts"] for row in found(operator, ALL, status="unknown")}
    return _said(operator, order, attempts)


def resolve(operator: Operator, order: Order, ids: Sequence[str]) -> list[dict[str, Any]]:
    """Says it of these, at the attempt at which they are; one result for each."""
    looked = _said(operator, Order(order.resolution, order.why, dry_run=True), dict.fromkeys(ids))
    if order.dry_run:
        return looked
    attempts = {result["delivery"]: result["attempts"] for result in looked if result["outcome"] == "resolved"}
    done = {result["delivery"]: result for result in _said(operator, order, attempts)}
    return [done.get(result["delivery"], result) for result in looked]


def _said(operator: Operator, order: Order, attempts: Mapping[str, int | None]) -> list[dict[str, Any]]:
    """Page by page; where it counts for none of a page the refusal has the results."""
    results: list[dict[str, Any]] = []
    ids = list(attempts)
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        known = {one: attempt for one in page if (attempt := attempts[one]) is not None}
        asked = {"ids": page, "attempts": known, "as": order.resolution, "why": order.why, "dry_run": order.dry_run}
        try:
            results += operator.post(SERVICE, "/v1/deliveries:resolve", asked)["results"]
        except ConflictError as refusal:
            results += refusal.told["results"]
    return results
