"""Kafka against the table of topics and the access file: topics, users, rights, quotas. Nothing is changed."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata, TopicMetadata

from oseredok_cli.access import acls, quotas, topics, users
from oseredok_cli.access.grants import grants
from oseredok_cli.access.step import TIMEOUT_SECONDS, RefusedError
from oseredok_cli.doctor.finding import Finding, ok, unknown, wrong
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform
from oseredok_contracts.topics import Topic, concrete

KAFKA = "kafka"
CHECKS = ("topics", "users", "rights", "quotas")

_KINDS: Mapping[str, tuple[str, str, str]] = {
    "topic created": ("topics", "missing", "there is no topic {}"),
    "topic corrected": ("topics", "settings", "{}"),
    "user created": ("users", "missing", "there is no user {}"),
    "user renewed": ("users", "password", "the password of {} in Kafka is another than the file's"),
    "user removed": ("users", "former", "a user of nobody: {}"),
    "granted": ("rights", "missing", "a right is missing: {}"),
    "revoked": ("rights", "foreign", "a right of nobody: {}"),
    "quota": ("quotas", "other", "Kafka has another than the quota {}"),
}


def examine(platform: Platform) -> list[Finding]:
    """Every check, or why it could not be made."""
    try:
        broker = platform.broker
        if not broker.logs_in(broker.user, broker.password):
            refused = wrong(KAFKA, KAFKA, "admin", f"does not let {broker.user} in with its password")
            return [refused, *_unseen(f"{broker.user} is not let in")]
    except (RefusedError, LocalError) as error:
        return [wrong(KAFKA, KAFKA, "away", str(error)), *_unseen("Kafka doesn't answer")]
    client = broker.admin()
    slugs = [publisher.slug for publisher in platform.publishers]
    return [
        ok(KAFKA, KAFKA, f"answers at {platform.kafka_bootstrap}"),
        *_looked("topics", lambda: list(_topics(client, slugs))),
        *_looked("users", lambda: _users(platform, client, slugs)),
        *_looked("rights", lambda: _rights(platform, client, slugs)),
        *_looked("quotas", lambda: _quotas(platform)),
    ]


def _unseen(why: str) -> list[Finding]:
    return [unknown(KAFKA, check, why) for check in CHECKS]


def _looked(check: str, look: Callable[[], Sequence[Finding]]) -> Sequence[Finding]:
    """What was found, one line when it is nothing, or why it could not be looked at."""
    try:
        return look() or [ok(KAFKA, check, "as the table of topics and the access file say")]
    except (RefusedError, LocalError, KafkaException) as error:
        return [unknown(KAFKA, check, str(error))]


def _topics(client: AdminClient, slugs: Sequence[str]) -> Iterator[Finding]:
    yield from map(_planned, topics.plan(client, slugs).lines)
    present: ClusterMetadata = client.list_topics(timeout=TIMEOUT_SECONDS)
    for name, topic in concrete(slugs):
        if name in present.topics:
            yield from _partitions(name, topic, present.topics[name])


def _partitions(name: str, topic: Topic, present: TopicMetadata) -> Iterator[Finding]:
    found = len(present.partitions)
    if found < topic.partitions:
        detail = f"{name}: {found} partitions, should have {topic.partitions}"
        cure = f"kafka-topics.sh --alter --topic {name} --partitions {topic.partitions}, while nothing is published"
        yield wrong(KAFKA, "topics", "partitions", detail, cure)
    if behind := [str(n) for n, p in present.partitions.items() if p.leader < 0 or len(p.isrs) < len(p.replicas)]:
        yield wrong(KAFKA, "topics", "replicas", f"{name}: partitions {', '.join(behind)} lack replicas")


def _users(platform: Platform, client: AdminClient, slugs: Sequence[str]) -> list[Finding]:
    passwords = {principal: platform.kafka_password(principal) for principal in platform.kafka_principals()}
    step = users.plan(client, passwords, topics.former(client, slugs), platform.broker.logs_in)
    told_once = [publisher.slug for publisher in platform.publishers if not publisher.of_programme]
    lost = [f"there is no user {slug}, and only it knew its password" for slug in users.lost(client, told_once)]
    return [*map(_planned, step.lines), *(wrong(KAFKA, "users", "lost", detail) for detail in lost)]


def _rights(platform: Platform, client: AdminClient, slugs: Sequence[str]) -> list[Finding]:
    suspended = [publisher.slug for publisher in platform.publishers if publisher.suspended]
    return list(map(_planned, acls.plan(client, grants(slugs, suspended)).lines))


def _quotas(platform: Platform) -> list[Finding]:
    wanted = {publisher.slug: publisher.bytes_per_second for publisher in platform.publishers}
    return list(map(_planned, quotas.plan(platform.broker, wanted).lines))


def _planned(line: str) -> Finding:
    """A change that `access apply` would make, told as what is wrong."""
    what, _, rest = line.partition(" ")
    if what in {"topic", "user"}:
        name, verb, *why = rest.replace(":", " ").split()
        what, rest = f"{what} {verb}", name
        if verb == "corrected":
            rest = f"{name}: should have {' '.join(why)}"
    check, fault, words = _KINDS[what]
    return wrong(KAFKA, check, fault, words.format(rest))
