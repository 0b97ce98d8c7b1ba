"""Generated secrets, one a file, readable by their owner alone. A secret is made once and then stays."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from oseredok_cli.local.errors import LocalError

SECRET_BYTES = 24


@dataclass(frozen=True)
class Secrets:
    """The folder of secrets; `made` names those that this run had to make. A sealed one makes none."""

    folder: Path
    made: set[str] = field(default_factory=set)
    sealed: bool = False

    def path(self, name: str) -> Path:
        """Where a secret is kept."""
        return self.folder / name

    def ensure(self, name: str) -> str:
        """The secret, made now if there is none. Raises LocalError where it may not be made."""
        path = self.path(name)
        if not path.exists():
            if self.sealed:
                raise LocalError(f"there is no secret {name} in {self.folder}: oseredok access make")
            self._make(name, path)
        return path.read_text().strip()

    def keep(self, name: str, secret: str) -> None:
        """Keeps a secret that was not made here, readable by the owner alone."""
        self._write(self.path(name), secret)

    def replace(self, name: str, secret: str) -> None:
        """Puts another secret in its place; who could read the one before can read it."""
        path = self.path(name)
        before = path.stat()
        self._write(path, secret)
        os.chown(path, -1, before.st_gid)
        path.chmod(before.st_mode & 0o777)

    def _make(self, name: str, path: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._write(path, secrets.token_urlsafe(SECRET_BYTES))
        self.made.add(name)

    @staticmethod
    def _write(path: Path, secret: str) -> None:
        scratch = path.with_name(f".{path.name}.{os.getpid()}")
        descriptor = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(secret)
        scratch.replace(path)
