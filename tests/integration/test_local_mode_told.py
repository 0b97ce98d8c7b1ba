"""`oseredok up` and `down` as programs run them: one document on stdout, how far it is on stderr."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from oseredok_cli.doctor import secretfiles
from oseredok_cli.local import services
from oseredok_cli.local.platform import LocalPlatform
from oseredok_cli.local.start import up
from oseredok_cli.local.stop import down


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """Of a platform not yet started, which is taken down at the end."""
    yield tmp_path / "home"
    down(LocalPlatform(tmp_path / "home"), lambda _line: None)


def test_programs_are_told_of_up_and_down(home: Path) -> None:
    """Addresses at which servers listen; again, nothing is started; down once, and then there is nothing."""

    def oseredok(*words: str) -> tuple[dict[str, Any], str]:
        env = {**os.environ, "OSEREDOK_LOCAL_DIR": str(home)}
        command = [sys.executable, "-m", "oseredok_cli", *words, "--json"]
        done = subprocess.run(command, env=env, capture_output=True, text=True, check=True)
        return json.loads(done.stdout), done.stderr

    told, aside = oseredok("up", "--servers-only")
    assert (told["started"], told["services"], told["loaded"]) == (True, [], {})
    assert {"· starting Kafka", "· starting PostgreSQL"} <= set(aside.splitlines())
    for address in (told["kafka"], told["postgres"]):
        host, _, port = address.rpartition(":")
        socket.create_connection((host, int(port)), timeout=5).close()
    assert Path(told["secrets"], "kafka-admin").exists()
    assert Path(told["logs"], "kafka.log").exists()
    assert oseredok("up", "--servers-only") == ({**told, "started": False}, "")
    ended, aside = oseredok("down")
    assert (ended, aside.splitlines()[-1]) == ({"ran": True}, "· kafka stopped")
    assert oseredok("down") == ({"ran": False}, "")


def test_the_doctor_misses_no_secret(home: Path) -> None:
    """Of a platform that is just up, with what each service gets when it is started."""
    platform = LocalPlatform(home)
    up(platform, lambda _line: None, parts=())
    for service in services.TABLE:
        platform.service_environment(service.name)
    assert [finding.state for finding in secretfiles.examine(platform)] == ["ok"]
