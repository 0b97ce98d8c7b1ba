"""Kafka as its administrator meets it: clients that are logged in, and whether somebody else could log in."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from aiokafka.conn import create_conn
from aiokafka.errors import AuthenticationFailedError, KafkaError, SaslAuthenticationFailed
from confluent_kafka.admin import AdminClient

from oseredok_cli.access.grants import ADMIN
from oseredok_cli.access.step import TIMEOUT_SECONDS, RefusedError

Answer = TypeVar("Answer")
MECHANISM = "SCRAM-SHA-512"

_silent = logging.getLogger("oseredok_cli.kafka")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False
"""librdkafka writes each failed attempt to the terminal; whoever waits for a broker reports once, in words."""


def completed(work: Callable[[], Awaitable[Answer]]) -> Answer:
    """Runs it to its end within the deadline, beside whatever loop the caller may be in."""

    async def bounded() -> Answer:
        return await asyncio.wait_for(work(), TIMEOUT_SECONDS)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(bounded())).result()


@dataclass(frozen=True)
class Broker:
    """A broker, or several (`host:port,…`), and its super user."""

    bootstrap: str
    password: str
    security: str = "SASL_PLAINTEXT"
    authority: Path | None = None
    """Certificates (PEM) of the authority that the broker's is of, where the system doesn't know it."""
    user: str = ADMIN

    def admin(self) -> AdminClient:
        """A client of Kafka's administration, authenticated by SCRAM-SHA-512."""
        settings: dict[str, str | int | float | bool] = {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": self.security,
            "sasl.mechanism": MECHANISM,
            "sasl.username": self.user,
            "sasl.password": self.password,
            "socket.timeout.ms": 10_000,
        }
        if self.authority is not None:
            settings["ssl.ca.location"] = str(self.authority)
        return AdminClient(settings, logger=_silent)

    def aiokafka(self) -> dict[str, Any]:
        """Keyword arguments that log an aiokafka client in as the super user."""
        return {"bootstrap_servers": self.bootstrap, **self._login(self.user, self.password)}

    def logs_in(self, user: str, password: str) -> bool:
        """Whether this user with this password may come in. Raises RefusedError when the broker doesn't answer."""
        met: Exception | None = None
        for one in self.bootstrap.split(","):
            host, _, port = one.rpartition(":")
            try:
                completed(partial(self._knock, host, int(port), user, password))
            except (AuthenticationFailedError, SaslAuthenticationFailed):
                return False
            except (KafkaError, OSError, TimeoutError) as error:
                met = error
            else:
                return True
        raise RefusedError(f"{self.bootstrap} does not answer {user}: {met or type(met).__name__}") from met

    async def _knock(self, host: str, port: int, user: str, password: str) -> None:
        connection = await create_conn(host, port, **self._login(user, password))
        connection.close()

    def _login(self, user: str, password: str) -> dict[str, Any]:
        return {
            "security_protocol": self.security,
            "ssl_context": ssl.create_default_context(cafile=self.authority) if self.security == "SASL_SSL" else None,
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": user,
            "sasl_plain_password": password,
        }
