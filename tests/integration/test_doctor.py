"""The doctor finds faults planted in a platform that was sound, and names the cure of each."""

import asyncio
import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
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
    ScramMechanism,
    UserScramCredentialDeletion,
)

from oseredok_cli.access import quotas
from oseredok_contracts import topics
from oseredok_plumbing.relay import lock_id
from support.clinic import Clinic, clinic, write_home
from support.copies import PUBLISHER, until
from support.mailserver import Script
from support.ports import free_ports
from support.world import INTAKE, STRUCTURED, World
from support.wrong_clock import FILE

OLD_DAYS = 10
RECEIPTS = "oseredok.registry.receipts.kurs-prometei.v1"
DECLARED = "oseredok.registry.intake.kurs-prometei.v1"
FAULTS = {
    ("events", "clock", "off"): r"99\.\d s ahead of this machine's ↦ .*NTP",
    (
        "events",
        "rights",
        "excess",
    ): r"may create tables in events ↦ .*REVOKE CREATE ON SCHEMA events FROM oseredok_events",
    ("notifications", "rights", "excess"): r"may go into the schema registry ↦ .*REVOKE ALL ON SCHEMA registry FROM",
    ("notifications", "schema", "changed"): r"1001_notifications.sql ↦ bring the file back",
    ("notifications", "settings", "refused"): r"rules: .* ↦ mend the file in deploy/programme",
    ("notifications", "smtp", "login"): r"127.0.0.1:\d+: .*535 ↦ .*SMTP_PASSWORD",
    ("registry", "schema", "pending"): r"1001_registry.sql ↦ oseredok migrate registry",
    ("registry", "work", "not-ready"): r"waiting for the database ↦ .*logs/registry.log",
    ("registry", "relay", "none"): r"no copy owns the relay: .* ↦ oseredok down, then oseredok up",
    ("events", "relay", "foreign"): r"no copy of events .*a-stranger ↦ .*pg_terminate_backend",
    ("events", "lag", "retention"): rf"over half of the 14 days .*{INTAKE}/0 ↦ let events go on",
    ("metrics", "answers", "away"): r"does not answer at http.* ↦ oseredok up",
    ("kafka", "topics", "missing"): rf"there is no topic {RECEIPTS} ↦ oseredok access apply",
    ("kafka", "topics", "settings"): r"journal.v1: should have retention.ms=-1 ↦ oseredok access apply",
    ("kafka", "topics", "partitions"): rf"{DECLARED}: 2 partitions, should have 4 ↦ kafka-topics.sh --alter",
    ("kafka", "users", "missing"): r"there is no user kurs-prometei ↦ oseredok access apply",
    ("kafka", "users", "password"): r"the password of gromada-online in Kafka is another .* ↦ oseredok access apply",
    (
        "kafka",
        "rights",
        "missing",
    ): rf"is missing: {PUBLISHER}: WRITE on topic {INTAKE} ↦ oseredok access apply",
    ("kafka", "rights", "foreign"): r"a right of nobody: User:stranger: READ on oseredok.events.journal.v1 ↦ oseredok",
    ("kafka", "quotas", "other"): rf"the quota of {PUBLISHER}: \d+ bytes/s ↦ oseredok access apply",
    ("disk", "room", "full"): r"are free .* ↦ make room",
    ("secrets", "secrets", "missing"): r"there is no notifications-unsubscribe .* ↦ oseredok up",
    ("secrets", "secrets", "open"): r"postgres-postgres: everybody .*0644.* ↦ chmod o-rwx",
}
"""Where, check and fault to what is told of it: `detail ↦ cure`."""


@contextmanager
def strict_mail_server(port: int, password: bytes) -> Iterator[None]:
    """A mail server that lets in whoever has this password, and nobody else."""

    def authenticate(*told: Any) -> AuthResult:
        return AuthResult(success=told[-1].password == password, handled=False)

    controller = Controller(
        Script(),
        hostname="127.0.0.1",
        port=port,
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    try:
        yield
    finally:
        controller.stop(no_assert=True)


def spoil_kafka(kafka: AdminClient, sound: Clinic) -> None:
    """Topics, users, rights and quotas that are not what the table and the access file say."""
    gone = [future for _, future in kafka.delete_topics([RECEIPTS, DECLARED]).items()]
    retention = ConfigEntry("retention.ms", "86400000", incremental_operation=AlterConfigOpType.SET)
    journal = ConfigResource(ResourceType.TOPIC, topics.JOURNAL.name, incremental_configs=[retention])
    gone += kafka.incremental_alter_configs([journal]).values()
    gone += kafka.alter_user_scram_credentials(
        [UserScramCredentialDeletion("kurs-prometei", ScramMechanism.SCRAM_SHA_512)]
    ).values()
    foreign = ("User:stranger", topics.JOURNAL.name, AclOperation.READ)
    gone += kafka.create_acls([binding(*foreign)]).values()
    gone += kafka.delete_acls([as_filter(binding(f"User:{PUBLISHER}", INTAKE, AclOperation.WRITE))]).values()
    for future in gone:
        future.result(20)
    config = topics.REGISTRY_INTAKE.config()
    until(lambda: made(kafka, NewTopic(DECLARED, 2, 1, config=config)), 20, "the topic to be made anew")
    rates = {p.slug: p.bytes_per_second for p in sound.platform.publishers} | {PUBLISHER: 1000}
    quotas.plan(sound.platform.broker, rates).do()


def binding(principal: str, topic: str, operation: AclOperation) -> AclBinding:
    literal, allow = ResourcePatternType.LITERAL, AclPermissionType.ALLOW
    return AclBinding(ResourceType.TOPIC, topic, literal, principal, "*", operation, allow)


def as_filter(one: AclBinding) -> Any:
    return AclBindingFilter(
        one.restype, one.name, one.resource_pattern_type, one.principal, one.host, one.operation, one.permission_type
    )


def made(kafka: AdminClient, topic: NewTopic) -> bool:
    """Whether the topic could be made: one of its name that is being deleted takes a moment to be gone."""
    return kafka.create_topics([topic])[topic.topic].exception(20) is None


async def spoil_database(world: World) -> None:
    """Rights that no runtime role should have; migrations that the files don't tell of."""
    connection = await world.connect()
    try:
        await connection.execute("GRANT CREATE ON SCHEMA events TO oseredok_events")
        await connection.execute("GRANT USAGE ON SCHEMA registry TO oseredok_notifications")
        await connection.execute("UPDATE notifications.migrations SET sha256 = 'another' WHERE number = 1001")
        await connection.execute("DELETE FROM registry.migrations WHERE number = 1001")
    finally:
        await connection.close()


async def leave_unread(world: World, sound: Clinic) -> None:
    """A record of ten days ago that events has not read, as the fence says."""
    async with world.producer() as producer:
        old = int((time.time() - OLD_DAYS * 86_400) * 1000)
        sent = await producer.send_and_wait(INTAKE, b"{}", partition=0, timestamp_ms=old, headers=STRUCTURED)
    until(lambda: len(sound.copies["events"].quarantine()) == 1, 20, "the record to be taken")
    connection = await world.connect()
    moved = "UPDATE events.offsets SET next_offset = $1 WHERE topic = $2 AND partition = 0"
    await connection.execute(moved, sent.offset, INTAKE)
    await connection.close()


async def take_the_relay(world: World) -> Any:
    """Somebody else holds the lock of events' relay."""
    stranger = await world.connect("oseredok_events")
    await stranger.execute("SET application_name = 'a-stranger'")
    waiting = asyncio.ensure_future(stranger.execute("SELECT pg_advisory_lock($1)", lock_id("events")))
    admin = await world.connect()
    await admin.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objsubid = 1"
        " AND (classid::bigint << 32 | objid::bigint) = $1",
        lock_id("events"),
    )
    await asyncio.wait_for(waiting, 20)
    await admin.close()
    return stranger


def spoil_files(sound: Clinic) -> None:
    """Secrets and settings."""
    secrets = sound.home / "secrets"
    (secrets / "notifications-unsubscribe").unlink()
    (secrets / "postgres-postgres").chmod(0o644)
    (secrets / "publisher-gromada-online.kafka").write_text("another password")
    (sound.home / "settings" / "rules" / "60-reminder.toml").write_text("notice = [")


def restart_unmigrated(sound: Clinic) -> None:
    """The registry is started on a schema that lacks a migration: it waits."""
    before = sound.copies["registry"]
    before.stop()
    sound.copies["registry"] = sound.world.start(
        "registry", HTTP_PORT=str(before.http_port), ADMIN_PORT=str(before.admin_port)
    )


@pytest.fixture
def mail_port() -> int:
    """Where the mail server of the test listens."""
    return free_ports(1)[0]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
async def test_faults_are_found_with_their_cures(world: World, mail_port: int) -> None:
    """A sound platform has none; each of 23 planted ones is named by part, check and cure, and no other is made up."""
    clock = world.folder / "clock"
    clock.write_text("0")
    smtp = {"SMTP_PORT": str(mail_port), "SMTP_USER": "oseredok", "SMTP_PASSWORD": "right"}
    how: dict[str, dict[str, Any]] = {
        "notifications": smtp,
        "events": {"module": "support.wrong_clock", "environment": {FILE: str(clock)}},
    }
    with clinic(world, how) as sound:
        with strict_mail_server(mail_port, b"right"):
            told = sound.asked("doctor", "--disk-free-min", "0")
            assert told["sound"], [one for one in told["findings"] if one["state"] == "wrong"]
            assert all(one["state"] == "ok" for one in told["findings"]), told
            await leave_unread(world, sound)
        stranger = await take_the_relay(world)
        await spoil_database(world)
        spoil_files(sound)
        spoil_kafka(world.kafka.admin(), sound)
        clock.write_text("99")
        os.kill(sound.copies["metrics"].process.pid, signal.SIGKILL)
        restart_unmigrated(sound)
        until(lambda: "not taken" in sound.copies["notifications"].log.read_text(), 10, "the rules to be refused")
        registry = sound.copies["registry"]
        until(lambda: "migrations to run" in registry.log.read_text(), 30, "the registry to wait")
        with strict_mail_server(mail_port, b"another"):
            told = sound.asked("doctor", "--disk-free-min", "100", code=1)
        shown = sound.command("doctor", code=1)
        await stranger.close()
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in told["findings"]:
        if one["state"] == "wrong":
            found.setdefault((one["where"], one["check"], one["fault"]), []).append(f"{one['detail']} ↦ {one['cure']}")
    for fault, said in FAULTS.items():
        lines = found.get(fault, [])
        assert any(re.search(said, line) for line in lines), (fault, lines, sorted(found))
    assert found.keys() == FAULTS.keys()
    assert "✗ smtp: " in shown
    assert re.search(r"SMTPConnectError.*\n +cure: OSEREDOK_NOTIFICATIONS_SMTP_HOST", shown)


async def test_what_cannot_be_looked_at_is_told(world: World) -> None:
    """With nothing there at all, each part is wrong or unknown with the reason, and none is left out."""
    home = world.folder / "home"
    parts = ("postgres", "kafka", "registry", "events", "notifications", "metrics")
    ports = dict(zip((*parts, *(f"{p}-admin" for p in parts[2:])), free_ports(10), strict=True))
    write_home(world, home, ports)
    found = Clinic(world, home, {}).asked("doctor", "--disk-free-min", "0", code=1)["findings"]
    states = {(one["where"], one["check"]): (one["state"], one["fault"]) for one in found}
    assert {where for where, _ in states} == {*parts[2:], "kafka", "disk", "front", "secrets"}
    assert all(states[service, "answers"] == ("wrong", "away") for service in parts[2:])
    assert states["kafka", "kafka"] == ("wrong", "away")
    assert {states["kafka", check][0] for check in ("topics", "users", "rights", "quotas")} == {"unknown"}
    assert all(one["detail"] for one in found)
    assert any(one["where"] == "disk" and one["state"] == "unknown" for one in found)
