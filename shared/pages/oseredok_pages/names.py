"""Days, times and places as people write them. Places come as the codifier names them, by adjectives: «Черкаська»."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from oseredok_pages.language import Language
from oseredok_pages.latin import in_latin

KYIV = ZoneInfo("Europe/Kyiv")

_UKRAINIAN = "січень лютий березень квітень травень червень липень серпень вересень жовтень листопад грудень"
_ENGLISH = "January February March April May June July August September October November December"
_OF = "січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня"
MONTHS: Mapping[Language, list[str]] = {"uk": _UKRAINIAN.split(), "en": _ENGLISH.split()}
OF_MONTHS: Mapping[Language, list[str]] = {"uk": _OF.split(), "en": _ENGLISH.split()}
DAYS: Mapping[Language, list[str]] = {
    "uk": ["понеділок", "вівторок", "середа", "четвер", "п’ятниця", "субота", "неділя"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
CITIES: Mapping[str, tuple[str, str]] = {
    "Автономна Республіка Крим": ("Автономна Республіка Крим", "Autonomous Republic of Crimea"),
    "Київ": ("місто Київ", "city of Kyiv"),
    "Севастополь": ("місто Севастополь", "city of Sevastopol"),
}
"""Units of the top level that are no oblasts."""


def month(language: Language, day: date) -> str:
    """`червень 2019`, `June 2019`."""
    return f"{MONTHS[language][day.month - 1]} {day.year}"


def day_month(language: Language, day: date) -> str:
    """`14 червня`, `14 June`."""
    return f"{day.day} {OF_MONTHS[language][day.month - 1]}"


def full_day(language: Language, day: date) -> str:
    """`14 червня 2019`, `14 June 2019`."""
    return f"{day_month(language, day)} {day.year}"


def weekday(language: Language, day: date) -> str:
    """`п’ятниця`, `Friday`."""
    return DAYS[language][day.weekday()]


def moment(language: Language, when: datetime) -> str:
    """`14 червня 2019, 15:00`, by the clocks of Kyiv."""
    local = when.astimezone(KYIV)
    return f"{full_day(language, local.date())}, {local:%H:%M}"


def oblast(language: Language, name: str) -> str:
    """`Черкаська область`, `Cherkaska oblast`."""
    return _place(language, name, "область", "oblast")


def hromada(language: Language, name: str) -> str:
    """`Звенигородська громада`, `Zvenyhorodska hromada`."""
    return _place(language, name, "громада", "hromada")


def _place(language: Language, name: str, noun: str, english: str) -> str:
    if name in CITIES:
        return CITIES[name][0 if language == "uk" else 1]
    return f"{name} {noun}" if language == "uk" else f"{in_latin(name)} {english}"
