"""The season of the demonstration: what it holds, and that it holds the same every time."""

import json
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
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
from oseredok_contracts.intake import EVENTS_TYPES, REGISTRY_TYPES
from oseredok_contracts.intake.activity import Held
from oseredok_contracts.topics import EVENTS_INTAKE, REGISTRY_INTAKE
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
        types = REGISTRY_TYPES if record.service == "registry" else EVENTS_TYPES
        types[envelope.type].model_validate(envelope.data)
    except ValidationError as error:
        raise invalid_from(error, default=Code.DATA_INVALID) from None
    return envelope


def sound() -> list[Record]:
    """Records about activities whose trouble, if any, lies in what came before them."""
    return [r for r in SEASON if r.label not in MALFORMED and b".activity." in json_of(r)]


def json_of(record: Record) -> bytes:
    """Everything of it in one text."""
    return b"".join([record.message.value or b"", *(value or b"" for _, value in record.message.headers)])


def told(noun: str) -> list[Record]:
    """Valid records about something else, each once."""
    about = f".intake.{noun}.".encode()
    return [r for r in SEASON if about in json_of(r) and r.verdict in ("accepted", "waiting")]


def test_a_season_has_2000_records_of_three_publishers() -> None:
    assert len(SEASON) == 2_000
    assert {record.publisher for record in SEASON} == {publisher.name for publisher in PUBLISHERS}


def test_the_same_seed_gives_the_same_season_and_another_seed_another() -> None:
    lines = [as_line(record) for record in SEASON]
    assert [as_line(record) for record in season.make(PLACES, "a1b2c3")] == lines
    assert [as_line(record) for record in season.make(PLACES, "a1b2c3", seed=7)] != lines


def test_another_run_tells_the_same_in_new_events() -> None:
    """Learning, outcomes and publications keep their names, so that a figure made of them stays."""
    other = season.make(PLACES, "d4e5f6")
    assert [record.label for record in other] == [record.label for record in SEASON]
    ids = [{read(r).id for r in made if r.verdict == "accepted"} for made in (SEASON, other)]
    assert not ids[0] & ids[1]


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


def test_everything_happens_from_april_to_july_2019() -> None:
    days = {read(record).data.get("starts_at", "2019-06")[:7] for record in sound()}
    assert days == {"2019-04", "2019-05", "2019-06", "2019-07"}


def test_what_is_still_to_come_is_told_first_and_before_now() -> None:
    coming = datetime(2030, 1, 2, 12, tzinfo=UTC)
    made = season.make(PLACES, "a1b2c3", starts_at=coming)
    assert len(made) == 2_000
    first = [check(record) for record in made[:2]]
    assert all(datetime.fromisoformat(envelope.data["starts_at"]) == coming for envelope in first)
    assert all(envelope.time < coming - timedelta(days=1) for envelope in first)


def test_the_three_outcomes_of_the_presentation_are_told_and_where_they_came_from() -> None:
    """One of them after a street consultation of April 2019 in Pishchanska hromada."""
    outcomes = [check(record).data for record in told("outcome") if record.verdict == "accepted"]
    assert len(outcomes) == 3
    assert all("презентації Асоціації міст України" in outcome["story"] for outcome in outcomes)
    subjects = {check(record).subject: record for record in sound()}
    assert all(subject in subjects for outcome in outcomes for subject in outcome["activities"])
    [park] = [outcome for outcome in outcomes if "парк" in outcome["title"]]
    led = [check(subjects[subject]).data for subject in park["activities"]]
    assert ("street_consultation", "2019-04") in {(data["kind"], data["starts_at"][:7]) for data in led}
    assert park["hromada"] == "UA53020190000090557"


def test_libraries_are_declared_after_what_takes_place_there() -> None:
    declared = {(r.publisher, check(r).subject): r.turn for r in told("library")}
    held = [(r, data["library"]) for r in sound() if (data := check(r).data) and "library" in data]
    late = [
        (record, declared[key]) for record, library in held if (key := (record.publisher, library["id"])) in declared
    ]
    assert len({record.message.key for record, _ in late}) == 15
    assert all(record.turn < turn for record, turn in late)


def test_the_contract_takes_every_sound_record() -> None:
    for record in [*sound(), *(r for noun in ("learning", "outcome", "publication", "library") for r in told(noun))]:
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
    topics = {"events": EVENTS_INTAKE, "registry": REGISTRY_INTAKE}
    for record in SEASON:
        assert json.loads(as_line(record))["topic"] == topics[record.service].named(record.publisher)


def test_too_small_a_season_is_refused() -> None:
    with pytest.raises(ValueError, match="at least"):
        season.make(PLACES, "a1b2c3", records=100)
