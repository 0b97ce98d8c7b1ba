"""What .env may say: .env.example, the compose files and the command's table of it are one and the same."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from compose.test_compose_file import Overriding
from oseredok_cli import envfile
from oseredok_cli.local.errors import LocalError

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = (ROOT / ".env.example").read_text()
FILES = [ROOT / "docker-compose.yml", *sorted((ROOT / "deploy/compose").glob("*.yml"))]
NAMED = dict(re.findall(r"^#(\w+)=(.*)$", EXAMPLE, re.MULTILINE))
OTHERWISE = {
    "/certificates/tls.pem /certificates/tls.key",
    "http://127.0.0.1:",
    "https://",
    "./deploy/compose/none.pem",
}
"""Defaults that no line can show: public.yml's own certificates, what follows from the front door's port, no file."""

IN_A_CLUSTER = {f"OSEREDOK_{service}_COPIES": "2" for service in ("REGISTRY", "EVENTS", "NOTIFICATIONS", "METRICS")}
"""Defaults of cluster.yml that are others than those shown, as .env.example says above them."""


def used() -> dict[str, set[str]]:
    """Each variable that a compose file reads, and the defaults that stand beside it."""
    found: dict[str, set[str]] = {}
    for file in FILES:
        for name, default in re.findall(r"\$\{(OSEREDOK_\w+)(?::-([^}$]*))?", file.read_text()):
            found.setdefault(name, set()).update({default} - {""})
    return found


def test_every_variable_is_explained_and_known() -> None:
    """No line of .env.example is read by nobody, and nothing is read that isn't there."""
    assert NAMED.keys() - {"COMPOSE_FILE"} == used().keys()
    assert envfile.KNOWN.keys() == used().keys()


def test_every_line_stands_below_its_explanation() -> None:
    """A comment, or a neighbour that has one."""
    lines = [line for line in EXAMPLE.splitlines() if line]
    for before, line in pairwise(lines):
        if re.match(r"#\w+=", line):
            assert before.startswith("#"), line
            assert not before.startswith("# ----"), line


def test_defaults_are_those_of_the_compose_files() -> None:
    """What is shown is what happens when the line is left out."""
    for name, defaults in used().items():
        assert defaults - OTHERWISE - {IN_A_CLUSTER.get(name)} <= {NAMED[name]}, name


def test_what_is_shown_can_be() -> None:
    """Each example passes the check that a start begins with."""
    envfile.check(NAMED)


def test_what_stands_around_the_job_is_passed_over() -> None:
    """Of the image, the engine, a shell and a terminal, of a proxy; and what an operator tells compose itself."""
    around = (
        *("PATH", "HOME", "HOSTNAME", "LANG", "GPG_KEY", "PYTHON_VERSION", "PYTHONUNBUFFERED", "TERM", "PWD"),
        *("SHLVL", "_", "http_proxy", "NO_PROXY", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "DOCKER_HOST"),
    )
    envfile.check({**dict.fromkeys(around, "x"), "OSEREDOK_PLATFORM": "/etc/x"})


def test_the_job_is_told_nothing_that_env_may_not_say() -> None:
    """Or else a name in .env would be lost among those that the compose files set: no file gives it more."""
    for file in FILES:
        part = (yaml.load(file.read_text(), Overriding)["services"].get("secrets")) or {}
        assert set(part.get("environment", {})) <= {"OSEREDOK_PLATFORM", "COMPOSE_FILE"}, file.name


@pytest.mark.parametrize("name", sorted(envfile.INSIDE))
def test_what_is_told_inside_only_is_refused(name: str) -> None:
    """In .env nobody reads it."""
    with pytest.raises(LocalError, match=f"nobody reads {name} there: it is told to the command"):
        envfile.check({name: "x"})


def test_what_is_told_inside_is_all_told_somewhere() -> None:
    """By a compose file, or to one command by name."""
    told = {
        variable
        for file in FILES
        for part in [yaml.load(file.read_text(), Overriding)]
        for variable in re.findall(r"OSEREDOK_\w+", repr([part["services"].get(name) for name in ("cli", "load")]))
    }
    assert told - envfile.KNOWN.keys() - {"OSEREDOK_PLATFORM"} == envfile.INSIDE - {"OSEREDOK_OPERATOR_TOKEN_FILE"}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "OSEREDOK_PROMETEUS_PORT",
            "1",
            "nobody reads OSEREDOK_PROMETEUS_PORT; did you mean OSEREDOK_PROMETHEUS_PORT?",
        ),
        ("OSREEDOK_PORT", "1", "nobody reads OSREEDOK_PORT; did you mean OSEREDOK_PORT?"),
        ("OSEREDOCK_KAFKA_PORT", "1", "did you mean OSEREDOK_KAFKA_PORT?"),
        ("KAFKA_PORT", "1", "nobody reads KAFKA_PORT; did you mean OSEREDOK_KAFKA_PORT?"),
        ("oseredok_port", "1", "nobody reads oseredok_port; did you mean OSEREDOK_PORT?"),
        ("TZ", "UTC", "nobody reads TZ"),
        ("OSEREDOK_ZZZZZ", "1", "nobody reads OSEREDOK_ZZZZZ (.env.example has all)"),
        ("OSEREDOK_PORT", "80800", "OSEREDOK_PORT=80800: Input should be less than or equal to 65535"),
        (
            "OSEREDOK_LOG_LEVEL",
            "loud",
            "OSEREDOK_LOG_LEVEL=loud: Input should be 'debug', 'info', 'warning' or 'error'",
        ),
        ("OSEREDOK_PUBLIC_URL", "oseredok.example", "OSEREDOK_PUBLIC_URL=oseredok.example: "),
        ("OSEREDOK_TLS", "yes", "OSEREDOK_TLS=yes: "),
        ("OSEREDOK_CERTIFICATES", "certs", "an absolute path is needed"),
        ("OSEREDOK_SMTP_CA_FILE", "ca.pem", "an absolute path is needed"),
        ("OSEREDOK_KAFKA_BOOTSTRAP", "kafka", "OSEREDOK_KAFKA_BOOTSTRAP=kafka: "),
        (
            "OSEREDOK_EVENTS_COPIES",
            "0",
            "OSEREDOK_EVENTS_COPIES=0: Input should be greater than or equal to 1",
        ),
        ("OSEREDOK_EVENTS_COPIES", "7", "OSEREDOK_EVENTS_COPIES=7: Input should be less than or equal to 6"),
        ("OSEREDOK_METRICS_COPIES", "two", "OSEREDOK_METRICS_COPIES=two: Input should be a valid integer"),
        ("OSEREDOK_COPIES", "2", "nobody reads OSEREDOK_COPIES; did you mean OSEREDOK_"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(name: str, value: str, said: str) -> None:
    """And what stands inside containers only is left alone."""
    with pytest.raises(LocalError) as caught:
        envfile.check({"OSEREDOK_PLATFORM": "/etc/x", "HOME": "/", name: value})
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
