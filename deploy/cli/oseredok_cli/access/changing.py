"""Changes what a publisher may do: of an entry, only what was named."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from oseredok_cli.access import publishers
from oseredok_cli.access.alone import Fresh
from oseredok_cli.access.checks import check_entry
from oseredok_cli.access.in_force import in_force
from oseredok_cli.access.letting_in import bring, named
from oseredok_cli.access.publishers import Publisher

UNTOLD: Mapping[str, Any] = {"types": ["*"], "territory": ["*"], "receipts": "all"}
"""What an entry means that doesn't say."""


@dataclass(frozen=True, slots=True)
class Change:
    """Of one field, with lists and numbers as an access file has them; `before` is None for a limit as all have it."""

    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        before = "as all have" if self.before is None else _read(self.before)
        return f"{self.field}: {before} → {_read(self.after)}"


def change(fresh: Fresh, slug: str, given: Mapping[str, Any], *, dry_run: bool = False) -> list[Change]:
    """Sets these fields of an entry; returns what changes. When Kafka refuses, all stays. Raises LocalError."""
    if dry_run:
        return _told(_checked(fresh, slug, given), given)
    with in_force(fresh) as platform:
        publisher = _checked(fresh, slug, given)
        changes = _told(publisher, given)
        if changes:
            with publishers.undone(platform.own_publishers):
                publishers.change(platform.own_publishers, slug, _whole(publisher, given))
                bring(fresh())
        return changes


def _checked(fresh: Fresh, slug: str, given: Mapping[str, Any]) -> Publisher:
    platform = fresh()
    publisher = named(platform.publishers, slug)
    check_entry(slug, given, platform.publishers, platform.programme)
    return publisher


def _whole(publisher: Publisher, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with what is new; a quota that wasn't named stays beside one that was."""
    quota = {**publisher.entry.get("quota", {}), **given.get("quota", {})}
    return {**given, "quota": quota} if "quota" in given else dict(given)


def _told(publisher: Publisher, given: Mapping[str, Any]) -> list[Change]:
    before, after = dict(_flat({**UNTOLD, **publisher.entry})), dict(_flat(_whole(publisher, given)))
    return [Change(name, before.get(name), now) for name, now in after.items() if before.get(name) != now]


def _flat(entry: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, value in entry.items():
        yield from value.items() if name == "quota" else [(name, value)]


def _read(value: Any) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)
