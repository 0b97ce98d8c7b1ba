"""Choosing an audience and deciding what is news, without a database."""

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from oseredok_notifications.domain.activity import Activity, Language, Recipient, Role, Status
from oseredok_notifications.domain.delivery import Answer, Outcome, Patience, Reason, State
from oseredok_notifications.domain.notices import Told, decide, delivery_id, is_over
from oseredok_notifications.domain.rules import Clause, Notice, Relation, Rule
from unit.notifications.states import CHERKASY, KANIV, KYIV, POLTAVA, RAION, RESHETYLIVKA, UNITS, ZVENYHORODKA

NOW = datetime(2019, 6, 1, tzinfo=UTC)
WHY = {Language.UKRAINIAN: "бо {hromada}", Language.ENGLISH: "since {hromada}"}


def planned(hromada: str = ZVENYHORODKA, **changes: Any) -> Activity:
    """A planned press club."""
    path = UNITS[hromada][0]
    made = Activity(
        id=uuid.UUID(int=7),
        version=1,
        fact="planned",
        status=Status.PLANNED,
        kind="press_club",
        title="Прес-клуб",
        library="Бібліотека",
        hromada=hromada,
        hromada_name="Звенигородська",
        oblast=path[0],
        oblast_name="Черкаська",
        path=path,
        starts_at=NOW + timedelta(days=3),
        ends_at=NOW + timedelta(days=3, hours=2),
    )
    return dataclasses.replace(made, **changes)


def person(territory: str | None, role: Role = Role.LIBRARIAN) -> Recipient:
    """Somebody at home there."""
    path, local = UNITS[territory] if territory else ((), False)
    return Recipient(uuid.uuid4(), role, Language.UKRAINIAN, path, local)


@pytest.mark.parametrize(
    ("relation", "inside", "outside"),
    [
        (Relation.HROMADAS_OF_OBLAST, [ZVENYHORODKA, KANIV], [CHERKASY, RAION, RESHETYLIVKA, POLTAVA, KYIV, None]),
        (Relation.SAME_OBLAST, [ZVENYHORODKA, KANIV, CHERKASY, RAION], [RESHETYLIVKA, POLTAVA, KYIV, None]),
        (Relation.SAME_HROMADA, [ZVENYHORODKA], [KANIV, CHERKASY, RAION, RESHETYLIVKA, KYIV, None]),
        (Relation.COVERS, [ZVENYHORODKA, RAION, CHERKASY, None], [KANIV, RESHETYLIVKA, POLTAVA, KYIV]),
    ],
)
def test_territory_chooses(relation: Relation, inside: list[str | None], outside: list[str | None]) -> None:
    """Each relation takes in exactly these."""
    activity = planned()
    assert [t for t in (*inside, *outside) if relation.holds(person(t), activity)] == inside


def test_role_chooses() -> None:
    """A clause is for its roles; a recipient that two clauses take in is told the first one's reason."""
    first = Clause(frozenset({Role.MEDIA}), Relation.SAME_OBLAST, WHY)
    second = Clause(frozenset({Role.MEDIA, Role.LIBRARIAN}), Relation.SAME_OBLAST, WHY)
    rule = Rule("r", Notice.INVITATION, frozenset({"planned"}), frozenset({"press_club"}), (first, second))
    assert rule.clause_of(person(KANIV, Role.MEDIA), planned()) is first
    assert rule.clause_of(person(KANIV, Role.LIBRARIAN), planned()) is second
    assert rule.clause_of(person(KANIV, Role.RESIDENT), planned()) is None


def test_of_two_rules_the_first_wins() -> None:
    """A person gets one message about one version, whatever rules there are."""
    clause = Clause(frozenset(Role), Relation.SAME_OBLAST, WHY)
    facts, kinds = frozenset({"planned"}), frozenset({"press_club"})
    rules = [Rule(name, Notice.INVITATION, facts, kinds, (clause,)) for name in ("one", "two")]
    drafts = decide(None, planned(), rules, [person(KANIV), person(RAION)], {})
    assert [draft.rule for draft in drafts] == ["one", "one"]


@pytest.mark.parametrize(
    ("before", "after", "is_news"),
    [
        ({}, {"title": "Інша назва", "fact": "corrected"}, True),
        ({}, {"starts_at": NOW + timedelta(days=4), "fact": "rescheduled"}, True),
        ({}, {"description": "Докладніше", "fact": "corrected"}, False),
        ({"status": Status.CANCELLED}, {"title": "Інша", "fact": "corrected", "status": Status.CANCELLED}, False),
    ],
)
def test_only_what_people_see_is_a_change(before: dict[str, Any], after: dict[str, Any], is_news: bool) -> None:
    """What, where or when it is; not how it is described, and not once it is cancelled."""
    rule = Rule("change", Notice.CHANGE, frozenset({"corrected", "rescheduled"}), frozenset({"press_club"}))
    somebody = person(KANIV)
    told = {somebody.id: Told(somebody, True, "бо так")}
    drafts = decide(planned(**before), planned(version=2, **after), [rule], [], told)
    assert [(d.recipient, d.why) for d in drafts] == ([(somebody, "бо так")] if is_news else [])


def test_what_has_begun_is_over() -> None:
    """By the time of the fact, or by now; the moment of the start included."""
    start = planned().starts_at
    early = start - timedelta(seconds=1)
    assert not is_over(planned(), early, early)
    assert is_over(planned(), start, early)
    assert is_over(planned(), early, start)


def test_the_same_message_has_the_same_id() -> None:
    """And another recipient, version or rule another one."""
    one, other = uuid.UUID(int=1), uuid.UUID(int=2)
    assert delivery_id(one, 1, "r", "email", other) == delivery_id(one, 1, "r", "email", other)
    ids = {delivery_id(one, v, r, "email", w) for v in (1, 2) for r in ("r", "s") for w in (one, other)}
    assert len(ids) == 8


def test_patience_doubles_and_ends() -> None:
    """Pauses double up to the longest; after the last attempt it is given up."""
    patience = Patience(5, timedelta(seconds=10), longest=timedelta(seconds=30))
    pauses = [patience.after(Answer.NOT_YET, attempt).pause.total_seconds() for attempt in range(1, 5)]
    assert pauses == [10, 20, 30, 30]
    assert patience.after(Answer.NOT_YET, 5) == Outcome(State.FAILED, Reason.GAVE_UP)
    assert patience.after(Answer.UNCLEAR, 1) == Outcome(State.UNKNOWN, Reason.CUT)
