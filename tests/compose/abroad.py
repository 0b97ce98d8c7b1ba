"""Who comes from another machine to a platform that public.yml opened: by its name, at its public address, over TLS."""

import http.client
import json
import socket
import ssl
import time
import urllib.parse
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from compose.checks import ANSWER_SECONDS_MAX
from compose.engine import FailedError, Project

NAME = "oseredok.example"
DOORS = {"http": 80, "tls": 443, "kafka": 9094}
"""What is open at the public address: the defaults of public.yml."""


@dataclass(frozen=True)
class Answer:
    """What the front door said."""

    status: int
    location: str
    body: bytes

    def json(self) -> Any:
        """The body."""
        return json.loads(self.body)


class _Https(http.client.HTTPSConnection):
    """To the address, with the name of the certificate."""

    def __init__(self, address: str, authority: Path) -> None:
        self._tls = ssl.create_default_context(cafile=authority)
        super().__init__(NAME, DOORS["tls"], timeout=ANSWER_SECONDS_MAX, context=self._tls)
        self._address = address

    def connect(self) -> None:
        """Without asking for the name's address: the machine knows none."""
        plain = socket.create_connection((self._address, DOORS["tls"]), self.timeout)
        self.sock = self._tls.wrap_socket(plain, server_hostname=NAME)


@dataclass(frozen=True)
class Abroad:
    """One that knows the platform by its name, and the authority of its certificate."""

    address: str
    authority: Path

    def ask(self, path: str, token: str = "", event: object = None) -> Answer:
        """The front door over TLS, verified. Raises FailedError when it can't be had."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if event is not None:
            headers["content-type"] = "application/cloudevents+json"
        body = None if event is None else json.dumps(event).encode()
        return _answer(_Https(self.address, self.authority), path, headers, body)

    def ask_plainly(self, path: str) -> Answer:
        """The same without TLS."""
        connection = http.client.HTTPConnection(self.address, DOORS["http"], timeout=ANSWER_SECONDS_MAX)
        return _answer(connection, path, {"host": NAME}, None)

    def serial(self, door: str) -> str:
        """Of the certificate that a door shows, once it is verified. Raises FailedError."""
        tls = ssl.create_default_context(cafile=self.authority)
        try:
            with (
                socket.create_connection((self.address, DOORS[door]), ANSWER_SECONDS_MAX) as plain,
                tls.wrap_socket(plain, server_hostname=NAME) as connection,
            ):
                return str((connection.getpeercert() or {})["serialNumber"])
        except OSError as error:
            raise FailedError(f"{self.address}:{DOORS[door]} shows no certificate of {NAME}: {error}") from error


def _answer(connection: http.client.HTTPConnection, path: str, headers: dict[str, str], body: bytes | None) -> Answer:
    try:
        connection.request("GET" if body is None else "POST", path, body, headers)
        told = connection.getresponse()
        return Answer(told.status, told.getheader("location", ""), told.read())
    except (OSError, http.client.HTTPException) as error:
        raise FailedError(f"the front door does not answer to {path}: {error}") from error
    finally:
        connection.close()


@dataclass(frozen=True)
class Publisher:
    """One that `access add` let in, with what it was handed."""

    abroad: Abroad
    handed: dict[str, str]
    first: dict[str, Any]
    """The event that it was advised to try."""

    def path(self, path: str) -> str:
        """Of the API that it was told of, at the front door."""
        return self.handed["URL"].removeprefix(f"https://{NAME}") + path

    def publish(self, event: dict[str, Any]) -> Answer:
        """Over HTTPS."""
        return self.abroad.ask(self.path("/v1/intake"), self.handed["TOKEN"], event)

    def verdict(self, event: dict[str, Any]) -> str:
        """Of an event that it sent by whichever way, `nothing` while none is known."""
        question = urllib.parse.urlencode({name: event[name] for name in ("source", "id")})
        answer = self.abroad.ask(self.path(f"/v1/receipts?{question}"), self.handed["TOKEN"])
        return str(answer.json()["verdict"]) if answer.status == 200 else "nothing"

    def planned(self, subject: str) -> dict[str, Any]:
        """A press club in ten days, at Cherkasy's oblast library: it invites librarians, newsrooms and a consultant."""
        now = datetime.now(UTC).replace(microsecond=0)
        starts = now + timedelta(days=10)
        return {
            "specversion": "1.0",
            "id": f"{subject}-{time.time_ns()}",
            "source": self.handed["SOURCE"],
            "type": "org.oseredok.intake.activity.planned.v1",
            "subject": subject,
            "time": now.isoformat(),
            "datacontenttype": "application/json",
            "data": {
                "kind": "press_club",
                "title": f"Прес-клуб «{subject}»",
                "library": {"authority": "isil", "id": "UA-CK-0001"},
                "starts_at": starts.isoformat(),
                "ends_at": (starts + timedelta(hours=2)).isoformat(),
            },
        }


def publish_over_kafka(project: Project, publisher: Publisher, event: dict[str, Any]) -> dict[str, str]:
    """From a container in no network of the platform's: what came of it by each way (inside/publish.py)."""
    told = {name: publisher.handed[name.upper()] for name in ("kafka", "user", "password")} | {"event": event}
    image = f"oseredok/cli:{project.settings['OSEREDOK_TAG']}"
    program = (Path(__file__).parent / "inside" / "publish.py").read_text()
    outside = ("--network", "host", "--add-host", f"{NAME}:{publisher.abroad.address}")
    words = ("docker", "run", "--rm", "-i", *outside, "-v", f"{publisher.abroad.authority}:/ca.pem:ro")
    found: dict[str, str] = json.loads(
        project.ask(*words, "--entrypoint", "python", image, "-c", program, given=json.dumps(told))
    )
    return found
