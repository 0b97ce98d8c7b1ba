"""The doctor looks at the certificate of the front door as any client meets it."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from oseredok_cli.doctor import certificate
from oseredok_cli.local.errors import LocalError

NAME = "oseredok.localhost"
DAYS = 30


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate for NAME, signed by itself, good for DAYS."""
    folder = tmp_path_factory.mktemp("certificate")
    made = ["-keyout", "key.pem", "-out", "certificate.pem", "-days", str(DAYS), "-nodes"]
    named = ["-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"]
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", *made, *named]
    subprocess.run(words, cwd=folder, check=True, capture_output=True)
    return folder


@contextmanager
def front(files: Path) -> Iterator[int]:
    """Something that speaks TLS and nothing else; gives its port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files / "certificate.pem", files / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with suppress(OSError):
            while True:
                plain, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(plain, server_side=True) as connection:
                    connection.recv(1)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every name leads to this machine."""
    found = socket.getaddrinfo("127.0.0.1", None)
    monkeypatch.setattr(socket, "getaddrinfo", lambda _, port, *__: [(*one[:4], ("127.0.0.1", port)) for one in found])


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("name", "days_min", "trusted", "state", "fault"),
    [
        (NAME, 14, True, "ok", ""),
        (NAME, 40, True, "wrong", "soon"),
        ("localhost", 14, True, "wrong", "name"),
        (NAME, 14, False, "wrong", "untrusted"),
    ],
)
def test_a_certificate_is_judged(
    files: Path, monkeypatch: pytest.MonkeyPatch, name: str, days_min: float, trusted: bool, state: str, fault: str
) -> None:
    """One that ends soon, one for another name, one that nobody knows."""
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(files / "certificate.pem"))
    with front(files) as port:
        found = certificate.examine(f"https://{name}:{port}", days_min)
    assert (found.state, found.fault) == (state, fault), found
    if fault in ("", "soon"):
        assert f"{DAYS - 1} days" in found.detail or f"{DAYS} days" in found.detail


@pytest.mark.usefixtures("here")
def test_an_authority_of_one_s_own_is_told(files: Path) -> None:
    """As public.yml tells it in containers; what holds no certificate is told of as such."""
    with front(files) as port:
        told = (files / "certificate.pem").read_text()
        assert certificate.examine(f"https://{NAME}:{port}", 14, told).state == "ok"
    with pytest.raises(LocalError, match="no certificates in PEM"):
        certificate.examine(f"https://{NAME}:{port}", 14, "a word")


def test_nobody_there_and_no_certificate_needed() -> None:
    """A closed port is a fault; an address without TLS needs no certificate."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert certificate.examine(f"https://127.0.0.1:{port}", 14).fault == "away"
    assert certificate.examine("https://nobody.invalid", 14).state == "unknown"
    assert certificate.examine("http://127.0.0.1:8080", 14).state == "ok"
    assert certificate.examine("", 14).state == "ok"
