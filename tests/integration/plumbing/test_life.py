"""Rules 13, 19 and 20: health first, patient starts, readiness that tells the truth, and an end within its bounds."""

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from oseredok_cli.local import processes
from oseredok_cli.local.processes import Patience
from support.copies import PUBLISHER, Copy, until
from support.sample import event
from support.servers import KafkaServer, PostgresServer
from support.world import World

KILL: Patience = ()


def status(copy: Copy, path: str, *, public: bool = False) -> int:
    """A status of the admin port, or of the public one; 0 when nobody answers."""
    port = copy.http_port if public else copy.admin_port
    try:
        return httpx.get(f"http://127.0.0.1:{port}{path}", timeout=30).status_code
    except httpx.TransportError:
        return 0


def not_ready(copy: Copy) -> str:
    """What /readyz lacks."""
    return str(httpx.get(f"http://127.0.0.1:{copy.admin_port}/readyz", timeout=10).json().get("detail", ""))


@contextmanager
def without(server: PostgresServer | KafkaServer) -> Iterator[None]:
    """Kills a server for a while."""
    processes.stop(server.process, KILL)
    try:
        yield
    finally:
        server.process = server.server.start()
        server.server.wait(server.process)


async def test_starts_before_its_servers_and_its_schema(world: World) -> None:
    """Alive at once and says what it waits for: the database, its migrations, Kafka; then it serves by itself."""
    with without(world.kafka):
        with without(world.postgres):
            copy = world.start("events")
            until(lambda: status(copy, "/livez") == 200, 60, "health")
            assert status(copy, "/readyz") == 503
            assert "waiting for the database" in not_ready(copy)
            assert copy.intake(b"{}").status_code == 503
            assert status(copy, "/metrics") == 200
        assert "waiting for the database" in not_ready(copy)
        world.migrate("events")
        until(lambda: "waiting for Kafka" in not_ready(copy), 60, "the database to be taken")
        answer = copy.intake(json.dumps(event("held", "a", "e-1")).encode())
        assert answer.json()["results"][0]["verdict"] == "accepted"
        assert status(copy, "/livez") == 200
    copy.wait_ready()
    until(lambda: "oseredok_outbox_rows 0.0" in copy.admin("/metrics").text, 30, "the outbox to empty")
    copy.stop()


async def test_an_outage_changes_readiness_only(world: World) -> None:
    """Kafka down, then the database: alive all the time, not ready and saying why, ready again by itself."""
    world.migrate("events")
    copy = world.start("events").wait_ready()
    await world.publish(event("held", "a", "e-1"))
    for server, name in ((world.kafka, "Kafka"), (world.postgres, "database")):
        with without(server):
            until(lambda: status(copy, "/readyz") == 503, 60, "readiness to fall")
            assert name in not_ready(copy)
            assert status(copy, "/livez") == 200
            if name == "database":
                assert copy.intake(json.dumps(event("held", "a", "e-9")).encode()).status_code == 503
                assert status(copy, "/v1/ledger", public=True) == 503
                scrape = copy.admin("/metrics").text
                assert "oseredok_database_up 0.0" in scrape
                assert "oseredok_intake_received_total{" not in scrape
        copy.wait_ready(60)
    await world.publish(event("held", "b", "e-2"))
    until(lambda: copy.ledger().get(PUBLISHER, {}).get("received") == 2, 60, "2 received", copy.log.read_text)
    assert copy.ledger()[PUBLISHER]["accepted"] == 2
    copy.stop()


async def test_sigterm_in_the_middle_of_batches(world: World) -> None:
    """Under load it ends in time with exit code 0; its successor takes the rest: nothing twice, nothing lost."""
    world.migrate("events")
    total, copy = 3_000, world.start("events", BATCH_RECORDS_MAX="100").wait_ready()
    await world.publish(*(event("held", f"a-{n}", f"e-{n}") for n in range(total)))
    until(lambda: copy.ledger().get(PUBLISHER, {}).get("received", 0) > 0, 30, "the first batch")
    os.kill(copy.process.pid, signal.SIGTERM)
    assert processes.exit_code(copy.process, 28) == 0, processes.tail(copy.log)
    again = world.start("events").wait_ready()
    until(lambda: again.ledger()[PUBLISHER]["received"] >= total, 60, "all", again.log.read_text)
    row = {"received": total, "accepted": total, "duplicate": 0, "waiting": 0, "quarantined": 0, "rejected": 0}
    assert again.ledger()[PUBLISHER] == row
    again.stop()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_stop_before_it_ever_served(world: World, number: signal.Signals) -> None:
    """Still waiting for its schema, it ends at once and cleanly."""
    copy = world.start("events")
    until(lambda: status(copy, "/livez") == 200, 60, "health")
    os.kill(copy.process.pid, number)
    assert processes.exit_code(copy.process, 10) == 0, processes.tail(copy.log)


async def test_a_loop_that_fails_ends_the_process(world: World) -> None:
    """For its supervisor to start it anew; with exit code 1, soon, and with the reason in its log."""
    world.migrate("events")
    copy = world.start("events", module="support.broken")
    assert processes.exit_code(copy.process, 60) == 1, processes.tail(copy.log)
    assert "a bug of ours" in copy.log.read_text()
