"""Settings: from the environment only, and every mistake is one line that names the variable and what to do."""

from pathlib import Path

import pytest

from oseredok_plumbing.settings import Settings, SettingsError

SOUND = {
    "OSEREDOK_SETTINGS_DIR": "/etc/oseredok",
    "OSEREDOK_EVENTS_DATABASE_PASSWORD": "d",
    "OSEREDOK_EVENTS_KAFKA_PASSWORD": "k",
    "OSEREDOK_EVENTS_HTTP_PORT": "8001",
    "OSEREDOK_EVENTS_ADMIN_PORT": "9001",
}


def refusal(**changes: str) -> str:
    """What loading these says."""
    with pytest.raises(SettingsError) as caught:
        Settings.load("events", {**SOUND, **changes})
    said = str(caught.value)
    assert "\n" not in said
    return said


def test_names_follow_the_service() -> None:
    """Users and owner follow the service's name; shared settings have no service in theirs."""
    loaded = Settings.load("events", {**SOUND, "OSEREDOK_DATABASE_PORT": "5555"})
    assert (loaded.database_user, loaded.database_owner) == ("oseredok_events", "oseredok_events_owner")
    assert (loaded.kafka_user, loaded.database_port) == ("oseredok-events", 5555)


def test_a_secret_from_a_file(tmp_path: Path) -> None:
    """`_FILE` names a file that holds the value; the newline at its end is not part of it."""
    (tmp_path / "password").write_text("s3cret\n")
    environment = {**SOUND, "OSEREDOK_EVENTS_KAFKA_PASSWORD_FILE": str(tmp_path / "password")}
    del environment["OSEREDOK_EVENTS_KAFKA_PASSWORD"]
    assert Settings.load("events", environment).kafka_password.get_secret_value() == "s3cret"


def test_both_are_one_too_many() -> None:
    """A value and a file at once: nobody could say which is meant."""
    said = refusal(OSEREDOK_EVENTS_KAFKA_PASSWORD_FILE="/run/secrets/k")
    assert said == "OSEREDOK_EVENTS_KAFKA_PASSWORD and OSEREDOK_EVENTS_KAFKA_PASSWORD_FILE are both set; keep one"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    """Named with its path and the reason, be it absent or not text."""
    assert "can't read /none: No such file" in refusal(OSEREDOK_EVENTS_REPLICA_FILE="/none")
    (tmp_path / "binary").write_bytes(b"\xff\xfe")
    said = refusal(OSEREDOK_EVENTS_REPLICA_FILE=str(tmp_path / "binary"))
    assert said.startswith("OSEREDOK_EVENTS_REPLICA_FILE: ")


def test_an_unknown_name_gets_the_nearest() -> None:
    """A misspelt setting of this service stops it; of another service it is none of its business."""
    said = refusal(OSEREDOK_EVENTS_BATCH_RECORD_MAX="5")
    assert said == (
        "OSEREDOK_EVENTS_BATCH_RECORD_MAX is not a setting of events; did you mean OSEREDOK_EVENTS_BATCH_RECORDS_MAX?"
    )
    assert refusal(OSEREDOK_EVENTS_ZZZ="5") == "OSEREDOK_EVENTS_ZZZ is not a setting of events"
    Settings.load("events", {**SOUND, "OSEREDOK_METRICS_ANYTHING": "5"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OSEREDOK_EVENTS_HTTP_PORT", "70000"),
        ("OSEREDOK_EVENTS_HTTP_PORT", "http"),
        ("OSEREDOK_EVENTS_REPLICA", "Copy 1"),
        ("OSEREDOK_EVENTS_BATCH_RECORDS_MAX", "0"),
        ("OSEREDOK_EVENTS_WAITING_DAYS_MAX", "0.5"),
        ("OSEREDOK_EVENTS_INBOX_DAYS", "7"),
        ("OSEREDOK_KAFKA_SECURITY", "PLAINTEXT"),
        ("OSEREDOK_LOG_LEVEL", "loud"),
        ("OSEREDOK_COPIES", "0"),
    ],
)
def test_a_wrong_value_names_its_variable(name: str, value: str) -> None:
    """Shared or own; and the value itself, which may be a secret, is not repeated."""
    said = refusal(**{name: value})
    assert said.startswith(f"{name}: ")
    assert f"'{value}'" not in said


def test_a_missing_secret_names_both_spellings() -> None:
    """So that nobody has to guess that a file would do."""
    environment = dict(SOUND)
    del environment["OSEREDOK_EVENTS_DATABASE_PASSWORD"]
    with pytest.raises(SettingsError, match=r"OSEREDOK_EVENTS_DATABASE_PASSWORD \(or .*_PASSWORD_FILE\)"):
        Settings.load("events", environment)


def test_secrets_are_not_printed() -> None:
    """Neither by repr nor by str."""
    loaded = Settings.load("events", {**SOUND, "OSEREDOK_EVENTS_DATABASE_PASSWORD": "s3cret"})
    assert "s3cret" not in f"{loaded!r} {loaded}"
