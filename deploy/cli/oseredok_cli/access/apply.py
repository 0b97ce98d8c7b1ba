"""Brings a broker to what the table of topics and the access file say. Told first; done again, it changes nothing."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field

from oseredok_cli.access import acls, quotas, topics, users
from oseredok_cli.access.client import Broker
from oseredok_cli.access.grants import grants
from oseredok_cli.access.step import Step


@dataclass(frozen=True)
class Wanted:
    """Who may come in, and with which rights."""

    publishers: Collection[str]
    passwords: Mapping[str, str]
    """By principal; of those that are not here only their holders know it."""
    suspended: Collection[str] = ()
    """Publishers that may not write."""
    bytes_per_second: Mapping[str, int] = field(default_factory=dict)
    """By publisher."""
    former: Collection[str] = ()
    """Users to be taken away, beside those whose topics tell that they were publishers."""


def apply(broker: Broker, wanted: Wanted, *, dry_run: bool = False) -> list[str]:
    """What was changed, or would be, a line each. Raises RefusedError."""
    lines: list[str] = []
    for step in _steps(broker, wanted):
        if step.lines and not dry_run:
            step.do()
        lines += step.lines
    return lines


def _steps(broker: Broker, wanted: Wanted) -> Iterator[Step]:
    client = broker.admin()
    yield topics.plan(client, wanted.publishers)
    former = {*topics.former(client, wanted.publishers), *wanted.former}
    yield users.plan(client, wanted.passwords, former, broker.logs_in)
    yield acls.plan(client, grants(wanted.publishers, wanted.suspended))
    yield quotas.plan(broker, wanted.bytes_per_second)
