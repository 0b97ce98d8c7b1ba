"""Each alert is seen firing by a real fault, and clearing when the fault is over. The tests go on from each other."""

import json
import time
from contextlib import AsyncExitStack
from pathlib import Path

import yaml

from support.copies import until
from support.mailserver import mail_server
from support.sample import event
from watched import faults, panels, shortened
from watched.platform import Platform, fill, invitation, some_traffic
from watched.prometheus import ALWAYS

TOGETHER = (
    faults.a_loop_that_hangs,
    faults.a_bad_settings_file,
    faults.a_publisher_gone_mad,
    faults.an_event_that_waits,
    faults.one_of_our_own_is_invalid,
    faults.most_of_our_own_are_invalid,
    faults.a_ledger_changed_by_hand,
    faults.a_row_that_nobody_can_read,
    faults.a_topic_that_is_gone,
    faults.mail_that_is_refused,
    faults.a_rule_that_cant_be_evaluated,
    faults.a_receiver_that_refuses,
)
STARTS = 3


def alerts() -> set[str]:
    """Names of all alerts there are."""
    files = [yaml.safe_load(file.read_text("utf-8")) for file in shortened.RULES.glob("*.yml")]
    return {rule["alert"] for file in files for group in file["groups"] for rule in group["rules"] if "alert" in rule}


async def test_all_is_well(platform: Platform) -> None:
    """With events of every kind and verdict nothing fires but the alert that always does."""
    with mail_server(platform.mail, platform.smtp_port):
        await fill(platform)
    until(lambda: platform.prometheus.names() == {ALWAYS}, 40, "nothing to fire", lambda: platform.prometheus.firing)


async def test_every_panel_has_data(platform: Platform) -> None:
    """Each query of each dashboard, after events of every kind."""
    deadline = time.monotonic() + 60
    while empty := panels.empty(platform.prometheus.url):
        assert time.monotonic() < deadline, "\n".join(empty)
        await some_traffic(platform)


async def test_a_panel_without_data_is_named(platform: Platform, tmp_path: Path) -> None:
    """The guard itself: a misspelt series, and a quotient of nothing."""
    planted = {
        "platform": ("min(oseredok_kafka_up)", "0 * min(oseredok_kafka_up) / 0"),
        "service": ("oseredok_outbox_rows{", "oseredok_outbox_row{"),
    }
    for name, (sound, wrong) in planted.items():
        text = (panels.DASHBOARDS / f"{name}.json").read_text("utf-8")
        assert sound in text
        (tmp_path / f"{name}.json").write_text(text.replace(sound, wrong), "utf-8")
    named = panels.empty(platform.prometheus.url, tmp_path)
    assert [line.partition(":")[0] for line in named] == ["Platform / Kafka", "Service / Outbox"]


async def test_faults_in_what_comes_and_goes(platform: Platform) -> None:
    """Files, events, mails, rows, topics, a loop and the rules themselves: all at once."""
    watched = platform.prometheus
    with mail_server(platform.mail, platform.smtp_port):
        async with AsyncExitStack() as stack:
            for fault in TOGETHER:
                await stack.enter_async_context(fault(platform))
            watched.wait_for("LoopStalled", "OwnEventQuarantined", "LedgerUneven", "TopicsMissing", "EventsWaitLong")
            watched.wait_for("DeliveriesUnknown", "ConsumerStopped")
        watched.wait_until_seen("SettingsRefused", "QuarantineGrowing", "RequestsBreak", "RulesFailing")
        watched.wait_until_seen("DeliveriesFailing", "ReceiverFailing")


async def test_a_service_that_starts_again_and_again(platform: Platform) -> None:
    """Killed as soon as it answers; what made its consumer stop is gone, and in the end it reads on."""
    for _ in range(STARTS):
        platform.services["metrics"].kill()
        platform.start("metrics", ready=False)
    platform.prometheus.wait_for("ServiceRestarting", job="metrics")
    platform.services["metrics"].wait_ready(60)
    until(lambda: not platform.prometheus.fires("ConsumerStopped"), 30, "its consumer to read on")


async def test_a_database_that_does_not_store(platform: Platform) -> None:
    """A right that is gone, then a lock: it can be read all the time."""
    async with faults.rights_taken_away(platform):
        await faults.more_and_more_comes_in(platform, seconds=10)
        platform.prometheus.wait_for("BatchesRetried", "ConsumerLagGrowing", "IntakeRefuses", job="events")
    await faults.a_lock(platform)
    platform.prometheus.wait_for("RequestsSlow", job="events", route="/v1/intake")


async def test_servers_that_are_away(platform: Platform) -> None:
    """The mail server, Alertmanager and Kafka, then PostgreSQL, each killed and started again."""
    watched, world = platform.prometheus, platform.world
    await world.publish(invitation("late", "e-late"))
    until(lambda: pending(platform) > 0, 30, "messages that wait")
    platform.alertmanager.stop()
    world.kafka.kill()
    answer = platform.services["events"].intake(json.dumps(event("held", "h-2", "h-2")).encode())
    assert answer.status_code == 200, answer.text
    watched.wait_for("KafkaUnreachable", "OutboxOld", job="events")
    watched.wait_for("MailUnreachable", "DeliveriesLate", "AlertsUndelivered")
    platform.alertmanager.start()
    world.kafka.start()
    world.postgres.kill()
    for service in platform.services:
        watched.wait_for("DatabaseUnreachable", job=service)
    watched.wait_for("RelayWithoutOwner", job="events")
    world.postgres.start()
    world.postgres.wait()
    world.kafka.wait()


def pending(platform: Platform) -> float:
    """Messages to be sent."""
    rows = platform.prometheus.query('sum(oseredok_deliveries{status="pending"})')
    return float(rows[0]["value"][1]) if rows else 0.0


async def test_a_service_that_is_gone(platform: Platform) -> None:
    """Killed, then unknown to the network; what it was to read is deleted meanwhile."""
    watched = platform.prometheus
    platform.services["events"].wait_ready(60)
    platform.services["events"].kill()
    watched.wait_for("ServiceDown", job="events")
    await faults.lose_records(platform)
    watched.target("events")
    watched.wait_for("ServiceMissing", job="events")
    platform.start("events")
    watched.wait_until_seen("RecordsLost")


async def test_a_copy_that_is_gone(platform: Platform) -> None:
    """One of two, so that the service answers on and nothing is down; it clears when another is started."""
    watched = platform.prometheus
    async with faults.a_copy_that_is_gone(platform):
        watched.wait_for("CopyMissing", job="registry")
        until(lambda: not watched.fires("ServiceDown", job="registry"), 30, "the network to forget it")
        assert watched.fires("CopyMissing", job="registry")
    until(lambda: not watched.fires("CopyMissing"), 30, "none to be missing")


async def test_all_clears(platform: Platform) -> None:
    """When all is healed nothing fires; every alert there is has been seen; who is to be told was told."""
    with mail_server(platform.mail, platform.smtp_port):
        platform.prometheus.wait_until_clear()
    assert platform.prometheus.seen == alerts()
    critical = platform.pager.names("/pager/oseredok")
    assert {"DatabaseUnreachable", "KafkaUnreachable", "LedgerUneven", "ReceiverFailing"} <= critical
    assert not critical & {ALWAYS, "SettingsRefused", "DeliveriesFailing"}
    assert platform.pager.names("/dead-mans-switch/oseredok") == {ALWAYS}
    subjects = " ".join(str(message["Subject"]) for message in platform.operators_mail.messages())
    assert "SettingsRefused" in subjects
    assert "RESOLVED" in subjects
