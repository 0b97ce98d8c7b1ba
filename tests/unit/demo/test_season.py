"""The season of the demonstration: what it holds, and that it holds the same every time."""

import json
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from pydantic import ValidationError

from oseredok_cli.demo import season
from oseredok_cli.demo.season.malformed import CLASSES
from oseredok_cli.demo.season.plots import SPECIAL
from oseredok_cli.demo.season.publishers import PUBLISHERS
from oseredok_cli.demo.season.wire import Record, as_line
from oseredok_contracts.codec import decode, invalid_from
from oseredok_contracts.envelope import Envelope
from oseredok_contracts.intake import EVENTS_TYPES
from oseredok_contracts.intake.activity import Held
from oseredok_contracts.topics import EVENTS_INTAKE
from oseredok_contracts.verdict import Code, Invalid, Verdict

PROGRAMME = Path(__file__).parents[3] / "deploy" / "programme"
PLACES = season.read_places(PROGRAMME)
SEASON = season.make(PLACES, "a1b2c3")
MALFORMED = {malformed.name for malformed in CLASSES}

SAID_BY_THE_CODEC = {
    Code.VALUE_MISSING,
    Code.VALUE_TOO_LARGE,
    Code.HEADER_INVALID,
    Code.CONTENT_TYPE_UNSUPPORTED,
    Code.JSON_MALFORMED,
    Code.NESTED_TOO_DEEP,
    Code.TOO_MANY_KEYS,
    Code.ENVELOPE_INVALID,
}
SAID_BY_THE_MODELS = {
    Code.DATA_INVALID,
    Code.FIELD_UNKNOWN,
    Code.TEXT_FORBIDDEN,
    Code.ATTENDANCE_SUM,
    Code.PERIOD_INVALID,
}


def read(record: Record) -> Envelope:
    """As the contract's codec reads it."""
    return decode(record.message.value, record.message.headers)


def check(record: Record) -> Envelope:
    """As codec and models of the contract judge it. Raises Invalid."""
    envelope = read(record)
    try:
        EVENTS_TYPES[envelope.type].model_validate(envelope.data)
    except ValidationError as error:
        raise invalid_from(error, default=Code.DATA_INVALID) from None
    return envelope


def sound() -> list[Record]:
    """Records whose trouble, if any, lies in what came before them."""
    return [record for record in SEASON if record.label not in MALFORMED]


def test_a_season_has_2000_records_of_three_publishers() -> None:
    assert len(SEASON) == 2_000
    assert {record.publisher for record in SEASON} == {publisher.name for publisher in PUBLISHERS}


def test_the_same_seed_gives_the_same_season_and_another_seed_another() -> None:
    lines = [as_line(record) for record in SEASON]
    assert [as_line(record) for record in season.make(PLACES, "a1b2c3")] == lines
    assert [as_line(record) for record in season.make(PLACES, "a1b2c3", seed=7)] != lines


def test_another_run_tells_the_same_under_other_names() -> None:
    other = season.make(PLACES, "d4e5f6")
    assert [record.label for record in other] == [record.label for record in SEASON]
    assert not {record.message.key for record in other} & {record.message.key for record in SEASON}


def test_every_kind_of_activity_occurs() -> None:
    kinds = {data["kind"] for record in sound() if "kind" in (data := read(record).data)}
    assert kinds == set(Held.model_fields["kind"].annotation.__args__)  # type: ignore[union-attr]


def test_every_plot_and_every_class_of_malformed_records_occurs() -> None:
    labels = {record.label for record in SEASON}
    assert len(CLASSES) >= 20
    assert labels >= MALFORMED | {plot.name for plot in SPECIAL}


def test_verdicts_and_codes_are_the_contracts_own() -> None:
    assert {record.verdict for record in SEASON} == set(Verdict) - {Verdict.REJECTED}
    assert {record.code for record in SEASON if record.code} <= set(Code)
    assert all(bool(record.code) == (record.verdict == "quarantined") for record in SEASON)


def test_nothing_comes_down_to_order_across_partitions() -> None:
    """All records of an activity, and all that share an id, have one key."""
    keys_by_subject, keys_by_id = defaultdict(set), defaultdict(set)
    for record in sound():
        envelope = read(record)
        keys_by_subject[envelope.source, envelope.subject].add(record.message.key)
        keys_by_id[envelope.source, envelope.id].add(record.message.key)
    assert all(len(keys) == 1 for keys in (*keys_by_subject.values(), *keys_by_id.values()))


def test_structured_and_binary_mode_are_mixed() -> None:
    modes = Counter(any(name.startswith("ce_") for name, _ in record.message.headers) for record in sound())
    assert min(modes[True], modes[False]) > 400


def test_some_reports_have_cells_some_a_plain_total_and_some_say_that_nobody_came() -> None:
    attendances = [data["attendance"] for record in sound() if "attendance" in (data := read(record).data)]
    assert sum("cells" in attendance for attendance in attendances) > 100
    assert sum("cells" not in attendance for attendance in attendances) > 100
    assert sum(attendance["total"] == 0 for attendance in attendances) > 5


def test_everything_happens_from_may_to_july_2019() -> None:
    days = {read(record).data.get("starts_at", "2019-06")[:7] for record in sound()}
    assert days == {"2019-05", "2019-06", "2019-07"}


def test_the_contract_takes_every_sound_record() -> None:
    for record in sound():
        check(record)


@pytest.mark.parametrize("name", sorted(MALFORMED))
def test_a_malformed_record_ends_with_its_code(name: str) -> None:
    """Where codec or models decide; what they take is for those who know sources, clock and places to refuse."""
    for record in (record for record in SEASON if record.label == name):
        if record.code not in SAID_BY_THE_CODEC | SAID_BY_THE_MODELS:
            read(record)
            continue
        with pytest.raises(Invalid) as refused:
            check(record)
        assert refused.value.problem.code == record.code


def test_the_file_names_the_topic_of_the_contract() -> None:
    for record in SEASON:
        assert json.loads(as_line(record))["topic"] == EVENTS_INTAKE.named(record.publisher)


def test_too_small_a_season_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        season.make(PLACES, "a1b2c3", records=100)
