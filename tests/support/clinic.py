"""A whole platform as the operator's command finds it on this machine, all sound until a test plants faults."""

import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from oseredok_cli.__main__ import main
from oseredok_cli.access.grants import ADMIN
from oseredok_cli.local.platform import LocalPlatform
from oseredok_cli.local.postgres import SUPERUSER
from oseredok_cli.operating import VARIABLE
from oseredok_cli.platform import UNSUBSCRIBE_KEY, token_secret
from support.copies import TOKEN, Copy
from support.servers import SERVICES
from support.world import MAIL, World


@dataclass
class Clinic:
    """The world, its services by name, and the home of the local mode that describes it."""

    world: World
    home: Path
    copies: dict[str, Copy]
    token: Path | None = None
    """The file of the token of whoever asks; without it admin does."""

    @property
    def platform(self) -> LocalPlatform:
        """A handle that has read the files of now."""
        return LocalPlatform(self.home)

    def command(self, *words: str, code: int = 0) -> str:
        """Runs `oseredok …` in this process, which has imported it already; answers what it printed on stdout."""
        printed, aside = io.StringIO(), io.StringIO()
        told = {name: value for name, value in os.environ.items() if not name.startswith("OSEREDOK_")}
        told |= {"OSEREDOK_LOCAL_DIR": str(self.home)} | ({VARIABLE: str(self.token)} if self.token else {})
        with (
            mock.patch.dict(os.environ, told, clear=True),
            mock.patch.object(sys, "argv", ["oseredok", *words]),
            redirect_stdout(printed),
            redirect_stderr(aside),
        ):
            ended = _ended(main)
        assert ended == code, (ended, printed.getvalue(), aside.getvalue())
        return printed.getvalue()

    def asked(self, *words: str, code: int = 0) -> Any:
        """The same with --json; answers what it told."""
        return json.loads(self.command(*words, "--json", code=code))


def _ended(program: Callable[[], None]) -> int:
    """The exit code, as the interpreter makes one of what is raised."""
    try:
        program()
    except SystemExit as end:
        if isinstance(end.code, str):
            sys.stderr.write(end.code)
            return 1
        return end.code or 0
    return 0


def made(platform: LocalPlatform) -> set[str]:
    """Names of the secrets that a start of the local mode makes, but for publishers' and tokens: by its own code."""
    platform.database_password(SUPERUSER)
    platform.kafka_password(ADMIN)
    for service in SERVICES:
        platform.service_environment(service)
    return platform.secrets.made


def write_home(world: World, home: Path, ports: dict[str, int]) -> None:
    """Ports and secrets as the local mode keeps them."""
    (home / "secrets").mkdir(parents=True, mode=0o700)
    (home / "ports.json").write_text(json.dumps({"mail": 0, **ports}))
    (home / "settings").symlink_to(world.folder / "settings")
    platform = LocalPlatform(home)
    known = {UNSUBSCRIBE_KEY: MAIL["OSEREDOK_NOTIFICATIONS_UNSUBSCRIBE_KEY"], token_secret("admin"): f"{TOKEN}-admin"}
    for name in made(platform):
        kind, _, user = name.partition("-")
        server = world.postgres if kind == "postgres" else world.kafka
        known.setdefault(name, server.password(user))
    for publisher in platform.publishers:
        known[platform.kafka_secret(publisher.slug)] = world.kafka.password(publisher.slug)
        known[token_secret(publisher.slug)] = f"{TOKEN}-{publisher.slug}"
    for name, secret in known.items():
        path = home / "secrets" / name
        path.write_text(secret)
        path.chmod(0o600)


@contextmanager
def clinic(world: World, how: dict[str, dict[str, Any]] | None = None) -> Iterator[Clinic]:
    """All four services, up and ready, with Kafka as the table and the access file say; `how` to start which."""
    with ThreadPoolExecutor(len(SERVICES)) as threads:  # most of it is imports, of two at a time
        list(threads.map(world.migrate, SERVICES))
    copies = {service: world.start(service, **(how or {}).get(service, {})) for service in SERVICES}
    ports = {"postgres": world.postgres.port, "kafka": world.kafka.server.port}
    for name, copy in copies.items():
        ports |= {name: copy.http_port, f"{name}-admin": copy.admin_port}
    home = world.folder / "home"
    write_home(world, home, ports)
    made = Clinic(world, home, copies)
    made.platform.apply_access()
    for copy in copies.values():
        copy.wait_ready()
    try:
        yield made
    finally:
        world.kafka.grant()
