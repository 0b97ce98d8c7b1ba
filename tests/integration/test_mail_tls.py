"""A mail server with TLS is one whose certificate can be verified; an authority of its own is told by SMTP_CA."""

import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from oseredok_notifications.sending.probe import probe
from oseredok_notifications.settings import NotificationsSettings
from oseredok_plumbing.settings import SettingsError
from support.mailserver import Script
from support.ports import free_ports

SOUND = {
    "OSEREDOK_SETTINGS_DIR": "/etc/oseredok",
    "OSEREDOK_NOTIFICATIONS_DATABASE_PASSWORD": "d",
    "OSEREDOK_NOTIFICATIONS_KAFKA_PASSWORD": "k",
    "OSEREDOK_NOTIFICATIONS_HTTP_PORT": "8001",
    "OSEREDOK_NOTIFICATIONS_ADMIN_PORT": "9001",
    "OSEREDOK_NOTIFICATIONS_MAIL_FROM": "oseredok@oseredok.example",
    "OSEREDOK_NOTIFICATIONS_PUBLIC_URL": "https://oseredok.example",
    "OSEREDOK_NOTIFICATIONS_UNSUBSCRIBE_KEY": "a key of 16 bytes",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key, and a certificate for localhost that nobody knows."""
    folder = tmp_path_factory.mktemp("certificate")
    made = ["-keyout", "key.pem", "-out", "certificate.pem", "-nodes"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", *made, *named]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return folder


@contextmanager
def mail_server(files: Path, how: str) -> Iterator[int]:
    """It takes no mail without TLS, from the first byte (`tls`) or after STARTTLS; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "certificate.pem", files / "key.pem")
    told = {"ssl_context": context} if how == "tls" else {"tls_context": context, "require_starttls": True}
    controller = Controller(Script(), hostname="localhost", port=free_ports(1)[0], **told)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop(no_assert=True)


def settings(**told: str) -> NotificationsSettings:
    """Of a service that sends by that server."""
    return NotificationsSettings.load(
        "notifications", {**SOUND, **{f"OSEREDOK_NOTIFICATIONS_{name}": value for name, value in told.items()}}
    )


@pytest.mark.parametrize("how", ["starttls", "tls"])
async def test_a_mail_server_is_verified(files: Path, how: str) -> None:
    """By the authority that is told, and by name; one that nobody knows is refused before any login."""
    told = {"SMTP_TLS": how, "SMTP_HOST": "localhost"}
    with mail_server(files, how) as port:
        stranger = await probe(settings(SMTP_PORT=str(port), **told))()
        empty = await probe(settings(SMTP_PORT=str(port), **told, SMTP_CA=""))()
        told["SMTP_CA_FILE"] = str(files / "certificate.pem")
        known = await probe(settings(SMTP_PORT=str(port), **told))()
        another = await probe(settings(SMTP_PORT=str(port), **{**told, "SMTP_HOST": "127.0.0.1"}))()
    assert (stranger.state, stranger.fault) == ("wrong", "certificate"), stranger
    assert empty.fault == "certificate"  # the file that mail.yml puts where none is told
    assert known.state == "ok", known
    assert (another.state, another.fault) == ("wrong", "certificate"), another


def test_what_is_no_certificate_stops_the_service(files: Path) -> None:
    """At its start, with the variable's name."""
    with pytest.raises(SettingsError, match=r"OSEREDOK_NOTIFICATIONS_SMTP_CA: .*no certificates in PEM"):
        settings(SMTP_CA_FILE=str(files / "key.pem"))
