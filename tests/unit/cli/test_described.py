"""A platform that a file tells of: what of its Kafka may be told otherwise, and what publishers are told of it."""

from pathlib import Path

import pytest

from oseredok_cli.access.first_event import handed
from oseredok_cli.access.letting_in import Credentials
from oseredok_cli.access.publishers import Publisher
from oseredok_cli.described import DescribedPlatform, described
from oseredok_cli.local.errors import LocalError
from support.servers import ROOT

COMPOSE = ROOT / "deploy" / "compose" / "platform.toml"
VILLAGE = Publisher("village", {"sources": ["https://village.example"]}, of_programme=False)


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The file of compose, with folders that are there."""
    told = COMPOSE.read_text().replace('"/programme"', f'"{ROOT / "deploy" / "programme"}"')
    file = tmp_path / "platform.toml"
    file.write_text(told.replace("/var/lib/oseredok", str(tmp_path)))
    monkeypatch.setenv("OSEREDOK_PLATFORM", str(file))
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "kafka-admin").write_text("ours")
    return tmp_path


def found() -> DescribedPlatform:
    """The platform as the environment has it now."""
    known = described()
    assert known is not None
    return known


def shell(known: DescribedPlatform) -> dict[str, str]:
    """What a new publisher gets as exports."""
    lines = (line.removeprefix("export ") for line in handed(known, VILLAGE, Credentials("t", "p")).lines())
    return dict(line.split("=", 1) for line in lines if line.startswith("OSEREDOK_"))


@pytest.mark.usefixtures("platform")
def test_publishers_are_told_how_they_come_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TLS on one machine; with it where public.yml opens Kafka, or it is somebody else's."""
    assert shell(found())["OSEREDOK_SECURITY"] == "SASL_PLAINTEXT"
    monkeypatch.setenv("OSEREDOK_KAFKA_OUTSIDE", "oseredok.example:9094")
    monkeypatch.setenv("OSEREDOK_KAFKA_OUTSIDE_SECURITY", "SASL_SSL")
    told = shell(found())
    assert (told["OSEREDOK_KAFKA"], told["OSEREDOK_SECURITY"]) == ("oseredok.example:9094", "SASL_SSL")
    monkeypatch.delenv("OSEREDOK_KAFKA_OUTSIDE_SECURITY")
    monkeypatch.setenv("OSEREDOK_KAFKA_SECURITY", "SASL_SSL")
    assert shell(found())["OSEREDOK_SECURITY"] == "SASL_SSL"


def test_the_front_doors_authority_is_a_file(platform: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is told, or an empty file stands in for it: the system's; one that isn't there is named."""
    assert found().front_authority is None
    file = platform / "ca.pem"
    monkeypatch.setenv("OSEREDOK_FRONT_CA_FILE", str(file))
    with pytest.raises(LocalError, match=r"OSEREDOK_FRONT_CA_FILE: .*ca.pem cannot be read: No such file"):
        _ = found().front_authority
    file.touch()
    assert found().front_authority is None
    file.write_text("a certificate\n")
    assert found().front_authority == "a certificate"


def test_a_kafka_of_one_s_own_has_its_own_super_user(platform: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """His name, the file with his password, the authority; and a file that isn't there is named."""
    assert (found().broker.user, found().broker.password) == ("admin", "ours")
    (platform / "theirs").write_text("a-password\n")
    told = {"BOOTSTRAP": "a:1,b:2", "SECURITY": "SASL_SSL", "CA_FILE": str(platform / "ca.pem"), "ADMIN": "root"}
    for name, value in {**told, "ADMIN_PASSWORD_FILE": str(platform / "theirs")}.items():
        monkeypatch.setenv(f"OSEREDOK_KAFKA_{name}", value)
    broker = found().broker
    assert (broker.bootstrap, broker.security, broker.user, broker.password) == (
        "a:1,b:2",
        "SASL_SSL",
        "root",
        "a-password",
    )
    assert broker.authority == platform / "ca.pem"
    (platform / "theirs").unlink()
    with pytest.raises(LocalError, match=r"OSEREDOK_KAFKA_ADMIN_PASSWORD_FILE: .*theirs cannot be read: No such file"):
        _ = found().broker
