"""Publishers come, renew what they log in with, are shut out and leave: with the operator's command, no restart."""

import json
import time

import httpx
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from integration.access.installation import INTAKE, NAME, SOURCE, Serving, client, handed
from oseredok_cli.access import quotas
from support.copies import Copy, until
from support.sample import report
from support.servers import PUBLISHERS
from support.world import STRUCTURED

WITHIN_SECONDS = 10.0


def posted(events: Copy, token: str, event_id: str) -> httpx.Response:
    body = json.dumps({**report("publication", f"s-{event_id}", event_id), "source": SOURCE})
    headers = {"authorization": f"Bearer {token}", "content-type": "application/cloudevents+json"}
    return httpx.post(f"http://127.0.0.1:{events.http_port}/v1/intake", content=body, headers=headers, timeout=30)


def answers(events: Copy, token: str, status: int, seconds: float = WITHIN_SECONDS) -> None:
    """Until the door answers this to this token. What is sent is one event again and again."""
    until(lambda: posted(events, token, "again").status_code == status, seconds, f"{status} at the door")


async def test_a_publisher_is_let_in(installation: Serving) -> None:
    """With what was printed once it publishes by both ways, reads its receipts, and nothing of others."""
    told = installation.add("--events-per-minute", "500", "--bytes-per-second", "60000")
    assert {"KAFKA", "USER", "PASSWORD", "TOKEN", "URL", "SOURCE", "SECURITY"} == told.keys()
    assert posted(installation.events, told["TOKEN"], "again").status_code == 200, "at once"
    kept = (installation.world.folder / "secrets" / "publishers.toml").read_text()
    kept += (installation.world.folder / "settings" / "access.toml").read_text()
    assert told["TOKEN"] not in kept
    assert told["PASSWORD"] not in kept
    kafka = installation.world.kafka
    async with AIOKafkaProducer(**client(kafka, told["PASSWORD"])) as producer:
        body = json.dumps({**report("publication", "s-2", "e-2"), "source": SOURCE}).encode()
        await producer.send_and_wait(INTAKE, body, headers=STRUCTURED)
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(f"oseredok.events.intake.{PUBLISHERS[0]}.v1", body)
    until(lambda: installation.events.ledger()[NAME]["accepted"] == 2, 20, "its event over Kafka to be taken")
    reader = AIOKafkaConsumer(
        f"oseredok.events.receipts.{NAME}.v1",
        **client(kafka, told["PASSWORD"]),
        group_id=f"{NAME}.receipts",
        auto_offset_reset="earliest",
    )
    async with reader:
        receipt = json.loads((await reader.getone()).value)["data"]["receipts"][0]
    assert (receipt["event_source"], receipt["verdict"]) == (SOURCE, "accepted")
    assert quotas._run(kafka.broker, quotas._present)[NAME] == 60_000
    assert "already" in installation.command("add", NAME, "--source", "https://other.example", code=1)
    assert "one owner" in installation.command("add", "other", "--source", SOURCE, code=1)


async def test_tokens_are_renewed_two_at_a_time(installation: Serving) -> None:
    """The one before goes on until it is retired; a third makes the first void."""
    first = installation.add()["TOKEN"]
    second = handed(installation.command("rotate", NAME, "--token"))["TOKEN"]
    for token in (second, first):
        answers(installation.events, token, 200)
    third = handed(installation.command("rotate", NAME, "--token"))["TOKEN"]
    answers(installation.events, third, 200)
    answers(installation.events, first, 401)
    assert posted(installation.events, second, "again").status_code == 200
    installation.command("retire", NAME)
    answers(installation.events, second, 401)
    assert posted(installation.events, third, "again").status_code == 200
    of_programme = handed(installation.command("rotate", PUBLISHERS[0], "--token"))["TOKEN"]
    answers(installation.events, of_programme, 400)
    assert posted(installation.events, f"token-of-{PUBLISHERS[0]}", "again").status_code == 400


async def test_a_kafka_password_is_renewed(installation: Serving) -> None:
    """The one before is void at once."""
    before = installation.add()["PASSWORD"]
    after = handed(installation.command("rotate", NAME, "--kafka"))
    assert "TOKEN" not in after
    kafka = installation.world.kafka
    async with AIOKafkaProducer(**client(kafka, after["PASSWORD"])) as producer:
        await producer.send_and_wait(INTAKE, b"{}")
    stranger = AIOKafkaProducer(**client(kafka, before), request_timeout_ms=3000)
    with pytest.raises(KafkaError):
        await stranger.start()
    await stranger.stop()


async def test_suspension_holds_within_ten_seconds(installation: Serving) -> None:
    """By both ways in, also for a producer that is connected already; resumed, it goes on."""
    told = installation.add()
    answers(installation.events, told["TOKEN"], 200)
    async with AIOKafkaProducer(**client(installation.world.kafka, told["PASSWORD"])) as producer:
        await producer.send_and_wait(INTAKE, b"{}")
        begun = time.monotonic()
        installation.command("suspend", NAME)
        answers(installation.events, told["TOKEN"], 403, WITHIN_SECONDS - (time.monotonic() - begun))
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(INTAKE, b"{}")
        assert time.monotonic() - begun < WITHIN_SECONDS
        installation.command("resume", NAME)
        answers(installation.events, told["TOKEN"], 200)
        await producer.send_and_wait(INTAKE, b"{}")


async def test_an_operator_has_the_scopes_given(installation: Serving) -> None:
    """May list and act, and not read what is in events; dismissed, nothing."""
    token = installation.command("appoint", "chergova", "--scope", "quarantine").splitlines()[-1]
    url = f"http://127.0.0.1:{installation.events.admin_port}/v1"

    def status(path: str) -> int:
        return httpx.get(url + path, headers={"authorization": f"Bearer {token}"}, timeout=10).status_code

    assert status("/quarantine") == 200, "at once"
    assert status("/quarantine/00000000-0000-0000-0000-000000000001") == 401
    assert status("/audit") == 401
    listed = installation.command("list")
    assert {("admin", "admin"), ("chergova", "quarantine")} <= {tuple(line.split()) for line in listed.splitlines()}
    assert token not in listed
    installation.add()
    assert status("/quarantine") == 200
    installation.command("dismiss", "chergova")
    assert status("/quarantine") == 401, "at once"
    assert "no operator" in installation.command("dismiss", "chergova", code=1)


async def test_a_publisher_leaves(installation: Serving) -> None:
    """Its rights and its user are gone; one of the programme's own is not sent away like that."""
    told = installation.add()
    answers(installation.events, told["TOKEN"], 200)
    installation.command("remove", NAME)
    answers(installation.events, told["TOKEN"], 401)
    stranger = AIOKafkaProducer(**client(installation.world.kafka, told["PASSWORD"]), request_timeout_ms=3000)
    with pytest.raises(KafkaError):
        await stranger.start()
    await stranger.stop()
    assert NAME not in installation.command("list")
    assert "of the programme" in installation.command("remove", PUBLISHERS[0], code=1)
    assert "no publisher" in installation.command("suspend", NAME, code=1)


async def test_programs_are_told_what_people_are(installation: Serving) -> None:
    """What is handed over once logs in by both ways; the list says who may do what; each act says what it did."""
    told = installation.asked("add", NAME, "--source", SOURCE, "--same-publisher", "--bytes-per-second", "60000")
    assert (told["name"], told["user"], told["source"]) == (NAME, NAME, SOURCE)
    assert told["first_event"]["source"] == SOURCE
    answers(installation.events, told["token"], 200)
    assert installation.world.kafka.broker.logs_in(NAME, told["password"])
    renewed = installation.asked("rotate", NAME, "--token")
    assert (renewed["password"], renewed["then"]) == (None, [f"oseredok access retire {NAME}"])
    answers(installation.events, renewed["token"], 200)
    assert installation.asked("retire", NAME) == {"name": NAME, "valid_tokens": 1}
    answers(installation.events, told["token"], 401)
    assert installation.asked("suspend", NAME) == {"name": NAME, "suspended": True}
    entry = {"name": NAME, "suspended": True, "sources": [SOURCE], "types": ["*"], "territory": ["*"]}
    assert {**entry, "bytes_per_second": 60_000} in installation.asked("list")["publishers"]
    answers(installation.events, renewed["token"], 403)
    assert installation.asked("resume", NAME) == {"name": NAME, "suspended": False}
    answers(installation.events, renewed["token"], 200)
    assert installation.asked("remove", NAME) == {"name": NAME, "removed": True}
    assert NAME not in [publisher["name"] for publisher in installation.asked("list")["publishers"]]
    refused = installation.command("suspend", NAME, "--json", code=1)
    assert refused == f"oseredok: there is no publisher {NAME}: oseredok access list"


async def test_programs_are_told_of_operators(installation: Serving) -> None:
    """With the token, once; it opens what its scopes say."""
    scopes = ["quarantine", "audit"]
    told = installation.asked("appoint", "chergova", "--scope", "quarantine", "--scope", "audit")
    assert {name: value for name, value in told.items() if name != "token"} == {"name": "chergova", "scopes": scopes}
    url = f"http://127.0.0.1:{installation.events.admin_port}/v1/audit"
    headers = {"authorization": f"Bearer {told['token']}"}
    until(
        lambda: httpx.get(url, headers=headers, timeout=10).status_code == 200, WITHIN_SECONDS, "the operator's way in"
    )
    operators = installation.asked("list")["operators"]
    assert operators == [{"name": "admin", "scopes": ["admin"]}, {"name": "chergova", "scopes": scopes}]
    assert installation.asked("dismiss", "chergova") == {"name": "chergova", "dismissed": True}
    assert installation.asked("list")["operators"] == operators[:1]
