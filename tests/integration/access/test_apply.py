"""`oseredok access apply`: Kafka as the files say; and as they say once the platform's own passwords are renewed."""

import json

from aiokafka import AIOKafkaProducer

from integration.access.installation import Installation, client
from support.servers import PUBLISHERS, ROOT

NEW = "zirka"
TOPIC = f"oseredok.events.intake.{NEW}.v1"


async def test_apply_tells_first_and_changes_nothing_again(bare: Installation) -> None:
    """A dry run names each change and makes none; applied once more, there is nothing to do."""
    bare.command("apply")
    assert bare.command("apply") == "Kafka is as the table of topics and the access file say.\n"
    template = ROOT / "deploy" / "programme" / "access.toml"
    (bare.world.folder / "access.toml").write_text(
        template.read_text()
        + f'\n[publishers.{NEW}]\nsources = ["https://zirka.example"]\nquota = {{bytes_per_second = 50000}}\n'
    )
    file = bare.described
    file.write_text(file.read_text().replace(str(template.parent), str(bare.world.folder)))
    (bare.secrets / f"publisher-{NEW}.kafka").write_text("a-password-of-its-own")
    (bare.secrets / f"publisher-{PUBLISHERS[0]}.kafka").write_text("another-password")
    foreseen = bare.command("apply", "--dry-run").splitlines()
    assert bare.command("apply", "--dry-run").splitlines() == foreseen
    assert {
        f"topic {TOPIC} created",
        f"user {NEW} created",
        f"user {PUBLISHERS[0]} renewed: its password was another",
        f"granted {NEW}: WRITE on topic {TOPIC}",
        f"quota of {NEW}: 50000 bytes/s",
        f"A dry run: {len(foreseen) - 1} changes would be made.",
    } <= set(foreseen)
    assert bare.asked("apply", "--dry-run") == {"dry_run": True, "changes": foreseen[:-1], "lost": []}
    assert bare.command("apply").splitlines() == foreseen[:-1]
    assert bare.asked("apply") == {"dry_run": False, "changes": [], "lost": []}
    assert bare.command("apply") == "Kafka is as the table of topics and the access file say.\n"
    async with AIOKafkaProducer(**client(bare.world.kafka, "a-password-of-its-own", NEW)) as producer:
        assert (await producer.send_and_wait(TOPIC, b"{}")).topic == TOPIC


def test_a_password_of_the_platform_is_renewed(bare: Installation) -> None:
    """Kafka takes the new one at once; the command tells who holds the old one, and never what the new one is."""
    name = "kafka-oseredok-events"
    bare.command("apply")
    before = (bare.secrets / name).read_text()
    told = bare.run("secrets", "rotate", name, "--json")
    assert json.loads(told) == {
        "dry_run": False,
        "renewed": [{"secret": name, "restart": ["events"], "warning": None, "command": None}],
        "then": ["docker compose up -d --wait", "docker compose restart events"],
    }
    after = (bare.secrets / name).read_text()
    assert after not in told
    logs_in = bare.world.kafka.broker.logs_in
    assert (logs_in("oseredok-events", after), logs_in("oseredok-events", before)) == (True, False)
