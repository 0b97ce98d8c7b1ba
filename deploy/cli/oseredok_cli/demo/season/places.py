"""Where the season takes place: the programme's libraries, and who of them is in the wave."""

from dataclasses import dataclass
from pathlib import Path

from oseredok_cli import tables


@dataclass(frozen=True, slots=True)
class Library:
    """A library as the programme's file has it, with the hromadas where it may hold something outdoors."""

    authority: str
    id: str
    kind: str
    hromada: str
    neighbours: tuple[str, ...]
    wave: bool
    """Whether its hromada has events in the wave of May to July 2019. Others held theirs before."""


@dataclass(frozen=True, slots=True)
class Places:
    """Libraries by what they run."""

    pilot: tuple[Library, ...]
    oblast: tuple[Library, ...]

    @property
    def wave(self) -> tuple[Library, ...]:
        """One pilot library of each hromada in the wave."""
        first = {library.hromada: library for library in reversed(self.pilot) if library.wave}
        return tuple(first[hromada] for hromada in sorted(first))

    def of(self, hromada: str) -> Library:
        """A pilot library of this hromada. Raises StopIteration where there is none."""
        return next(library for library in self.pilot if library.hromada == hromada)


def read_places(programme: Path) -> Places:
    """Reads the programme's tables. A neighbour is another hromada of the wave in the same oblast."""
    oblasts = tables.oblasts(programme)
    rows = tables.libraries(programme)
    waves: dict[str, set[str]] = {}
    for row in rows:
        if row["wave"]:
            waves.setdefault(oblasts[row["hromada"]], set()).add(row["hromada"])
    libraries = []
    for row in rows:
        near = waves.get(oblasts[row["hromada"]], set())
        is_in_wave = row["hromada"] in near
        neighbours = tuple(sorted(near - {row["hromada"]})) if is_in_wave else ()
        libraries.append(Library(row["authority"], row["id"], row["kind"], row["hromada"], neighbours, is_in_wave))
    return Places(
        pilot=tuple(library for library in libraries if library.kind == "pilot"),
        oblast=tuple(library for library in libraries if library.kind == "oblast"),
    )
