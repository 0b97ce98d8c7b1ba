"""What a message looks like: both languages, every notice, safe against what publishers write."""

import dataclasses
import email
import email.policy
import re
import uuid
from datetime import UTC, datetime, timedelta, timezone
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import getaddresses
from itertools import product

import pytest
from icalendar import Calendar

from oseredok_notifications.domain.activity import Activity, Language, Status
from oseredok_notifications.domain.delivery import Claimed
from oseredok_notifications.domain.rules import Notice
from oseredok_notifications.letters import wording
from oseredok_notifications.letters.mail import Writer
from oseredok_notifications.letters.templates import CannotWrite, Templates
from oseredok_notifications.letters.unsubscribe import Unsubscribe
from oseredok_pages.latin import in_latin
from support.servers import ROOT
from unit.notifications.states import KYIV
from unit.notifications.test_audience import NOW, planned

FILES = {path.name: path.read_text() for path in (ROOT / "deploy/programme/templates").iterdir()}
TEMPLATES = Templates(FILES)
AWAY = Unsubscribe("https://oseredok.example/" + "long/" * 20, b"k" * 32)
UK, EN = Language.UKRAINIAN, Language.ENGLISH


def claimed(notice: Notice, activity: Activity, language: Language = UK, **changes: object) -> Claimed:
    """A message to be written."""
    made = Claimed(
        id=uuid.UUID(int=99),
        notice=notice,
        language=language,
        calendar=True,
        why="бо так",
        attempts=1,
        activity=activity,
        before=None,
        recipient=uuid.UUID(int=5),
        name="Олена Книжник",
        address="olena@library.example",
        reachable=True,
        overtaken=False,
        now=NOW,
    )
    return dataclasses.replace(made, **changes)  # type: ignore[arg-type]


def write(message: Claimed, templates: Templates = TEMPLATES) -> EmailMessage:
    """Written and read again, as the recipient's program would."""
    content = Writer(templates, ("Осередок", "mail@oseredok.example"), AWAY).write(message)
    assert max(map(len, content.split(b"\r\n"))) <= 998
    return email.message_from_bytes(content, policy=email.policy.default)


def part(message: EmailMessage, kind: str) -> str:
    """The text of the first part of this type."""
    found = next(p for p in message.walk() if p.get_content_type() == kind)
    return str(found.get_content())


@pytest.mark.parametrize(("notice", "language"), list(product(Notice, Language)))
def test_every_notice_in_both_languages(notice: Notice, language: Language) -> None:
    """What, when, where, why me, and the way out, in plain text and in HTML."""
    message = write(claimed(notice, planned(description="Про «довідку»"), language))
    when = "вівторок, 4 червня 2019 року, 03:00–05:00" if language is UK else "Tuesday, 4 June 2019, 03:00–05:00"
    for kind in ("text/plain", "text/html"):
        text = part(message, kind)
        for needed in ("Прес-клуб", when, "Бібліотека", "бо так", AWAY.address(uuid.UUID(int=5))):
            assert needed in text.replace("&#34;", '"')
    assert "Прес-клуб" in message["Subject"]
    assert message["X-Oseredok-Notice"] == notice


def test_headers_stand_as_machines_read_them() -> None:
    """The way out is neither folded nor encoded, the Message-ID is the delivery's, Date the claim's."""
    content = Writer(TEMPLATES, ("Осередок", "mail@oseredok.example"), AWAY).write(
        claimed(Notice.INVITATION, planned(title="Дуже довга назва " * 15))
    )
    head = content.split(b"\r\n\r\n", 1)[0].decode("ascii")
    assert f"\r\nList-Unsubscribe: <{AWAY.address(uuid.UUID(int=5))}>\r\n" in head
    assert "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    assert f"\r\nMessage-ID: <{uuid.UUID(int=99)}@oseredok.example>\r\n" in head
    assert "\r\nDate: Sat, 01 Jun 2019 00:00:00 +0000\r\n" in head
    assert all(len(word) <= 75 for word in re.findall(r"=\?\S+\?=", head))


@pytest.mark.parametrize(
    "name", ["Олена", "Регіональний консультант АМУ: Черкаська область, місто Черкаси", 'Smith, "Jo"', "Радіо <Хвиля>"]
)
def test_a_name_arrives_as_it_is(name: str) -> None:
    """Whatever marks are in it; an encoded word never stands in quotes (RFC 2047, section 5)."""
    message = claimed(Notice.CHANGE, planned(), name=name)
    content = Writer(TEMPLATES, ("Осередок", "mail@oseredok.example"), AWAY).write(message)
    assert b'"=?' not in content
    # The older reading: the newer one adds spaces between encoded words (seen in Python 3.11).
    [(words, address)] = getaddresses([email.message_from_bytes(content)["To"]])
    assert (str(make_header(decode_header(words))), address) == (name, "olena@library.example")


@pytest.mark.parametrize("line_end", ["\r\nBcc: all@example.org", "\nBcc: all@example.org"])
def test_line_breaks_never_reach_a_header(line_end: str) -> None:
    """The message isn't written at all."""
    with pytest.raises(CannotWrite):
        write(claimed(Notice.INVITATION, planned(title="Прес-клуб" + line_end)))
    with pytest.raises(CannotWrite):
        write(claimed(Notice.INVITATION, planned(), name="Олена" + line_end))


def test_html_is_escaped_and_plain_text_is_not() -> None:
    """A publisher's text stays text."""
    message = write(claimed(Notice.CANCELLATION, planned(title="<script>alert(1)</script> & «друзі»", reason="<b>")))
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; «друзі»" in part(message, "text/html")
    assert "<script>alert(1)</script> & «друзі»" in part(message, "text/plain")


def test_a_change_says_what_was() -> None:
    """And only what differs."""
    before = planned(starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=1, hours=2))
    text = part(write(claimed(Notice.CHANGE, planned(version=2), before=before)), "text/plain")
    assert "Було заплановано: неділя, 2 червня 2019 року, 03:00–05:00" in text
    assert "Попередня назва" not in text


@pytest.mark.parametrize(
    ("notice", "status", "method", "ical_status"),
    [
        (Notice.INVITATION, Status.PLANNED, "REQUEST", "CONFIRMED"),
        (Notice.CHANGE, Status.PLANNED, "REQUEST", "CONFIRMED"),
        (Notice.CANCELLATION, Status.CANCELLED, "CANCEL", "CANCELLED"),
        (Notice.CANCELLATION, Status.VOIDED, "CANCEL", "CANCELLED"),
    ],
)
def test_the_calendar_follows(notice: Notice, status: Status, method: str, ical_status: str) -> None:
    """One UID for all of an activity's life, a rising SEQUENCE, CANCEL at its end (RFC 5546)."""
    message = write(claimed(notice, planned(version=4, status=status, url="https://example.org/x")))
    shown = next(p for p in message.walk() if p.get_content_type() == "text/calendar")
    attached = next(p for p in message.walk() if p.get_content_type() == "application/ics")
    assert shown.get_param("method") == method
    assert attached.get_filename() == "invitation.ics"
    calendar = Calendar.from_ical(attached.get_content())
    assert calendar["method"] == method
    event = calendar.walk("VEVENT")[0]
    assert event["uid"] == str(planned().id)
    assert event["sequence"] == 4
    assert event["status"] == ical_status
    assert event.decoded("dtstart") == planned().starts_at
    assert event.decoded("dtstamp") == NOW
    assert event["attendee"] == "mailto:olena@library.example"
    assert event["organizer"] == "mailto:mail@oseredok.example"
    assert event["location"] == "Бібліотека, Звенигородська громада, Черкаська область"


def test_a_calendar_has_times_in_utc() -> None:
    """Publishers write their own offset; a TZID without VTIMEZONE would be against RFC 5545, 3.2.19."""
    kyiv = timezone(timedelta(hours=3))
    starts = datetime(2030, 6, 14, 15, tzinfo=kyiv)
    message = write(claimed(Notice.INVITATION, planned(starts_at=starts, ends_at=starts + timedelta(hours=2))))
    attached = next(p for p in message.walk() if p.get_content_type() == "application/ics").get_content()
    assert b"DTSTART:20300614T120000Z" in attached
    assert b"DTEND:20300614T140000Z" in attached
    assert b"TZID" not in attached


def test_who_was_not_invited_gets_no_calendar() -> None:
    """Nor does a reminder bring one."""
    for message in (claimed(Notice.CHANGE, planned(), calendar=False), claimed(Notice.REMINDER, planned())):
        assert {p.get_content_type() for p in write(message).walk()} == {
            "multipart/alternative",
            "text/plain",
            "text/html",
        }


def test_unsound_templates_are_not_taken() -> None:
    """A missing file, an error of syntax, a misspelt variable: named, before any message is written."""
    for change, complaint in (
        ({"reminder.en.html": None}, "reminder.en.html is missing"),
        ({"change.uk.txt": "{% if %}"}, "change.uk.txt"),
        ({"change.uk.txt": "{{ activty.title }}"}, "'activty' is undefined"),
        ({"change.uk.subject": "{{ activity.__class__.__mro__ }}"}, "unsafe"),
        ({"change.uk.subject": "two\nlines"}, "not one line"),
    ):
        files = {name: text for name, text in (FILES | change).items() if text is not None}
        with pytest.raises(ValueError, match=re.escape(complaint)):
            Templates(files)


def test_places_are_named_in_their_cases() -> None:
    """Oblasts and hromadas are adjectives; Kyiv is a city; Crimea is neither."""
    told = wording.places(planned(), UK)
    assert (told["of_oblast"], told["of_hromada"]) == ("Черкаської області", "Звенигородської громади")
    assert wording.places(planned(), EN)["of_hromada"] == "Zvenyhorodska hromada"
    kyiv = planned(KYIV, oblast_name="Київ", hromada_name="Київ")
    assert wording.places(kyiv, UK)["oblast"] == "місто Київ"
    assert wording.places(kyiv, UK)["of_oblast"] == "міста Києва"
    assert wording.places(planned(oblast_name="Автономна Республіка Крим"), EN)["oblast"].endswith("Crimea")


def test_a_period_of_several_days() -> None:
    """Names the day of its end; one without length names one time."""
    start = datetime(2019, 12, 31, 20, tzinfo=UTC)
    longer = planned(starts_at=start, ends_at=start + timedelta(hours=4))
    assert wording.period(longer, EN) == "Tuesday, 31 December 2019, 22:00 – Wednesday, 1 January 2020, 02:00"
    assert wording.period(planned(starts_at=start, ends_at=start), UK) == "вівторок, 31 грудня 2019 року, 22:00"


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("Згорани", "Zghorany"),
        ("Їжакевич", "Yizhakevych"),
        ("Щербухи", "Shcherbukhy"),
        ("Короп’є", "Koropie"),
        ("Івано-Франківська", "Ivano-Frankivska"),
        ("Ґалаґан", "Galagan"),
        ("Стрий, Юрій", "Stryi, Yurii"),
        ("Library №1", "Library №1"),
    ],
)
def test_names_in_latin_letters(name: str, latin: str) -> None:
    """Examples of the resolution's table."""
    assert in_latin(name) == latin


def test_nobody_else_can_make_an_address_to_unsubscribe_at() -> None:
    """A token of another key, cut, or changed, is nobody's."""
    who = uuid.uuid4()
    token = AWAY.token(who)
    assert AWAY.recipient(token) == who
    changed = ("A" if token[0] != "A" else "B") + token[1:]
    other = Unsubscribe("https://oseredok.example", b"o" * 32).token(who)
    assert [AWAY.recipient(t) for t in (changed, token[:-3], other, "", "ї", "?" * 43)] == [None] * 6
