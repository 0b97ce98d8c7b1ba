"""What a publisher may do: options that letting one in and changing one have in common."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from cyclopts import Parameter, validators

Positive = Annotated[int, Parameter(validator=validators.Number(gte=1))]
Words = Annotated[list[str], Parameter(negative="")]


@Parameter(name="*")
@dataclass(frozen=True)
class Rights:
    """What it may do.

    Parameters
    ----------
    type
        Only these event types; * for all. May be given several times.
    territory
        Only places in these units of the codifier; * for everywhere. May be given several times.
    receipts
        problems: leave out receipts of what was accepted.
    bytes_per_second
        Over Kafka, by each broker.
    events_per_minute
        Over HTTP.
    """

    type: Words | None = None
    territory: Words | None = None
    receipts: Literal["all", "problems"] | None = None
    bytes_per_second: Positive | None = None
    events_per_minute: Positive | None = None

    def entry(self) -> dict[str, Any]:
        """What was named, as an access file has it."""
        limits = {"bytes_per_second": self.bytes_per_second, "events_per_minute": self.events_per_minute}
        quota = {name: value for name, value in limits.items() if value is not None}
        told = {"types": self.type, "territory": self.territory, "receipts": self.receipts, "quota": quota}
        return {name: value for name, value in told.items() if value}
