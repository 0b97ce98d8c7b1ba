"""Which quarantined events a command is about, and how it goes about them: options that several commands share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from cyclopts import Parameter, validators

from oseredok_cli.access import grants
from oseredok_cli.commands.told import AsJson
from oseredok_cli.local.errors import LocalError

Positive = Annotated[int, Parameter(validator=validators.Number(gte=1))]
Flag = Annotated[bool, Parameter(negative="")]
All = Annotated[bool, Parameter(name="--all", negative="")]
Json = Annotated[bool, Parameter(name="--json", negative="", help="Print JSON, as the services' API has it.")]
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
        """As the services' API takes it. Raises LocalError for what can name none."""
        if self.since is not None and self.since.astimezone() > datetime.now(UTC):
            raise LocalError(f"--since {self.since.isoformat(' ')} lies in the future: nothing was quarantined since")
        told = {"publisher": self.publisher, "code": self.code, "type": self.type}
        for name, at in (("since", self.since), ("until", self.until)):
            told[name] = at.astimezone().isoformat() if at else None
        return {name: value for name, value in told.items() if value is not None}

    @property
    def services(self) -> Sequence[str]:
        """Those to ask."""
        return [self.service] if self.service else grants.services()


@Parameter(name="*")
@dataclass(frozen=True)
class How:
    """How an act on entries goes.

    Parameters
    ----------
    every
        Without ids and filter: really all of them.
    per_second
        At most so many entries.
    dry_run
        Only tell what would happen.
    as_json
        Print JSON: what became of each entry.
    """

    every: All = False
    per_second: Positive = 500
    dry_run: Flag = False
    as_json: AsJson = False
