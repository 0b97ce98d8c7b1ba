"""Kafka's jars: exactly those of the committed jgo lock, each compared with its committed sum before anything runs it.

jgo's own `sync` takes a jar whose sum differs from the lock without a word, so the comparison is made here, at every
start (46 jars, a tenth of a second). Jars are fetched beside their place and moved in when they are right: a broken-off
or tampered download is never found later.
"""

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from jgo.env import LockFile
from jgo.maven import MavenContext

from oseredok_cli.local.errors import LocalError

DOWNLOADS_MAX = 8
FETCH_TIMEOUT_SECONDS = 15
TRIES = 3
REASON_LENGTH_MAX = 160


@dataclass(frozen=True, slots=True)
class Jar:
    """One row of the lock."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def name(self) -> str:
        return "-".join(part for part in (self.artifact, self.version, self.classifier) if part) + ".jar"

    def place(self, cache: Path) -> Path:
        return cache / self.group / self.name


def locked(lock: Path) -> list[Jar]:
    """The lock's jars, in the order of the class path."""
    rows = LockFile.load(lock).dependencies
    return [Jar(row.groupId, row.artifactId, row.version, row.classifier or "", row.sha256 or "") for row in rows]


def class_path(lock: Path, cache: Path) -> str:
    """Fetches what is missing in `cache`, verifies everything, and returns Java's class path."""
    jars = locked(lock)
    missing = [jar for jar in jars if not _sound(jar, jar.place(cache))]
    if missing:
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=cache) as staging, ThreadPoolExecutor(DOWNLOADS_MAX) as pool:
            list(pool.map(lambda jar: _bring(jar, cache, Path(staging)), missing))
    return ":".join(str(jar.place(cache)) for jar in jars)


def missing_count(lock: Path, cache: Path) -> int:
    """How many jars would have to be fetched."""
    return sum(1 for jar in locked(lock) if not jar.place(cache).exists())


def _sound(jar: Jar, path: Path) -> bool:
    if not path.exists():
        return False
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == jar.sha256


def _bring(jar: Jar, cache: Path, staging: Path) -> None:
    last = "no answer"
    for fetched in _attempts(jar, staging):
        if isinstance(fetched, str):
            last = fetched
            continue
        if not _sound(jar, fetched):
            raise LocalError(f"{jar.name} is not the file whose sum is locked (jgo.lock.toml): refused")
        place = jar.place(cache)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(fetched, place)
        return
    raise LocalError(f"cannot fetch {jar.name}: {last}; check the network (or proxies) and run the same command again")


def _attempts(jar: Jar, staging: Path) -> Iterator[Path | str]:
    """The fetched file, or why it could not be fetched."""
    for attempt in range(TRIES):
        context = MavenContext(repo_cache=staging / str(attempt), timeout=FETCH_TIMEOUT_SECONDS)
        component = context.project(jar.group, jar.artifact).at_version(jar.version)
        try:
            yield component.artifact(classifier=jar.classifier).resolve()
        except Exception as error:  # jgo raises whatever its layers raise
            yield _reason(error)


def _reason(error: BaseException) -> str:
    """The first cause, in few words: what the layers above add is their own addresses."""
    while error.__cause__ or error.__context__:
        error = error.__cause__ or error.__context__ or error
    return " ".join(str(error).split())[:REASON_LENGTH_MAX] or type(error).__name__
