"""Kafka's users (SCRAM-SHA-512): created, and set anew where the password of now doesn't open.

Kafka keeps no password that could be compared; whether one is right, a login tells.
"""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from typing import cast

from confluent_kafka.admin import (
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)

from oseredok_cli.access.step import TIMEOUT_SECONDS, Step, all_answered, answered, settle

SCRAM_ITERATIONS = 8192

LogsIn = Callable[[str, str], bool]
"""Whether this user with this password may come in."""


def plan(client: AdminClient, passwords: Mapping[str, str], former: Collection[str], logs_in: LogsIn) -> Step:
    """Users with these passwords, and no `former` ones; others are left alone. Raises RefusedError."""
    known = _known(client)
    created = [user for user in passwords if user not in known]
    renewed = [user for user in passwords if user in known and not logs_in(user, passwords[user])]
    gone = sorted(known & set(former))
    lines = [f"user {user} created" for user in created]
    lines += [f"user {user} renewed: its password was another" for user in renewed]
    lines += [f"user {user} removed: it publishes no more" for user in gone]

    def do() -> None:
        changes: list[UserScramCredentialAlteration] = [set_to(user, passwords[user]) for user in created + renewed]
        changes += [UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_512) for user in gone]
        all_answered("user", client.alter_user_scram_credentials(changes, request_timeout=TIMEOUT_SECONDS))
        settle("users", lambda: set(created) <= _known(client) and not set(gone) & _known(client))

    return Step(lines, do)


def set_now(client: AdminClient, passwords: Mapping[str, str]) -> None:
    """These users have these passwords, whether they were there or not. Raises RefusedError."""
    changes: list[UserScramCredentialAlteration] = [set_to(*pair) for pair in passwords.items()]
    all_answered("user", client.alter_user_scram_credentials(changes, request_timeout=TIMEOUT_SECONDS))
    settle("users", lambda: not lost(client, passwords))


def lost(client: AdminClient, wanted: Collection[str]) -> list[str]:
    """Those of these that Kafka has no user of. Raises RefusedError."""
    known = _known(client)
    return [user for user in wanted if user not in known]


def set_to(user: str, password: str) -> UserScramCredentialUpsertion:
    """A user with this password."""
    credential = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS)
    return UserScramCredentialUpsertion(user, credential, password.encode())


def _known(client: AdminClient) -> set[str]:
    # Asked about nobody, the client answers for everybody with one future instead of a dict of them.
    asked = cast("Future[dict[str, object]]", client.describe_user_scram_credentials(request_timeout=TIMEOUT_SECONDS))
    return set(answered("users", asked).keys())
