"""Words of the two languages for kinds, places and times. The codifier names places by adjectives: «Черкаська»."""

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from oseredok_notifications.domain.activity import Activity, Language
from oseredok_pages.latin import in_latin

KYIV = ZoneInfo("Europe/Kyiv")

KINDS: Mapping[str, Mapping[Language, str]] = {
    kind: {Language.UKRAINIAN: uk, Language.ENGLISH: en}
    for kind, uk, en in (
        ("information_corner", "інформаційний куточок", "information corner"),
        ("guest_meeting", "зустріч із гостем", "meeting with a guest"),
        ("street_consultation", "вулична консультація", "street consultation"),
        ("thematic_meeting", "тематична зустріч", "thematic meeting"),
        ("game", "гра", "game"),
        ("brain_ring", "брейн-ринг", "brain-ring"),
        ("quest", "квест", "quest"),
        ("press_club", "засідання прес-клубу", "press club session"),
        ("webinar", "вебінар", "webinar"),
        ("training", "тренінг", "training"),
        ("course_viewing", "спільний перегляд онлайн-курсу", "group viewing of an online course"),
    )
}

_DAYS = {
    Language.UKRAINIAN: ("понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота", "неділя"),
    Language.ENGLISH: ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}
_MONTHS = {
    Language.UKRAINIAN: (
        *("січня", "лютого", "березня", "квітня", "травня", "червня"),
        *("липня", "серпня", "вересня", "жовтня", "листопада", "грудня"),
    ),
    Language.ENGLISH: (
        *("January", "February", "March", "April", "May", "June"),
        *("July", "August", "September", "October", "November", "December"),
    ),
}
_OBLASTS_BY_NAME = {
    "Автономна Республіка Крим": ("Автономної Республіки Крим", "Autonomous Republic of Crimea"),
    "Київ": ("міста Києва", "city of Kyiv"),
    "Севастополь": ("міста Севастополя", "city of Sevastopol"),
}
"""Top level units that are no oblasts: the genitive in Ukrainian, and English."""

PLACES = ("oblast", "of_oblast", "hromada", "of_hromada")
"""What a rule's reason may name."""


def kind(activity: Activity, language: Language) -> str:
    """The kind, in the nominative."""
    return KINDS[activity.kind][language]


def places(activity: Activity, language: Language) -> dict[str, str]:
    """PLACES by name: oblast and hromada, in the nominative and in the genitive."""
    oblast, of_oblast = _place(activity.oblast_name, "область", "області", "oblast", language)
    hromada, of_hromada = _place(activity.hromada_name, "громада", "громади", "hromada", language)
    return dict(zip(PLACES, (oblast, of_oblast, hromada, of_hromada), strict=True))


def _place(name: str, noun: str, of_noun: str, english_noun: str, language: Language) -> tuple[str, str]:
    genitive, english = _OBLASTS_BY_NAME.get(name, ("", ""))
    if language is Language.ENGLISH:
        english = english or f"{in_latin(name)} {english_noun}"
        return english, english
    if genitive:
        return (name if name.startswith("Автономна") else f"місто {name}"), genitive
    return f"{name} {noun}", f"{name.removesuffix('а')}ої {of_noun}"


def period(activity: Activity, language: Language) -> str:
    """When it happens, by the clocks of Kyiv; the end's day is named where it is another."""
    start, end = activity.starts_at.astimezone(KYIV), activity.ends_at.astimezone(KYIV)
    if start.date() == end.date():
        until = "" if start == end else f"–{end:%H:%M}"
        return f"{day(start, language)}, {start:%H:%M}{until}"
    return f"{day(start, language)}, {start:%H:%M} – {day(end, language)}, {end:%H:%M}"


def day(moment: datetime, language: Language) -> str:
    """A day of Kyiv with its weekday: `п’ятниця, 14 червня 2019 року`."""
    name, month = _DAYS[language][moment.weekday()], _MONTHS[language][moment.month - 1]
    year = f"{moment.year} року" if language is Language.UKRAINIAN else f"{moment.year}"
    return f"{name}, {moment.day} {month} {year}"
