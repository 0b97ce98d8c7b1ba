"""access make, access apply: secrets, the access file and Kafka's rights of a platform that a file describes.

The local mode does all of this in `up`; where parts run in containers, these are jobs of their own.
"""

import socket
import time

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from cyclopts import App
from rich.console import Console

from oseredok_cli.access.client import admin_client
from oseredok_cli.access.deal import deal
from oseredok_cli.access.grants import ADMIN
from oseredok_cli.described import VARIABLE, DescribedPlatform, described
from oseredok_cli.local.errors import LocalError

console = Console(highlight=False, soft_wrap=True)
START_SECONDS_MAX = 90.0
POLL_SECONDS = 0.5


def register(app: App) -> None:
    """Adds the group."""
    group = App(
        name="access", help="Secrets, the access file, Kafka's rights: jobs where the platform is in containers."
    )
    group.command(make)
    group.command(apply)
    app.command(group)


def make() -> None:
    """Make the secrets that are missing, give each to its reader's group, and write the settings directory."""
    platform = _platform(sealed=False)
    platform.write_settings()
    deal(platform, platform.readers)
    console.print(f"{len(platform.secrets.made)} secrets made; the settings directory is up to date")


def apply() -> None:
    """Bring Kafka to the table of topics: topics and their settings, users, rights. Waits until Kafka answers."""
    platform = _platform(sealed=True)
    client = admin_client(platform.kafka_bootstrap, ADMIN, platform.kafka_password(ADMIN))
    _wait(client, platform.kafka_bootstrap)
    # Whether a secret has been made anew since the last time is not known here: every password is set.
    for line in platform.apply_access(client, renewed=platform.kafka_principals()):
        console.print(line)


def _platform(*, sealed: bool) -> DescribedPlatform:
    platform = described(sealed=sealed)
    if platform is None:
        raise LocalError(
            f"{VARIABLE} names no file: this is for a platform in containers; the local mode needs `up` only"
        )
    return platform


def _wait(client: AdminClient, bootstrap: str) -> None:
    """Returns when the broker answers its admin. Raises LocalError when it does not."""
    host, _, port = bootstrap.rpartition(":")
    deadline = time.monotonic() + START_SECONDS_MAX
    while True:
        try:
            # A knock first: librdkafka needs a second to forgive a port that was closed.
            socket.create_connection((host, int(port)), timeout=2).close()
            client.list_topics(timeout=5)
            return
        except (OSError, KafkaException) as error:
            if time.monotonic() > deadline:
                raise LocalError(f"Kafka at {bootstrap} does not answer its admin: {error}") from error
            time.sleep(POLL_SECONDS)
