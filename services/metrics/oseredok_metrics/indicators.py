"""What an indicator is: what it looks at, what it takes of each, how that becomes a number, what to hold it against.

Each is a file of the settings directory (`indicators/<id>.toml`), so that a programme can have its own.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from oseredok_contracts.fields import Course, Kind
from oseredok_contracts.intake.publication import PublicationKind
from oseredok_contracts.registry.library import LibraryKind
from oseredok_metrics.domain import Cell, Dimension, Figure, Noun, Scope


class Aggregation(StrEnum):
    """How measures become a number. A distinct count has to be made anew for every scope: its parts don't add up."""

    SUM = "sum"
    COUNT = "count"
    DISTINCT = "distinct"


class Measure(StrEnum):
    """What is taken of a thing."""

    EACH = "each"
    ATTENDANCE = "attendance"
    COMPLETIONS = "completions"
    HROMADA = "hromada"
    LIBRARY = "library"
    COURSE = "course"


FITS: Mapping[tuple[Noun, Measure], Aggregation] = {
    **{(noun, Measure.EACH): Aggregation.COUNT for noun in Noun},
    (Noun.ACTIVITY, Measure.ATTENDANCE): Aggregation.SUM,
    (Noun.ACTIVITY, Measure.HROMADA): Aggregation.DISTINCT,
    (Noun.ACTIVITY, Measure.LIBRARY): Aggregation.DISTINCT,
    (Noun.LEARNING, Measure.COMPLETIONS): Aggregation.SUM,
    (Noun.LEARNING, Measure.COURSE): Aggregation.DISTINCT,
    (Noun.OUTCOME, Measure.HROMADA): Aggregation.DISTINCT,
    (Noun.LIBRARY, Measure.HROMADA): Aggregation.DISTINCT,
}
"""What can be taken of what, and the one way in which it becomes a number."""

CATEGORIES: Mapping[Noun, frozenset[str]] = {
    Noun.ACTIVITY: frozenset(get_args(Kind)),
    Noun.LEARNING: frozenset(get_args(Course)),
    Noun.OUTCOME: frozenset(),
    Noun.PUBLICATION: frozenset(get_args(PublicationKind)),
    Noun.LIBRARY: frozenset(get_args(LibraryKind)),
}
DIMENSIONS: Mapping[Noun, frozenset[Dimension]] = {
    Noun.ACTIVITY: frozenset({Dimension.OBLAST, Dimension.KIND, Dimension.MONTH}),
    Noun.LEARNING: frozenset({Dimension.OBLAST, Dimension.COURSE, Dimension.MONTH}),
    Noun.OUTCOME: frozenset({Dimension.OBLAST, Dimension.MONTH}),
    Noun.PUBLICATION: frozenset({Dimension.KIND, Dimension.MONTH}),
    Noun.LIBRARY: frozenset({Dimension.OBLAST, Dimension.KIND}),
}


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(_Entry):
    """In the programme's languages."""

    uk: Annotated[str, Field(min_length=1, max_length=1000)]
    en: Annotated[str, Field(min_length=1, max_length=1000)]


class Period(_Entry):
    """Days, both included."""

    first: date
    last: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last < self.first:
            raise ValueError("last lies before first")
        return self


class Baseline(_Entry):
    """How it stood before the programme."""

    value: Annotated[int, Field(ge=0)]
    as_of: str
    source: Text


class Target(_Entry):
    """What is to be reached within a period. Illustrative ones were made up for a demonstration."""

    period: Period
    value: Annotated[int, Field(ge=0)]
    illustrative: bool = False
    source: Text


class Published(_Entry):
    """What was published of the programme elsewhere; `bound` says how to read it."""

    value: Annotated[int, Field(ge=0)]
    bound: Literal["exactly", "at_least", "more_than"]
    as_of: str
    source: Text

    def agrees(self, found: int) -> bool:
        """Whether a figure of ours is what was published."""
        return {
            "exactly": found == self.value,
            "at_least": found >= self.value,
            "more_than": found > self.value,
        }[self.bound]


class Indicator(_Entry):
    """One file. No `kinds` (of learning: courses) means all; `period` fixes the days; `order` is its place in lists.

    `amount_min` leaves out activities that fewer attended, and learning reports of fewer completions.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
    order: int
    title: Text
    definition: Text
    unit: str
    source: Noun
    kinds: tuple[str, ...] = ()
    library_kind: LibraryKind | None = None
    amount_min: Annotated[int, Field(ge=0)] = 0
    period: Period | None = None
    measure: Measure
    aggregation: Aggregation
    disaggregation: tuple[Dimension, ...]
    direction: Literal["up", "down"] = "up"
    baseline: Baseline | None = None
    targets: tuple[Target, ...] = ()
    published: Published | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if FITS.get((self.source, self.measure)) is not self.aggregation:
            raise ValueError(f"{self.aggregation} of {self.measure} can't be taken of {self.source}")
        if unknown := set(self.kinds) - CATEGORIES[self.source]:
            raise ValueError(f"{self.source} has no kind {min(unknown)}")
        if unfit := set(self.disaggregation) - DIMENSIONS[self.source]:
            raise ValueError(f"{self.source} can't be broken down by {min(unfit)}")
        if self.library_kind and self.source is not Noun.ACTIVITY:
            raise ValueError("library_kind is for activities: which libraries held them")
        if self.source is Noun.LIBRARY and self.period:
            raise ValueError("a library has no day, so there is no period")
        if len({target.period for target in self.targets}) < len(self.targets):
            raise ValueError("two targets are for the same period")
        return self

    @property
    def is_plain(self) -> bool:
        """Whether it can be made of cells that are common to all indicators."""
        narrowed = self.amount_min or self.library_kind or self.period
        return self.aggregation is not Aggregation.DISTINCT and not narrowed

    def scope(
        self,
        oblast: str | None = None,
        category: str | None = None,
        first_day: date = date.min,
        last_day: date = date.max,
    ) -> Scope:
        """What is behind the figure of these; a category that the indicator doesn't count leaves nothing."""
        categories = self.kinds or None
        if category is not None:
            categories = (category,) if not self.kinds or category in self.kinds else ()
        if self.period is not None:
            first_day, last_day = max(first_day, self.period.first), min(last_day, self.period.last)
        return Scope([self.source], categories, self.amount_min, self.library_kind, oblast, first_day, last_day)

    def of_amount(self, amount: int) -> int:
        """What one thing adds; to a distinct count, at most."""
        return amount if self.aggregation is Aggregation.SUM else 1

    def of_cells(self, cells: Iterable[Cell]) -> Figure:
        """The figure from cells of its scope, or of all things told apart by category. Not for distinct counts."""
        counted = [c for c in cells if c.noun is self.source and self._counts(c.category)]
        is_sum = self.aggregation is Aggregation.SUM
        parts = [(c.key, c.amount if is_sum else c.things) for c in counted]
        return Figure(sum(value for _, value in parts), parts)

    def reached(self, target: Target, found: int) -> bool:
        """Whether what was found within the target's period is enough, or little enough."""
        return found >= target.value if self.direction == "up" else found <= target.value

    def _counts(self, category: str | None) -> bool:
        return category is None or not self.kinds or category in self.kinds
