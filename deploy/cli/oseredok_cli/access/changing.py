"""Changes what a publisher may do: of an entry, only what was named."""

from collections.abc import Iterator, Mapping
from typing import Any

from oseredok_cli.access import publishers
from oseredok_cli.access.alone import alone
from oseredok_cli.access.checks import check_entry
from oseredok_cli.access.letting_in import Fresh, bring, named
from oseredok_cli.access.publishers import Publisher

UNTOLD: Mapping[str, Any] = {"types": ["*"], "territory": ["*"], "receipts": "all"}
"""What an entry means that doesn't say."""


def change(fresh: Fresh, slug: str, given: Mapping[str, Any], *, dry_run: bool = False) -> list[str]:
    """Sets these fields of an entry; returns what changes, a line each. When Kafka refuses, all stays. LocalError."""
    if dry_run:
        return _told(_checked(fresh, slug, given), given)
    with alone(fresh) as platform:
        publisher = _checked(fresh, slug, given)
        lines = _told(publisher, given)
        if lines:
            with publishers.undone(platform.own_publishers):
                publishers.change(platform.own_publishers, slug, _whole(publisher, given))
                bring(fresh())
        return lines


def _checked(fresh: Fresh, slug: str, given: Mapping[str, Any]) -> Publisher:
    platform = fresh()
    publisher = named(platform.publishers, slug)
    check_entry(slug, given, platform.publishers, platform.programme)
    return publisher


def _whole(publisher: Publisher, given: Mapping[str, Any]) -> dict[str, Any]:
    """The fields with what is new; a quota that wasn't named stays beside one that was."""
    quota = {**publisher.entry.get("quota", {}), **given.get("quota", {})}
    return {**given, "quota": quota} if "quota" in given else dict(given)


def _told(publisher: Publisher, given: Mapping[str, Any]) -> list[str]:
    before, after = dict(_flat({**UNTOLD, **publisher.entry})), dict(_flat(_whole(publisher, given)))
    return [
        f"{name}: {before.get(name, 'as all have')} → {now}" for name, now in after.items() if before.get(name) != now
    ]


def _flat(entry: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in entry.items():
        if name == "quota":
            yield from ((limit, str(number)) for limit, number in value.items())
        else:
            yield name, " ".join(value) if isinstance(value, list) else str(value)
