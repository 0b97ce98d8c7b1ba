"""Topics and their settings: created and corrected, never deleted."""

import re
from collections.abc import Collection, Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic

from oseredok_cli.access.step import TIMEOUT_SECONDS, RefusedError, Step, all_answered, settle
from oseredok_contracts import topics
from oseredok_contracts.topics import Topic

REPLICAS_MAX = 3
"""Of each partition, where there are so many brokers: one may be lost, and one be away at the same time."""


def plan(client: AdminClient, publishers: Collection[str]) -> Step:
    """What the table of topics wants. Raises RefusedError."""
    wanted = dict(topics.concrete(publishers))
    present = _present(client)
    missing = {name: topic for name, topic in wanted.items() if name not in present}
    wrong = _wrong(client, {name: topic.config() for name, topic in wanted.items() if name in present})
    lines = [f"topic {name} created" for name in missing]
    lines += [f"topic {name} corrected: {_told(settings)}" for name, settings in wrong.items()]

    def do() -> None:
        _create(client, missing)
        _correct(client, wrong)

    return Step(lines, do)


def former(client: AdminClient, publishers: Collection[str]) -> set[str]:
    """Names that have topics of publishers and are none any more. Raises RefusedError."""
    patterns = [topic.pattern for topic in topics.ALL if topic.per_publisher]
    found = (re.fullmatch(pattern, name) for name in _present(client) for pattern in patterns)
    return {match.group(1) for match in found if match} - set(publishers)


def _present(client: AdminClient) -> Collection[str]:
    try:
        return client.list_topics(timeout=TIMEOUT_SECONDS).topics
    except KafkaException as error:
        raise RefusedError(f"the topics cannot be listed: {error}") from error


def _wrong(client: AdminClient, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    known = [ConfigResource(ConfigResource.Type.TOPIC, name) for name in wanted]
    if not known:
        return {}
    described = all_answered("settings of", client.describe_configs(known, request_timeout=TIMEOUT_SECONDS))
    found = {
        resource.name: {n: value for n, value in wanted[resource.name].items() if entries[n].value != value}
        for resource, entries in described.items()
    }
    return {name: settings for name, settings in found.items() if settings}


def _create(client: AdminClient, missing: Mapping[str, Topic]) -> None:
    if missing:
        replicas = min(REPLICAS_MAX, len(client.list_topics(timeout=TIMEOUT_SECONDS).brokers))
        new = [NewTopic(name, topic.partitions, replicas, config=topic.config()) for name, topic in missing.items()]
        all_answered("topic", client.create_topics(new, request_timeout=TIMEOUT_SECONDS))
        settle("topics", lambda: set(missing) <= set(_present(client)))


def _correct(client: AdminClient, wrong: Mapping[str, Mapping[str, str]]) -> None:
    changes = [
        ConfigResource(
            ConfigResource.Type.TOPIC,
            name,
            incremental_configs=[
                ConfigEntry(n, value, incremental_operation=AlterConfigOpType.SET) for n, value in settings.items()
            ],
        )
        for name, settings in wrong.items()
    ]
    if changes:
        all_answered("settings of", client.incremental_alter_configs(changes, request_timeout=TIMEOUT_SECONDS))


def _told(settings: Mapping[str, str]) -> str:
    return ", ".join(f"{name}={value}" for name, value in settings.items())
