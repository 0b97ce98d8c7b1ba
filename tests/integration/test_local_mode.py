"""The local mode leaves nothing behind: no process, no changed permission, whatever way a start ends.

Each test has a platform of its own in a temporary folder, without services (`parts=()`), with the checkout's jars.
"""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from oseredok_cli.local import LocalError, jars, ports, processes
from oseredok_cli.local.platform import CHECKOUT, LocalPlatform
from oseredok_cli.local.records import Records
from oseredok_cli.local.services import Service
from oseredok_cli.local.start import up
from oseredok_cli.local.status import status
from oseredok_cli.local.stop import down


@pytest.fixture
def told() -> list[str]:
    """The lines that the operator was told."""
    return []


@pytest.fixture
def platform(tmp_path: Path, told: list[str]) -> Iterator[LocalPlatform]:
    """A platform not yet started, which is taken down at the end."""
    home = tmp_path / "closed" / "home"
    home.parent.mkdir(mode=0o700)
    handle = LocalPlatform(home)
    yield handle
    down(handle, told.append)


def records(platform: LocalPlatform) -> Records:
    """What is written down now."""
    return Records.load(platform.run / "processes.json")


def in_session_of(pids: set[int]) -> list[int]:
    """Processes that run in a session led by one of these."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[3]) in pids and fields[0] != "Z":
                found.append(int(entry.name))
    return found


def permissions(path: Path) -> dict[Path, int]:
    """Mode of every folder above a path."""
    return {folder: stat.S_IMODE(folder.stat().st_mode) for folder in path.parents}


def test_up_and_down_and_up_again(platform: LocalPlatform, told: list[str]) -> None:
    """Down ends every process; the next start uses the same data, ports and passwords; no folder's mode changes."""
    before = permissions(platform.home)
    assert up(platform, told.append, parts=())
    first = dict(platform.ports), platform.kafka_password("admin"), platform.token("biblioteka-plus")
    pids = {process.pid for process in records(platform).alive()}
    assert len(pids) == 2
    assert down(platform, told.append)
    assert told[-2:] == ["postgres stopped", "kafka stopped"]
    assert in_session_of(pids) == []
    assert not down(platform, told.append)

    told.clear()
    again = LocalPlatform(platform.home)
    assert up(again, told.append, parts=())
    assert (dict(again.ports), again.kafka_password("admin"), again.token("biblioteka-plus")) == first
    assert not any("brought up to the table" in line for line in told)
    down(again, told.append)
    assert permissions(platform.home) == before

    platform.secrets.path("kafka-admin").unlink()
    with pytest.raises(LocalError, match="the secret kafka-admin is gone"):
        up(LocalPlatform(platform.home), told.append, parts=())


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalPlatform]:
    """A platform that is up."""
    handle = LocalPlatform(tmp_path_factory.mktemp("running"))
    up(handle, lambda _line: None, parts=())
    yield handle
    down(handle, lambda _line: None)


def test_up_twice_says_so(running: LocalPlatform, told: list[str]) -> None:
    """A second up starts nothing; status shows what runs."""
    before = records(running).alive()
    assert not up(running, told.append, parts=())
    assert records(running).alive() == before
    shown = {part.name: part for part in status(running)}
    assert (shown["kafka"].state, shown["postgres"].state, shown["events"].state) == ("running", "running", "stopped")
    assert shown["kafka"].memory_bytes > 0


def test_secrets_are_for_their_owner_alone(running: LocalPlatform) -> None:
    """Files 0600 in a folder 0700; no password stands in a process's arguments."""
    assert stat.S_IMODE(running.secrets.folder.stat().st_mode) == 0o700
    files = list(running.secrets.folder.iterdir())
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    for process in records(running).alive():
        arguments = Path(f"/proc/{process.pid}/cmdline").read_text()
        assert not any(file.read_text() in arguments for file in files)


def test_a_killed_server_comes_back_alone(running: LocalPlatform, told: list[str]) -> None:
    """After kill -9 of PostgreSQL the next up starts it again and leaves Kafka alone."""
    before = {process.name: process for process in records(running).alive()}
    os.kill(before["postgres"].pid, signal.SIGKILL)
    assert processes.gone(before["postgres"], 5)
    assert up(running, told.append, parts=())
    after = {process.name: process for process in records(running).alive()}
    assert after["kafka"] == before["kafka"]
    assert after["postgres"].pid != before["postgres"].pid


def test_two_platforms_side_by_side(running: LocalPlatform, platform: LocalPlatform, told: list[str]) -> None:
    """The second one finds the first one's ports taken and chooses others."""
    up(platform, told.append, parts=())
    assert not set(platform.ports.values()) & set(running.ports.values())
    down(platform, told.append)
    assert len(records(running).alive()) == 2


def test_a_stopped_platform_gives_way(platform: LocalPlatform, told: list[str]) -> None:
    """Two checkouts that chose the same ports while the other was down run side by side all the same."""
    platform.home.mkdir()
    chosen = ports.choose()
    platform.ports_file.write_text(json.dumps(chosen))
    with socket.create_server(("127.0.0.1", chosen["kafka"])):
        moved = ports.claim(platform.ports_file, "ports.json", list(ports.DEFAULTS), told.append)
    assert not set(moved.values()) & set(chosen.values())
    assert told == [
        f"port {chosen['kafka']} (kafka) is taken by another program: "
        f"moving to ports {min(moved.values())} to {max(moved.values())}"
    ]
    assert json.loads(platform.ports_file.read_text()) == moved


def test_a_start_that_fails_leaves_nothing(platform: LocalPlatform, told: list[str]) -> None:
    """A service whose program does not run: the log's end is shown, and the servers are stopped again."""
    with pytest.raises(LocalError, match=r"(?s)events: migrate failed.*No module named") as raised:
        up(platform, told.append, parts=(Service("events", "no_such_module", "/"),))
    assert "events-migrate.log" in str(raised.value)
    assert records(platform).processes == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_start_leaves_nothing(platform: LocalPlatform, number: signal.Signals) -> None:
    """Ctrl-C and its like, while the servers come up."""
    env = {**os.environ, "OSEREDOK_LOCAL_DIR": str(platform.home)}
    command = [sys.executable, "-m", "oseredok_cli", "up", "--servers-only"]
    starting = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    pids = wait_for_processes(platform)
    starting.send_signal(number)
    output, _ = starting.communicate(timeout=60)
    assert starting.returncode == 130, output
    assert "interrupted" in output
    assert in_session_of(pids) == []


def test_what_a_killed_start_left_is_cleaned_up(platform: LocalPlatform, told: list[str]) -> None:
    """kill -9 of the command itself: the next up stops what it left and starts properly; the data is made anew."""
    env = {**os.environ, "OSEREDOK_LOCAL_DIR": str(platform.home)}
    command = [sys.executable, "-m", "oseredok_cli", "up", "--servers-only"]
    starting = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
    left = wait_for_processes(platform)
    starting.kill()
    starting.wait()
    assert in_session_of(left)
    assert up(platform, told.append, parts=())
    assert told[0] == "stopping what an unfinished start left"
    assert in_session_of(left) == []


def wait_for_processes(platform: LocalPlatform) -> set[int]:
    """Pids written down by a command that is at work in another process."""
    deadline = time.monotonic() + 30
    while not records(platform).alive():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return {process.pid for process in records(platform).alive()}


def test_a_taken_port_is_one_clear_line(platform: LocalPlatform, told: list[str]) -> None:
    """A remembered port that another program has is refused by number and name, with what to do; nothing starts."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        platform.home.mkdir()
        platform.ports_file.write_text(json.dumps({**ports.choose(), "kafka": port}))
        with pytest.raises(LocalError, match=rf"^port {port} \(kafka\) is taken.*ports\.json") as raised:
            up(platform, told.append, parts=())
    assert "\n" not in str(raised.value)
    assert records(platform).processes == []


def test_a_reused_pid_is_never_signalled(platform: LocalPlatform, told: list[str]) -> None:
    """A record whose number now belongs to another process is struck out, and that process lives on."""
    with subprocess.Popen(["sleep", "60"]) as stranger:
        known = records(platform)
        known.add(processes.Process("kafka", stranger.pid, "another-boot:1"))
        assert not down(platform, told.append)
        assert stranger.poll() is None
        stranger.kill()
    assert records(platform).processes == []


LOCK = CHECKOUT / "deploy" / "kafka" / "jgo.lock.toml"


def lock_of_one(path: Path) -> jars.Jar:
    """Writes a lock of one small jar, which is returned."""
    jar = next(jar for jar in jars.locked(LOCK) if jar.artifact == "slf4j-simple")
    head, *blocks = LOCK.read_text().split("\n[[dependencies]]")
    path.write_text("\n[[dependencies]]".join([head, *(block for block in blocks if jar.sha256 in block)]))
    return jar


def test_a_tampered_jar_is_refused(tmp_path: Path) -> None:
    """A jar that is not the one whose sum the lock names never gets into the class path."""
    lock = tmp_path / "jgo.lock.toml"
    jar = lock_of_one(lock)
    lock.write_text(lock.read_text().replace(jar.sha256, "0" * 64))
    with pytest.raises(LocalError, match=r"slf4j-simple-.*\.jar is not the file.*refused"):
        jars.class_path(lock, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_damaged_jar_in_the_cache_is_fetched_anew(tmp_path: Path) -> None:
    """A jar that changed on disk since it was fetched is replaced before anything runs it."""
    jar = lock_of_one(tmp_path / "jgo.lock.toml")
    place = jar.place(tmp_path / "cache")
    place.parent.mkdir(parents=True)
    place.write_bytes(b"PK not what it was")
    assert jars.class_path(tmp_path / "jgo.lock.toml", tmp_path / "cache") == str(place)
    assert place.stat().st_size > 10_000
