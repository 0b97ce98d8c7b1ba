"""The three publishers of the demonstration: how each one's system works."""

from dataclasses import dataclass

INFORMATION_KINDS = (
    "information_corner",
    "guest_meeting",
    "street_consultation",
    "thematic_meeting",
    "game",
    "brain_ring",
    "quest",
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """Its share of the season; what part of events is binary, of reports has cells; how its activities are named."""

    name: str
    share: float
    kinds: dict[str, int]
    binary: float
    counts_cells: float
    numbers_facts: bool
    subject: str


LIBRARY_SYSTEM = Publisher(
    name="biblioteka-plus",
    share=0.45,
    kinds=dict.fromkeys(INFORMATION_KINDS, 4) | {"press_club": 3, "course_viewing": 1},
    binary=0.1,
    counts_cells=0.7,
    numbers_facts=True,
    subject="bp-{run}-{number:04d}",
)
"""Structured events, numbered, counts by sex and age."""

MUNICIPAL_SITE = Publisher(
    name="gromada-online",
    share=0.35,
    kinds=dict.fromkeys(INFORMATION_KINDS, 3) | {"street_consultation": 8, "guest_meeting": 6, "training": 1},
    binary=0.9,
    counts_cells=0.15,
    numbers_facts=False,
    subject="захід/{run}/{number}",
)
"""Binary events without a sequence, so that `time` decides; mostly plain totals."""

COURSE_PLATFORM = Publisher(
    name="kurs-prometei",
    share=0.2,
    kinds={"webinar": 2, "training": 2, "course_viewing": 10},
    binary=0.5,
    counts_cells=0.5,
    numbers_facts=True,
    subject="KP-{run}-{number:05d}",
)
"""Both modes, webinars online, and the learning."""

PUBLISHERS = (LIBRARY_SYSTEM, MUNICIPAL_SITE, COURSE_PLATFORM)
