"""Kafka as its administrator meets it: clients that are logged in, and whether somebody else could log in."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
    """A broker, or several (`host:port,…`), and the password of its super user."""

    bootstrap: str
    password: str
    security: str = "SASL_PLAINTEXT"

    def admin(self) -> AdminClient:
        """A client of Kafka's administration, authenticated by SCRAM-SHA-512."""
        settings: dict[str, str | int | float | bool] = {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": self.security,
            "sasl.mechanism": MECHANISM,
            "sasl.username": ADMIN,
            "sasl.password": self.password,
            "socket.timeout.ms": 10_000,
        }
        return AdminClient(settings, logger=_silent)

    def aiokafka(self) -> dict[str, Any]:
        """Keyword arguments that log an aiokafka client in as the super user."""
        return {"bootstrap_servers": self.bootstrap, **self._login(ADMIN, self.password)}

    def logs_in(self, user: str, password: str) -> bool:
        """Whether this user with this password may come in. Raises RefusedError when the broker doesn't answer."""
        host, _, port = self.bootstrap.split(",")[0].rpartition(":")

        async def knock() -> None:
            connection = await create_conn(host, int(port), **self._login(user, password))
            connection.close()

        try:
            completed(knock)
        except (AuthenticationFailedError, SaslAuthenticationFailed):
            return False
        except (KafkaError, OSError, TimeoutError) as error:
            raise RefusedError(f"{self.bootstrap} does not answer {user}: {error or type(error).__name__}") from error
        return True

    def _login(self, user: str, password: str) -> dict[str, Any]:
        return {
            "security_protocol": self.security,
            "ssl_context": ssl.create_default_context() if self.security == "SASL_SSL" else None,
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": user,
            "sasl_plain_password": password,
        }
