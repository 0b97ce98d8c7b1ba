"""Of an activity's states the newest is what counts."""

import random
from datetime import date

from oseredok_metrics.domain import Contribution, newest
from unit.metrics.states import activity


def contribution(name: str, version: int, attendance: int = 10) -> Contribution:
    """A held activity."""
    return Contribution(
        id=activity(name),
        version=version,
        publisher="biblioteka-plus",
        subject=name,
        title=name,
        kind="quest",
        status="held",
        attendance=attendance,
        oblast="UA53000000000028050",
        oblast_name="Полтавська",
        hromada="UA53020190000090557",
        hromada_name="Піщанська",
        library=activity("library"),
        occurred_on=date(2019, 6, 14),
        cause_source="https://biblioteka-plus.example/oseredok",
        cause_id=f"{name} {version}",
        correlationid=name,
    )


def test_the_highest_version_of_each_activity_is_kept() -> None:
    """Whatever their order in the batch, and however often each stands there."""
    states = [contribution(name, version) for name in ("one", "two") for version in (1, 2, 3)]
    for seed in range(20):
        mixed = states * 2
        random.Random(seed).shuffle(mixed)
        assert {(c.id, c.version) for c in newest(mixed)} == {(activity("one"), 3), (activity("two"), 3)}


def test_activities_come_in_order() -> None:
    """So that two transactions lock rows in the same order."""
    ids = [c.id for c in newest(contribution(f"{n}", 1) for n in range(50))]
    assert ids == sorted(ids)


def test_of_equal_versions_the_first_stays() -> None:
    """As in the table, where only a higher version replaces."""
    assert [c.attendance for c in newest([contribution("one", 1, 5), contribution("one", 1, 6)])] == [5]
    assert newest([]) == []
