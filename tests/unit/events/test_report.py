"""Of several tellings of a report the newest stands, in whatever order they come."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from oseredok_events.domain.report import Learning, Report, Standing, decide, standing

DAY = datetime(2019, 6, 1, tzinfo=UTC)


def told(number: int, hours: int = 0, *, with_sequence: bool = True) -> Report:
    """A telling; `number` is its sequence and its completions."""
    return Report(
        id=UUID(int=1),
        publisher="kurs-prometei",
        subject="effective-budget/2019-06",
        told_at=DAY + timedelta(hours=hours),
        sequence=f"{number:06d}" if with_sequence else None,
        cause=f"https://kurs-prometei.example/oseredok {number}",
        body=Learning("effective-budget", date(2019, 6, 1), date(2019, 6, 30), number),
    )


def after(*tellings: Report) -> list[Report]:
    """Those that took effect."""
    last: Standing | None = None
    taken = []
    for one in tellings:
        if (decided := decide(last, one)) is not None:
            last = standing(decided)
            taken.append(decided)
    return taken


@given(st.permutations(range(1, 7)))
def test_the_highest_sequence_stands(numbers: list[int]) -> None:
    """Whatever `time` says; versions count without a gap what took effect."""
    taken = after(*(told(number, hours=-number) for number in numbers))
    assert isinstance(taken[-1].body, Learning)
    assert taken[-1].body.completions == 6
    assert [report.version for report in taken] == list(range(1, len(taken) + 1))


def test_without_a_sequence_time_decides() -> None:
    """Of one and another that only one has a sequence, too."""
    assert len(after(told(1, hours=2), told(2, hours=1, with_sequence=False))) == 1
    assert len(after(told(1, hours=1), told(2, hours=2, with_sequence=False))) == 2


def test_of_equals_the_later_read_stands() -> None:
    """As for activities."""
    first, second = after(told(1), told(1))
    assert (first.version, second.version) == (1, 2)
