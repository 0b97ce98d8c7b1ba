"""Figures as the page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

from oseredok_metrics.domain import Dimension, Figure, Key
from oseredok_metrics.indicators import Indicator, Target, Text
from oseredok_metrics.store import Standing
from oseredok_pages.alphabet import order
from oseredok_pages.view import View


@dataclass(frozen=True, slots=True)
class Towards:
    """A target and how far it is."""

    target: Target
    found: int
    reached: bool
    source: str

    @property
    def percent(self) -> int:
        """Rounded down, so that 100 means reached."""
        return 100 * self.found // self.target.value if self.target.value else 100


@dataclass(frozen=True, slots=True)
class Card:
    """An indicator over the whole programme, beside what it is held against."""

    id: str
    title: str
    definition: str
    note: str
    unit: str
    value: int
    towards: Sequence[Towards]
    published: str
    published_source: str
    agrees: bool

    @property
    def group(self) -> str:
        """By what it is held against: targets, published, or nothing (also)."""
        return "targets" if self.towards else "published" if self.published else "also"

    @classmethod
    def of(cls, indicator: Indicator, standing: Standing, view: View) -> "Card":
        """In the reader's language."""
        value, told = standing.figure.value, indicator.published
        unit = f"unit.{indicator.unit}"
        return cls(
            id=indicator.id,
            title=_in(view, indicator.title),
            definition=_in(view, indicator.definition),
            note=_in(view, indicator.note),
            unit=view.say(unit, value) if view.words.has(unit) else indicator.unit,
            value=value,
            towards=[
                Towards(target, found, indicator.reached(target, found), _in(view, target.source))
                for target, found in zip(indicator.targets, standing.towards, strict=True)
            ],
            published=view.say(f"bound.{told.bound}", n=view.number(told.value)) if told else "",
            published_source=_in(view, told.source) if told else "",
            agrees=told is not None and told.agrees(value),
        )


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a figure. `link` leads into an oblast."""

    name: str
    value: int
    link: str | None


def parts(dimension: Dimension, figure: Figure, view: View) -> list[Part]:
    """By month in order of time, else the largest first; nothing for parts of nothing."""
    rows = [(key, value) for key, value in figure.parts if value]
    if dimension is Dimension.MONTH:
        rows = sorted((row for row in rows if row[0].month), key=lambda row: str(row[0].month))
    else:
        rows = sorted(rows, key=lambda row: (-row[1], _name(dimension, row[0], view)))
    return [Part(_name(dimension, key, view), value, _link(key, view)) for key, value in rows]


def by_name(rows: Sequence[tuple[Key, int]], view: View) -> list[tuple[str, str]]:
    """Code and name of the oblasts in these, for a list to choose from."""
    named = {key.oblast: view.oblast(key.oblast_name) for key, _ in rows if key.oblast and key.oblast_name}
    return sorted(named.items(), key=lambda row: order(row[1]))


def _link(key: Key, view: View) -> str | None:
    return view.here(oblast=key.oblast) + "#apart" if key.oblast else None


def _name(dimension: Dimension, key: Key, view: View) -> str:
    match dimension:
        case Dimension.OBLAST:
            return view.oblast(key.oblast_name) if key.oblast_name else view.say("figures.untold")
        case Dimension.MONTH:
            return view.month(key.month) if key.month else view.say("figures.untold")
        case Dimension.COURSE:
            return _said(view, "course", key.course)
        case Dimension.KIND:
            return _said(view, next((g for g in KIND_WORDS if view.words.has(f"{g}.{key.kind}")), "kind"), key.kind)


KIND_WORDS = ("kind", "publication_kind", "library_kind")
"""Where the word for a kind stands: of activities, publications, libraries."""


def _said(view: View, group: str, name: str | None) -> str:
    key = f"{group}.{name}"
    return view.say(key) if view.words.has(key) else name or view.say("figures.untold")


def _in(view: View, text: Text | None) -> str:
    return "" if text is None else str(getattr(text, view.language))
