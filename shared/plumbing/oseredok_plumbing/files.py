"""Files of the settings directory, looked at every two seconds by content: a sound version is taken, a bad one not."""

import asyncio
import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, Generic, TypeVar

from oseredok_contracts.settings import settings_hash
from oseredok_plumbing import log, telemetry

_log = log.get("files")

T = TypeVar("T")

LOOK_EVERY_SECONDS = 2.0


class Watched(Generic[T]):
    """One file and what was last read from it."""

    def __init__(self, path: Path, parse: Callable[[str], T]) -> None:
        """Reads it. Raises what opening and `parse` raise: a service doesn't start on a bad file."""
        self._path = path
        self._parse = parse
        self.refused = ""
        """Why the file as it is now was not taken; empty where it is in force."""
        text = self._read()
        self._digest = hashlib.sha256(text.encode()).digest()
        self.current = parse(text)
        self._tell(text)

    @property
    def name(self) -> str:
        """The file's, or the folder's."""
        return self._path.name

    def _read(self) -> str:
        return self._path.read_text(encoding="utf-8")

    def _tell(self, text: str) -> None:
        telemetry.SETTINGS_HASH.labels(self.name).set(settings_hash(text))

    def look(self) -> bool:
        """Takes a changed file; answers whether it did. A bad one is counted, logged and left."""
        try:
            text = self._read()
            digest = hashlib.sha256(text.encode()).digest()
            if digest == self._digest:
                return False
            self._digest = digest
            self.current = self._parse(text)
            self.refused = ""
            self._tell(text)
        except (OSError, ValueError, LookupError) as error:
            self.refused = str(error)[:300]
            if isinstance(error, OSError):
                self._digest = b""  # once it can be read it is news again
            telemetry.SETTINGS_REFUSED.labels(self._path.name).inc()
            _log.error(
                "settings file not taken, the last good one is in force", file=self._path.name, error=str(error)[:300]
            )
            return False
        _log.info("settings file taken", file=self._path.name)
        return True


class WatchedFolder(Watched[T]):
    """The files of one folder, taken together or not at all."""

    def __init__(self, folder: Path, suffixes: Collection[str], parse: Callable[[Mapping[str, str]], T]) -> None:
        """`parse` gets name to text of the files with these suffixes; it raises ValueError for unsound ones."""
        self._suffixes = frozenset(suffixes)
        super().__init__(folder, lambda text: parse(json.loads(text)))

    def _read(self) -> str:
        files = sorted(path for path in self._path.iterdir() if path.suffix in self._suffixes)
        return json.dumps({path.name: path.read_text(encoding="utf-8") for path in files})


async def keep_looking(files: list[Watched[Any]]) -> None:
    """Until cancelled."""
    while True:
        await asyncio.sleep(LOOK_EVERY_SECONDS)
        for file in files:
            file.look()
