"""An operator's word on unknown messages. State, announcement and audit commit together; said twice it counts once."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from oseredok_notifications import announce
from oseredok_notifications.domain.delivery import Reason, Resolution, Standing, State, Unresolvable
from oseredok_notifications.store import deliveries
from oseredok_plumbing.problems import ProblemDetails
from oseredok_plumbing.quarantine.entries import Why
from oseredok_plumbing.transaction import Transaction

IDS_MAX = 500
Attempt = Annotated[int, Field(strict=True, ge=1, lt=2**31)]


class UnknownDeliveries(BaseModel):
    """Which messages, and what is said of them. `attempts` is the attempt of each that was looked into, as the list has
    it: a message that has been tried since is left as it is.
    """

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=IDS_MAX)]
    resolution: Annotated[Resolution, Field(alias="as")]
    attempts: Annotated[dict[UUID, Attempt], Field(max_length=IDS_MAX)] = {}
    why: Why
    dry_run: Annotated[bool, Field(strict=True)] = False


class DeliveryResult(BaseModel):
    """What became of one message, and how it is now; of what was left, `detail` says why."""

    delivery: UUID
    outcome: Literal["resolved", "resolved_before", "left"]
    status: State | None = Field(description="Null where there is no such message.")
    reason: Reason | None = None
    attempts: int | None = None
    detail: str | None = None


class DeliveryResults(BaseModel):
    """One for each message, in order."""

    results: list[DeliveryResult]


async def resolve(tx: Transaction, asked: UnknownDeliveries, who: str) -> list[DeliveryResult]:
    """Takes the word on each; answers one result for each, in order. Raises ProblemDetails where it counts for none."""
    ids = list(dict.fromkeys(asked.ids))
    known = await deliveries.lock(tx, ids)
    results = [_judged(one, known.get(one), asked) for one in ids]
    if all(result.outcome == "left" for result in results):
        raise _none(results)
    if not asked.dry_run:
        await _keep(tx, [known[r.delivery] for r in results if r.outcome == "resolved"], asked, who)
    return results


def _judged(delivery: UUID, found: Standing | None, asked: UnknownDeliveries) -> DeliveryResult:
    if found is None:
        return DeliveryResult(delivery=delivery, outcome="left", status=None, detail="there is no such message")
    stands: dict[str, Any] = {"delivery": delivery, "attempts": found.attempts}
    try:
        follows = found.resolve(asked.resolution, asked.attempts.get(delivery))
    except Unresolvable as why:
        return DeliveryResult(outcome="left", status=found.state, reason=found.reason, detail=str(why), **stands)
    if follows is None:
        return DeliveryResult(outcome="resolved_before", status=found.state, reason=found.reason, **stands)
    return DeliveryResult(outcome="resolved", status=follows, **stands)


async def _keep(tx: Transaction, found: Sequence[Standing], asked: UnknownDeliveries, who: str) -> None:
    """What is to be sent again is not announced: as long as its new attempt has no end, the last one's is true."""
    ids = [one.id for one in found]
    if asked.resolution is Resolution.SENT:
        for closed in await deliveries.resolve_as_sent(tx, ids):
            announce.closed(tx, closed)
    else:
        await deliveries.resolve_as_again(tx, ids)
    for one in found:
        before = {"status": one.state.value, "reason": one.reason and one.reason.value, "attempts": one.attempts}
        tx.audit(who, "delivery.resolved", f"delivery:{one.id}", before, {"as": asked.resolution.value}, asked.why)


def _none(results: Sequence[DeliveryResult]) -> ProblemDetails:
    told = [result.model_dump(mode="json", exclude_unset=True) for result in results]
    more = f" (and {len(results) - 1} more, see results)" if len(results) > 1 else ""
    detail = f"{results[0].delivery}: {results[0].detail}{more}."
    return ProblemDetails(409, "not-unknown", "Nothing of it can be resolved", detail, more={"results": told})
