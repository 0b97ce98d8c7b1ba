"""A world as the operator's command finds it: a file that describes it, and a folder of secrets."""

import io
import json
import os
import subprocess
import sys
import tomllib
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from oseredok_cli.__main__ import main
from oseredok_cli.access.grants import ADMIN, service_principal, services
from oseredok_cli.described import VARIABLE
from support.copies import Copy
from support.servers import PUBLISHERS, ROOT, KafkaServer
from support.world import World

NAME = "mriya"
SOURCE = "https://mriya.example/oseredok"
INTAKE = f"oseredok.events.intake.{NAME}.v1"
SECONDS_MAX = 90


@dataclass
class Installation:
    """One without services."""

    world: World

    def started(self, *words: str) -> "subprocess.Popen[str]":
        """`oseredok access …` as a process, at work."""
        program, pipe = Path(sys.executable).with_name("oseredok"), subprocess.PIPE
        environment = {**self.world.environment("events"), VARIABLE: str(self.described)}
        return subprocess.Popen([program, "access", *words], env=environment, stdout=pipe, stderr=pipe, text=True)

    def command(self, *words: str, code: int = 0) -> str:
        """Runs `oseredok access …`, in this process; answers what it printed."""
        return self.run("access", *words, code=code)

    def asked(self, *words: str) -> Any:
        """The same with --json; answers what it told."""
        return json.loads(self.command(*words, "--json"))

    def run(self, *words: str, code: int = 0) -> str:
        """Any command of `oseredok`."""
        told = io.StringIO()
        with (
            patch.dict(os.environ, {VARIABLE: str(self.described)}),
            patch.object(sys, "argv", ["oseredok", *words]),
            redirect_stdout(told),
            pytest.raises(SystemExit) as ending,
        ):
            main()
        said = ending.value.code
        assert (1 if isinstance(said, str) else said or 0) == code, said
        return told.getvalue() + (said if isinstance(said, str) else "")

    def add(self, *words: str) -> dict[str, str]:
        """Lets NAME in, whose topics a test before may have left; answers what it was handed."""
        return handed(self.command("add", NAME, "--source", SOURCE, "--same-publisher", *words))

    @property
    def described(self) -> Path:
        """The file that describes it."""
        return self.world.folder / "platform.toml"

    @property
    def secrets(self) -> Path:
        """Its folder of secrets."""
        return self.world.folder / "secrets"

    def own(self) -> dict[str, Any]:
        """Entries of publishers.toml."""
        return _publishers(self.secrets / "publishers.toml")

    def served(self) -> dict[str, Any]:
        """Entries of publishers that services read."""
        return _publishers(self.world.folder / "settings" / "access.toml")


@dataclass
class Serving(Installation):
    """One whose service events is running."""

    events: Copy


def ended(process: "subprocess.Popen[str]", code: int = 0) -> str:
    """What it printed, when it has ended with this code."""
    try:
        out, err = process.communicate(timeout=SECONDS_MAX)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == code, err
    return out + err


def handed(printed: str) -> dict[str, str]:
    """The exports of a shell among what was printed."""
    pairs = [line.removeprefix("export OSEREDOK_").split("=", 1) for line in printed.splitlines() if "export" in line]
    return {name: value.strip("'") for name, value in pairs}


def client(kafka: KafkaServer, password: str, name: str = NAME) -> dict[str, str]:
    """Keyword arguments that log a publisher in with what it was handed."""
    return {**kafka.client(name), "sasl_plain_password": password}


def described(world: World, api: str, admin: str) -> None:
    """Writes the files of an installation whose services listen at these addresses."""
    secrets = world.folder / "secrets"
    secrets.mkdir(mode=0o700)
    for principal in (ADMIN, *map(service_principal, services())):
        (secrets / f"kafka-{principal}").write_text(world.kafka.password(principal))
    for publisher in PUBLISHERS:
        (secrets / f"publisher-{publisher}.kafka").write_text(world.kafka.password(publisher))
        (secrets / f"publisher-{publisher}.token").write_text(f"token-of-{publisher}")
    (secrets / "operator-admin.token").write_text("token-of-admin")
    told = {"kafka": world.kafka.bootstrap, "api": api, "admin": admin, "secrets": str(secrets)}
    told |= {"settings": str(world.folder / "settings"), "notes": str(world.folder)}
    told |= {"programme": str(ROOT / "deploy" / "programme")}
    lines = [f"{name} = {json.dumps(value)}" for name, value in told.items()]
    (world.folder / "platform.toml").write_text("\n".join([*lines, "[readers]"]))


def _publishers(file: Path) -> dict[str, Any]:
    entries: dict[str, Any] = tomllib.loads(file.read_text())["publishers"]
    return entries
