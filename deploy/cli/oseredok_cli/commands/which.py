"""Which quarantined events a command is about: options that several commands share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from cyclopts import Parameter

from oseredok_cli.access import grants

Service = Literal["registry", "events", "notifications", "metrics"]


@Parameter(name="*")
@dataclass(frozen=True)
class Which:
    """Which entries.

    Parameters
    ----------
    service
        Only of this service.
    publisher
        Only of this publisher.
    code
        Only those refused for this reason.
    type
        Only of this event type.
    since
        Only those quarantined since (a date, or a moment with an offset).
    until
        Only those quarantined before.
    """

    service: Service | None = None
    publisher: str | None = None
    code: str | None = None
    type: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def where(self) -> dict[str, str]:
        """As the services' API takes it."""
        told = {"publisher": self.publisher, "code": self.code, "type": self.type}
        for name, at in (("since", self.since), ("until", self.until)):
            told[name] = at.astimezone().isoformat() if at else None
        return {name: value for name, value in told.items() if value is not None}

    @property
    def services(self) -> Sequence[str]:
        """Those to ask."""
        return [self.service] if self.service else grants.services()
