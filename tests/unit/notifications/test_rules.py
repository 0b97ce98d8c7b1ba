"""Rules are read whole or not at all, and the programme's are sound."""

import re

import pytest

from oseredok_notifications import rules
from oseredok_notifications.domain.activity import Role
from oseredok_notifications.domain.rules import Notice, Relation
from support.servers import ROOT

FILES = {path.name: path.read_text() for path in sorted((ROOT / "deploy/programme/rules").iterdir())}
SOUND = FILES["10-press-club-invitation.toml"]


def test_the_press_club_rule_says_what_the_programme_says() -> None:
    """Librarians from the hromadas of the oblast, media, the regional consultants."""
    rule = rules.read(FILES)[0]
    audience = [(sorted(c.roles), c.relation) for c in rule.audience]
    assert rule.notice is Notice.INVITATION
    assert audience == [
        ([Role.LIBRARIAN], Relation.HROMADAS_OF_OBLAST),
        ([Role.MEDIA], Relation.SAME_OBLAST),
        ([Role.REGIONAL_CONSULTANT], Relation.SAME_OBLAST),
    ]


def test_every_notice_has_a_rule() -> None:
    """And their order is that of the files' names."""
    read = rules.read(FILES)
    assert {rule.notice for rule in read} == set(Notice)
    assert [rule.id for rule in rules.read(dict(reversed(FILES.items())))] == [rule.id for rule in read]


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ("id = ", "is not TOML"),
        (SOUND.replace('["planned", ', '["plannned", '), "facts"),
        (SOUND.replace('"press_club"', '"pres_club"'), "kinds"),
        (SOUND.replace('["media"]', '["press"]'), "roles"),
        (SOUND.replace("same_oblast", "same_planet"), "territory"),
        (SOUND.replace("{of_oblast}", "{of_oblst}"), "{of_oblst} is none of them"),
        (SOUND.replace("{of_oblast}", "{of_oblast.__class__}"), "is none of them"),
        (re.sub(r"why\.en.*", "", SOUND), "needed in uk and in en"),
        (SOUND + "\nbefore_hours = 3", "before_hours"),
        (SOUND.replace('"invitation"', '"change"'), "announcement and invitation name their audience"),
        (re.sub(r"facts.*", "", SOUND), "needs facts"),
        ('id = "late"\nnotice = "reminder"', "a reminder needs it"),
        ('id = "press-club-invitation"\nnotice = "change"\nfacts = ["planned"]', "another file has the rule"),
    ],
)
def test_a_bad_file_is_named(broken: str, complaint: str) -> None:
    """With what is wrong in it."""
    with pytest.raises(ValueError, match=re.escape(complaint)) as raised:
        rules.read(FILES | {"15-broken.toml": broken})
    assert str(raised.value).startswith("15-broken.toml")
