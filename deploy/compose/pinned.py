"""The part of requirements.lock that one image needs, word for word, so that its hashes are those that were reviewed.

    python pinned.py ours FOLDER            the folders of our packages that the one in FOLDER needs, itself the last
    python pinned.py wanted FOLDER          what all of them ask for of others
    python pinned.py locked LOCK NAMES      the lock's entries of the packages that NAMES (a resolution) lists

Standard library only: it runs while an image is built, before anything is installed.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

OURS = "oseredok-"
SHARED = Path("shared")
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def name_of(requirement: str) -> str:
    """A requirement's package, as the lock spells it. Raises ValueError when there is none."""
    found = NAME.match(requirement)
    if found is None:
        raise ValueError(f"not a requirement: {requirement!r}")
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def asked(folder: Path) -> list[str]:
    """What one package depends on, without extras."""
    return list(tomllib.loads((folder / "pyproject.toml").read_text())["project"].get("dependencies", []))


def ours(folder: Path) -> list[Path]:
    """Our packages that the one in `folder` needs, each after those that it needs itself."""
    needed = [SHARED / name_of(line).removeprefix(OURS) for line in asked(folder) if name_of(line).startswith(OURS)]
    return list(dict.fromkeys([*(below for one in needed for below in ours(one)), folder]))


def wanted(folder: Path) -> list[str]:
    """What these packages ask for of others."""
    return sorted({line for one in ours(folder) for line in asked(one) if not name_of(line).startswith(OURS)})


def entries(lock: str) -> Iterator[tuple[str, str]]:
    """Each entry of a lock: the package and its lines, hashes included."""
    entry: list[str] = []
    for line in lock.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        entry.append(line)
        if not line.endswith("\\"):
            yield name_of(entry[0]), "\n".join(entry)
            entry = []


def locked(lock: str, resolution: str) -> list[str]:
    """The lock's entries for a resolution. Raises LookupError naming what the lock lacks."""
    lines = (line.strip() for line in resolution.splitlines())
    names = sorted({name_of(line) for line in lines if line and not line.startswith("#")})
    known: dict[str, list[str]] = {}
    for name, entry in entries(lock):
        known.setdefault(name, []).append(entry)
    if missing := [name for name in names if name not in known]:
        raise LookupError(f"not in the lock: {', '.join(missing)}; make lock")
    return [entry for name in names for entry in known[name]]


def main(verb: str, *paths: str) -> None:
    """Prints what the verb asks for."""
    files = [Path(path) for path in paths]
    if verb == "ours":
        lines = [f"./{folder}" for folder in ours(files[0])]
    else:
        lines = wanted(files[0]) if verb == "wanted" else locked(files[0].read_text(), files[1].read_text())
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
