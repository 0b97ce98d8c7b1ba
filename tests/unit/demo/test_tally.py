"""The count made from the publishers' own file: it reaches, by rules of its own, what the season's maker intended."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from oseredok_cli.demo import season
from oseredok_cli.demo.season.wire import Record, source_of, structured, type_of
from oseredok_cli.demo.tally import Tally, count
from oseredok_cli.demo.tally.figures import reported
from oseredok_cli.tables import libraries, oblasts

PROGRAMME = Path(__file__).parents[3] / "deploy" / "programme"
LIBRARIES = libraries(PROGRAMME)
PUBLISHER = "biblioteka-plus"

Told = tuple[str, int, dict[str, Any]]


def described(kind: str = "quest", library: int = 0, **more: Any) -> dict[str, Any]:
    """Data of a plan; with attendance that of a report."""
    where = {name: LIBRARIES[library][name] for name in ("authority", "id")}
    period = {"starts_at": "2019-06-14T15:00:00+03:00", "ends_at": "2019-06-14T17:00:00+03:00"}
    return {**period, "kind": kind, "title": "Квест", "library": where, **more}


def held(total: int, **more: Any) -> dict[str, Any]:
    """Data of a report."""
    return described(attendance={"total": total}, **more)


def tally(folder: Path, *told: Told, subject: str = "quest-1") -> Tally:
    """Counts facts (name, sequence, data) about one activity, in this order."""
    records = []
    for number, (fact, sequence, data) in enumerate(told):
        event = {
            "specversion": "1.0",
            "id": f"{subject}-{number}",
            "source": source_of(PUBLISHER),
            "type": type_of("activity", fact),
            "subject": subject,
            "time": "2019-06-15T10:00:00Z",
            "sequence": f"{sequence:04d}",
            "data": data,
        }
        records.append(Record(PUBLISHER, structured(event, subject.encode()), "", "", "", 0))
    season.write(records, folder / "season.jsonl")
    return count(folder / "season.jsonl", PROGRAMME)


def verdicts(counted: Tally) -> list[str]:
    return [judged.code or judged.verdict for judged in counted.judged.values()]


@pytest.mark.parametrize("seed", [season.SEED, 1, 2, 3])
def test_it_agrees_with_the_makers_labels(tmp_path: Path, seed: int) -> None:
    made = season.make(season.read_places(PROGRAMME), "a1b2c3", seed=seed)
    season.write(made, tmp_path / "season.jsonl")
    counted = count(tmp_path / "season.jsonl", PROGRAMME)
    assert [(j.verdict, j.code) for j in counted.judged.values()] == [(record.verdict, record.code) for record in made]


def test_it_does_not_read_the_labels(tmp_path: Path) -> None:
    made = season.make(season.read_places(PROGRAMME), "a1b2c3")
    season.write((replace(r, label="", verdict="accepted", code="") for r in made), tmp_path / "season.jsonl")
    counted = count(tmp_path / "season.jsonl", PROGRAMME)
    assert [j.verdict for j in counted.judged.values()] == [record.verdict for record in made]


def test_the_season_has_more_than_the_published_lower_bounds(tmp_path: Path) -> None:
    """More than 300 information events for more than 6,000 residents; and exactly what was told exactly."""
    season.write(season.make(season.read_places(PROGRAMME), "a1b2c3"), tmp_path / "season.jsonl")
    counted = count(tmp_path / "season.jsonl", PROGRAMME)
    assert counted.sums["information_events"].total() > 300
    assert counted.sums["participants"].total() > 6_000
    assert {name: libraries.total() for name, libraries in counted.libraries.items()} == {
        "libraries_pilot": 104,
        "libraries_oblast": 24,
    }
    assert len(counted.places["press_clubs"]) == 24
    totals, _ = reported(counted.reports.values())
    assert totals == {"learners": 19_000, "courses": 5, "outcomes": 3, "publications": 8}


@pytest.mark.parametrize("records", [season.RECORDS_MIN, season.RECORDS])
@pytest.mark.parametrize("seed", [season.SEED, 7])
def test_the_wave_reaches_exactly_70_hromadas_whatever_the_seed(tmp_path: Path, seed: int, records: int) -> None:
    made = season.make(season.read_places(PROGRAMME), "a1b2c3", seed=seed, records=records)
    season.write(made, tmp_path / "season.jsonl")
    counted = count(tmp_path / "season.jsonl", PROGRAMME)
    assert len(counted.places["hromadas_in_wave"]) == 70
    assert len({oblast for oblast, _ in counted.places["press_clubs"]}) == 24


def test_a_correction_replaces_the_count(tmp_path: Path) -> None:
    counted = tally(tmp_path, ("held", 1, held(20)), ("corrected", 2, held(23, reason="Полічили ще раз.")))
    assert counted.sums["participants"].total() == 23


def test_an_older_fact_that_comes_late_changes_nothing(tmp_path: Path) -> None:
    counted = tally(tmp_path, ("held", 3, held(20)), ("held", 2, held(99)), ("cancelled", 1, {"reason": "Дощ."}))
    assert verdicts(counted) == ["accepted", "accepted", "accepted"]
    assert counted.sums["participants"].total() == 20


def test_a_voided_activity_counts_nowhere(tmp_path: Path) -> None:
    counted = tally(tmp_path, ("held", 1, held(20)), ("voided", 2, {"reason": "Внесено двічі."}))
    assert counted.sums["activities_held"].total() == 0
    assert not counted.places["hromadas_reached"]


def test_an_activity_to_which_nobody_came_was_held_but_reached_no_place(tmp_path: Path) -> None:
    counted = tally(tmp_path, ("held", 1, held(0)))
    assert counted.sums["activities_held"].total() == 1
    assert not counted.places["hromadas_reached"]
    assert not counted.places["libraries_reached"]


def test_a_fact_before_its_activity_is_taken_once_the_activity_is_there(tmp_path: Path) -> None:
    counted = tally(tmp_path, ("cancelled", 2, {"reason": "Дощ."}), ("planned", 1, described()))
    assert verdicts(counted) == ["accepted", "accepted"]
    assert [judged.late for judged in counted.judged.values()] == [True, False]


def test_a_fact_whose_library_nobody_declared_waits(tmp_path: Path) -> None:
    unknown = held(5) | {"library": {"authority": PUBLISHER, "id": "нова"}}
    assert verdicts(tally(tmp_path, ("held", 1, unknown))) == ["waiting"]


def test_press_clubs_are_counted_apart_from_participants(tmp_path: Path) -> None:
    counted = tally(tmp_path, ("held", 1, held(17, kind="press_club")))
    totals = {name: figures.total() for name, figures in counted.sums.items() if figures.total()}
    assert totals == {"activities_held": 1, "press_club_sessions": 1, "press_club_attendances": 17}
    assert len(counted.places["press_clubs"]) == 1


def test_mails_follow_an_activity_from_plan_to_cancellation(tmp_path: Path) -> None:
    """A quest is announced to two newsrooms; they learn of a move and of the end, not of what looks alike."""
    plan, moved = described(library=1), described(library=1, starts_at="2019-06-13T15:00:00+03:00")
    last = ("cancelled", 4, {"reason": "Дощ."})
    counted = tally(tmp_path, ("planned", 1, plan), ("planned", 2, moved), ("planned", 3, moved), last)
    assert counted.mails == {"announcement": 2, "change": 2, "cancellation": 2}


def test_what_is_told_afterwards_is_mailed_to_nobody(tmp_path: Path) -> None:
    assert not tally(
        tmp_path, ("held", 2, held(20)), ("planned", 1, described()), ("voided", 3, {"reason": "Двічі."})
    ).mails


def test_a_press_club_invites_the_librarians_media_and_consultant_of_its_oblast(tmp_path: Path) -> None:
    oblast = oblasts(PROGRAMME)
    here = [row for row in LIBRARIES if oblast[row["hromada"]] == oblast[LIBRARIES[0]["hromada"]]]
    counted = tally(tmp_path, ("planned", 1, described("press_club")))
    assert counted.mails == {"invitation": len(here) + 2 + 1}


def test_only_what_was_published_counts(tmp_path: Path) -> None:
    tally(tmp_path, ("planned", 1, described()), ("held", 2, held(20)))
    assert count(tmp_path / "season.jsonl", PROGRAMME, only={0}).sums["activities_held"].total() == 0
