"""Brings a broker to what the topics table says. Applied twice, the second time changes nothing.

Topics are created and their settings corrected, never deleted; users are created and their passwords renewed; ACLs are
made exactly the table's, so that a publisher who has left the access file loses its rights. The controller's word is
not the broker's: each step ends when the broker itself shows it.
"""

import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from typing import Any, TypeVar, cast

from confluent_kafka import KafkaException
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialAlteration,
    UserScramCredentialUpsertion,
)

from oseredok_cli.access.grants import Grant, grants
from oseredok_contracts import topics

TIMEOUT_SECONDS = 20.0
SETTLE_SECONDS_MAX = 60.0
"""Until the broker shows what the controller has taken; on a busy machine a new one has been seen to need over 20."""

POLL_SECONDS = 0.05
SCRAM_ITERATIONS = 8192

Answer = TypeVar("Answer")


class RefusedError(Exception):
    """The broker did not take a change; says which and why."""


def apply(
    client: AdminClient,
    publishers: Collection[str],
    passwords: Mapping[str, str],
    renewed: Collection[str] = (),
    suspended: Collection[str] = (),
) -> list[str]:
    """Creates and corrects topics, users and ACLs; returns what was changed, a line each.

    `passwords` are by principal; those in `renewed` are set also where the user is known. Publishers in `suspended`
    may not write. Raises RefusedError.
    """
    return [
        *_topics(client, publishers),
        *_users(client, passwords, renewed),
        *_acls(client, grants(publishers, suspended)),
    ]


def _topics(client: AdminClient, publishers: Collection[str]) -> list[str]:
    wanted = dict(topics.concrete(publishers))
    try:
        present = client.list_topics(timeout=TIMEOUT_SECONDS).topics
    except KafkaException as error:
        raise RefusedError(f"the topics cannot be listed: {error}") from error
    missing = {name: topic for name, topic in wanted.items() if name not in present}
    if missing:
        new = [NewTopic(name, topic.partitions, 1, config=topic.config()) for name, topic in missing.items()]
        _await_all("topic", client.create_topics(new, request_timeout=TIMEOUT_SECONDS))
        _settle("topics", lambda: set(wanted) <= set(client.list_topics(timeout=TIMEOUT_SECONDS).topics))
    changed = [f"topic {name} created" for name in missing]
    return [*changed, *_topic_settings(client, {name: topic.config() for name, topic in wanted.items()}, set(missing))]


def _topic_settings(client: AdminClient, wanted: Mapping[str, Mapping[str, str]], fresh: set[str]) -> list[str]:
    known = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in wanted if name not in fresh]
    if not known:
        return []
    described = _await_all("settings of", client.describe_configs(known, request_timeout=TIMEOUT_SECONDS))
    changes = []
    for resource, entries in described.items():
        wrong = {name: value for name, value in wanted[resource.name].items() if entries[name].value != value}
        if wrong:
            operation = AlterConfigOpType.SET
            new = [ConfigEntry(name, value, incremental_operation=operation) for name, value in wrong.items()]
            changes.append(ConfigResource(ConfigResource.Type.TOPIC, resource.name, incremental_configs=new))
    if changes:
        _await_all("settings of", client.incremental_alter_configs(changes, request_timeout=TIMEOUT_SECONDS))
    return [f"topic {change.name} corrected" for change in changes]


def _users(client: AdminClient, passwords: Mapping[str, str], renewed: Collection[str]) -> list[str]:
    known = _known_users(client)
    wanted = [user for user in passwords if user not in known or user in renewed]
    if not wanted:
        return []
    credential = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS)
    changes: list[UserScramCredentialAlteration] = [
        UserScramCredentialUpsertion(user, credential, passwords[user].encode()) for user in wanted
    ]
    _await_all("user", client.alter_user_scram_credentials(changes, request_timeout=TIMEOUT_SECONDS))
    _settle("users", lambda: set(wanted) <= set(_known_users(client)))
    return [f"user {user} {'renewed' if user in known else 'created'}" for user in wanted]


def _known_users(client: AdminClient) -> dict[str, object]:
    # Asked about nobody, the client answers for everybody with one future instead of a dict of them.
    asked = cast("Future[dict[str, object]]", client.describe_user_scram_credentials(request_timeout=TIMEOUT_SECONDS))
    return _await("users", asked)


def _acls(client: AdminClient, wanted: frozenset[Grant]) -> list[str]:
    bindings = {_binding(grant): grant for grant in wanted}
    present = _known_acls(client)
    missing = [binding for binding in bindings if binding not in present]
    surplus = [binding for binding in present if binding not in bindings]
    if missing:
        _await_all("ACL", client.create_acls(missing, request_timeout=TIMEOUT_SECONDS))
    if surplus:
        exact = [_filter(binding) for binding in surplus]
        _await_all("ACL", client.delete_acls(exact, request_timeout=TIMEOUT_SECONDS))
    if missing or surplus:
        _settle("ACLs", lambda: _known_acls(client) == set(bindings))
    made = sorted(f"granted {bindings[binding]}" for binding in missing)
    return [
        *made,
        *(f"revoked {binding.principal}: {_name(binding.operation)} on {binding.name}" for binding in surplus),
    ]


def _known_acls(client: AdminClient) -> set[AclBinding]:
    return set(_await("ACLs", client.describe_acls(_everything(), request_timeout=TIMEOUT_SECONDS)))


def _binding(grant: Grant) -> AclBinding:
    return AclBinding(
        ResourceType[grant.resource],
        grant.name,
        ResourcePatternType[grant.pattern],
        f"User:{grant.principal}",
        "*",
        AclOperation[grant.operation],
        AclPermissionType.ALLOW,
    )


def _everything() -> AclBindingFilter:
    # None is "any" here, which the package's types don't know.
    return AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]
        ResourcePatternType.ANY,
        None,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ANY,
    )


def _filter(binding: AclBinding) -> AclBindingFilter:
    return AclBindingFilter(
        binding.restype,
        binding.name,
        binding.resource_pattern_type,
        binding.principal,
        binding.host,
        binding.operation,
        binding.permission_type,
    )


def _settle(what: str, shown: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS_MAX
    while not shown():
        if time.monotonic() > deadline:
            raise RefusedError(f"the broker does not show the changed {what} after {SETTLE_SECONDS_MAX:.0f} s")
        time.sleep(POLL_SECONDS)


def _await(what: str, future: "Future[Answer]") -> Answer:
    try:
        return future.result(timeout=TIMEOUT_SECONDS)
    except (KafkaException, TimeoutError) as error:
        raise RefusedError(f"Kafka refused {what}: {error}") from error


def _await_all(what: str, futures: Mapping[Any, "Future[Answer]"]) -> dict[Any, Answer]:
    return {key: _await(f"{what} {_name(key)}", future) for key, future in futures.items()}


def _name(key: object) -> str:
    return str(getattr(key, "name", key))
