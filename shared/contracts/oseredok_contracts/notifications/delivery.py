"""A delivery as notifications announces it: no name and no address is in it."""

from typing import Literal
from uuid import UUID

from oseredok_contracts.fields import Tolerant

DeliveryStatus = Literal["sent", "failed", "suppressed", "unknown"]


class DeliveryState(Tolerant):
    """A delivery after its last attempt. `reason` is a stable code; `recipient` our id, which tells nothing outside.

    `unknown` may be followed by another status: by a late word, or by what an operator found out. One that an operator
    has sent again is told of when the new attempt ends.
    """

    delivery: UUID
    version: int
    rule: str
    notice: str
    channel: Literal["email"]
    role: str
    recipient: UUID
    activity: UUID | None = None
    status: DeliveryStatus
    reason: str | None = None
    attempts: int
