"""Who reads which secret, where every part runs under a user of its own.

Each secret belongs to the operator and to one group, and the group is its one reader's: a part that is broken into
gives away its own secrets and no other's. Only the owner of the files runs this, and only into groups of its own, so
that no privilege is needed.
"""

import os
from collections.abc import Iterator, Mapping

from oseredok_cli.access import grants
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.postgres import SUPERUSER
from oseredok_cli.platform import UNSUBSCRIBE_KEY, Platform, database_secret

MODE = 0o440
KEYS = {"notifications": [UNSUBSCRIBE_KEY]}
"""Secrets of a service that are no password of anything else's: what it signs with."""
CLUSTER = "kafka-cluster"
"""From it Kafka's brokers make the name of their cluster, which must be one."""
GRAFANA = "grafana-admin"
OF_CONTAINERS = frozenset({CLUSTER, GRAFANA})
"""Of parts that the local mode doesn't have, or has one of: it makes no such secret."""
SUPER_USERS = (database_secret(SUPERUSER), f"kafka-{grants.ADMIN}")
"""Each server takes its own with its first data; nobody else could give it another."""


def shares(platform: Platform) -> dict[str, list[str]]:
    """Part to the names of the secrets that it reads. What is nobody's here is the operator's alone."""
    parts = {
        "postgres": [database_secret(SUPERUSER)],
        "kafka": [platform.kafka_secret(grants.ADMIN), CLUSTER],
        "grafana": [GRAFANA],
        "alertmanager": [],
    }
    for service in grants.services():
        principal = grants.service_principal(service)
        passwords = [database_secret(f"oseredok_{service}"), platform.kafka_secret(principal)]
        parts[service] = [*passwords, *KEYS.get(service, [])]
        parts[f"{service}-migrations"] = [database_secret(f"oseredok_{service}_owner")]
    return parts


def make_super_users(platform: Platform) -> None:
    """Makes those of the servers, before any other secret. Raises LocalError where one is gone that others outlived."""
    folder = platform.secrets.folder
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    begun = any(name not in SUPER_USERS and not name.startswith(".") for name in there)
    for name in SUPER_USERS:
        if begun and name not in there:
            raise LocalError(
                f"the secret {name} is gone, and its server knows no other: "
                'put it back from the backup (deploy/README.md, "Back up")'
            )
        platform.secrets.ensure(name)


def deal(platform: Platform, readers: Mapping[str, int]) -> None:
    """Makes every secret that is missing and gives each to its reader's group. Raises LocalError on an unknown part."""
    parts = shares(platform)
    if readers.keys() != parts.keys():
        odd = ", ".join(sorted(readers.keys() ^ parts.keys()))
        raise LocalError(f"readers of secrets: these are missing, or no parts of the platform: {odd}")
    reader = {secret: readers[part] for part, names in parts.items() for secret in names}
    for secret in (*reader, *_of_publishers(platform)):
        platform.secrets.ensure(secret)
        path = platform.secrets.path(secret)
        os.chown(path, -1, reader.get(secret, os.getegid()))
        path.chmod(MODE)


def _of_publishers(platform: Platform) -> Iterator[str]:
    yield from (platform.kafka_secret(publisher.slug) for publisher in platform.publishers if publisher.of_programme)
