"""`oseredok deliveries` before a real platform: what nobody knows the end of is found, ended and told of."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import resources
from typing import Any

import httpx
import pytest
from jsonschema import Draft202012Validator

import oseredok_contracts
from oseredok_contracts import topics
from support.clinic import Clinic, clinic
from support.copies import TOKEN, Copy, until
from support.mailserver import Deed, Script, mail_server
from support.sample import OBLAST, event
from support.servers import KafkaServer, PostgresServer
from support.world import access_file, new_world

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=3)
PERIOD: dict[str, Any] = {"starts_at": SOON.isoformat(), "ends_at": (SOON + timedelta(hours=2)).isoformat()}
LOST = [f"lost-{number}@people.example" for number in range(4)]
FINE = "fine@people.example"
PEOPLE = "key,name,role,territory,language,channel,address,consent_at\n" + "".join(
    f"{address.partition('@')[0]},Хтось,media,{OBLAST},uk,email,{address},2019-01-01T00:00:00Z\n"
    for address in (*LOST, FINE)
)
OPERATORS = {"messenger": ["deliveries"], "keeper": ["audit", "quarantine", "recipients"]}
UNITS = (
    "INSERT INTO notifications.units (code, version, path, local, of_all) "
    f"VALUES ('{OBLAST}', 1, '{{{OBLAST}}}', false, 1)"
)
DOCUMENT = json.loads(resources.files(oseredok_contracts).joinpath("documents/operators.json").read_text("utf-8"))
KNOWN = 'oseredok_deliveries{notice="announcement",status="unknown"}'


@pytest.fixture(scope="module")
def script() -> Script:
    """Hangs up after the content of each message to LOST, once."""
    drop: Deed = "drop"
    return Script({address: [drop] for address in LOST})


@pytest.fixture(scope="module")
def sound(
    postgres: PostgresServer, kafka: KafkaServer, script: Script, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Clinic]:
    """All services, somebody to write to, operators of few rights."""
    with (
        mail_server(script) as port,
        new_world(postgres, kafka, tmp_path_factory.mktemp("deliveries")) as world,
    ):
        (world.folder / "settings" / "access.toml").write_text(access_file(operators=OPERATORS))
        with clinic(world, {"notifications": {"SMTP_PORT": str(port)}}) as made:
            sql = world.folder / "units.sql"
            sql.write_text(UNITS)
            world.postgres.server.psql(sql, world.database, {}, {})
            assert made.copies["notifications"].load("recipients", PEOPLE).status_code == 200
            yield made


@pytest.fixture(scope="module")
async def lost(sound: Clinic, script: Script) -> dict[str, dict[str, Any]]:
    """What is unknown after an activity was announced: the list's entry by address."""
    await sound.world.publish(event("planned", "a-1", "e-1", **PERIOD), key=b"k")
    copy = sound.copies["notifications"]
    until(lambda: f"{KNOWN} 4.0" in copy.admin("/metrics").text, 40, "four to be unknown", copy.log.read_text)
    until(lambda: script.times(FINE) == 1, 10, "the other to be sent")
    listed = sound.asked("deliveries", "list")
    return {item["address"]: item for item in listed}


def now(copy: Copy) -> dict[str, str]:
    """Status by address."""
    return {item["address"]: item["status"] for item in copy.admin("/v1/deliveries").json()["items"]}


def as_documented(answer: httpx.Response) -> Any:
    """What an act answered, which is as the document for operators says of its status."""
    responses = DOCUMENT["paths"]["/v1/deliveries:resolve"]["post"]["responses"]
    schema = responses[str(answer.status_code)]["content"][answer.headers["content-type"]]["schema"]
    Draft202012Validator(schema | {"components": DOCUMENT["components"]}).validate(answer.json())
    return answer.json()


def message_ids(script: Script, address: str) -> list[str]:
    return [str(message["Message-ID"]) for message in script.messages() if address in message["To"]]


async def test_what_is_listed(sound: Clinic, lost: dict[str, dict[str, Any]], script: Script) -> None:
    """What the mail server's log has, and no more than the asker may see."""
    assert set(lost) == set(LOST)
    for address, item in lost.items():
        assert message_ids(script, address) == [item["message_id"]]
        tried, ended = (datetime.fromisoformat(item[name]) for name in ("tried_at", "closed_at"))
        assert ended - timedelta(seconds=60) < tried <= ended
        assert (item["notice"], item["status"], item["reason"], item["attempts"]) == (
            "announcement",
            "unknown",
            "cut",
            1,
        )
    shown = sound.command("deliveries", "list")
    assert all(address in shown and item["message_id"] in shown for address, item in lost.items())
    assert FINE not in shown
    assert FINE in sound.command("deliveries", "list", "--status", "sent", "--notice", "announcement")
    assert sound.asked("deliveries", "list", "--notice", "reminder") == []
    assert len(sound.asked("deliveries", "list", "--limit", "2")) == 2
    messenger = sound.copies["notifications"].admin("/v1/deliveries", operator="messenger", status="unknown")
    assert {item["message_id"] for item in messenger.json()["items"]} == {item["message_id"] for item in lost.values()}
    assert "people.example" not in messenger.text


async def test_rights(sound: Clinic, lost: dict[str, dict[str, Any]]) -> None:
    """Without the scope nothing is told or done, by whatever other scopes."""
    copy, asked = sound.copies["notifications"], {"ids": [lost[LOST[0]]["delivery"]], "as": "sent", "why": "because"}
    for operator in ("keeper", "nobody"):
        refusal = copy.act("/v1/deliveries:resolve", asked, operator)
        assert (refusal.status_code, refusal.json()["type"]) == (401, "urn:oseredok:problem:token")
        assert copy.admin("/v1/deliveries", operator=operator).status_code == 401
    wrongs: tuple[dict[str, Any], ...] = ({"why": ""}, {"as": "failed"}, {"ids": []}, {"more": 1}, {"dry_run": "yes"})
    for wrong in wrongs:
        assert copy.act("/v1/deliveries:resolve", asked | wrong, "messenger").status_code == 422, wrong
    assert now(copy)[LOST[0]] == "unknown"


async def test_one_is_sent_again(sound: Clinic, lost: dict[str, dict[str, Any]], script: Script) -> None:
    """Tried first, then done by an operator of few rights; it arrives, and another time nothing happens."""
    copy, one = sound.copies["notifications"], lost[LOST[0]]["delivery"]
    words = ("deliveries", "resolve", one, "--as", "again", "--why", "not in the log")
    [tried] = sound.asked(*words, "--dry-run")
    assert (tried["outcome"], tried["status"]) == ("resolved", "pending")
    assert "A dry run: nothing was stored." in sound.command(*words, "--dry-run")
    assert now(copy)[LOST[0]] == "unknown"
    file = sound.world.folder / "messenger.token"
    file.write_text(f"{TOKEN}-messenger\n")
    sound.token = file
    try:
        assert "1 resolved as again." in sound.command(*words)
    finally:
        sound.token = None
    until(lambda: now(copy)[LOST[0]] == "sent", 20, "it to be sent", copy.log.read_text)
    assert message_ids(script, LOST[0]) == [lost[LOST[0]]["message_id"]] * 2
    [again] = sound.asked(*words)
    assert (again["outcome"], again["status"], again["attempts"]) == ("resolved_before", "sent", 2)
    assert "is sent now" in sound.command(*words)
    audit = copy.admin("/v1/audit", subject=f"delivery:{one}").json()["items"]
    assert [(entry["who"], entry["action"], entry["why"]) for entry in audit] == [
        ("messenger", "delivery.resolved", "not in the log")
    ]
    assert audit[0]["before"] == {"status": "unknown", "reason": "cut", "attempts": 1}
    assert audit[0]["after"] == {"as": "again"}


async def test_one_was_sent(sound: Clinic, lost: dict[str, dict[str, Any]], script: Script) -> None:
    """Beside one that is not unknown, which is left: exit code 3. Over HTTP a conflict is a problem."""
    copy, one, other = sound.copies["notifications"], lost[LOST[1]]["delivery"], lost[LOST[0]]["delivery"]
    words = ("--as", "sent", "--why", "in the log")
    results = sound.asked("deliveries", "resolve", one, other, *words, code=3)
    assert [(r["outcome"], r["status"]) for r in results] == [("resolved", "sent"), ("left", "sent")]
    assert "an operator said again before" in results[1]["detail"]
    assert "1 left." in sound.command("deliveries", "resolve", other, *words, code=3)
    refusal = copy.act("/v1/deliveries:resolve", {"ids": [other], "as": "sent", "why": "in the log"})
    assert refusal.status_code == 409
    assert refusal.headers["content-type"] == "application/problem+json"
    told = as_documented(refusal)
    assert told["type"] == "urn:oseredok:problem:not-unknown"
    assert [result["delivery"] for result in told["results"]] == [other]
    both = copy.act("/v1/deliveries:resolve", {"ids": [other, one], "as": "sent", "why": "in the log"})
    assert [r["outcome"] for r in as_documented(both)["results"]] == ["left", "resolved_before"]
    assert script.times(LOST[1]) == 1


async def test_the_rest_at_once(sound: Clinic, lost: dict[str, dict[str, Any]], script: Script) -> None:
    """All that are unknown; then there is nothing to do, the metric is gone, and the topic tells each end once."""
    copy = sound.copies["notifications"]
    sound.command("deliveries", "resolve", "--as", "again", "--why", "w", code=1)
    sound.command("deliveries", "resolve", "not-an-id", "--as", "again", "--why", "w", code=1)
    sound.command("deliveries", "resolve", "--all", "--as", "again", code=2)
    all_of_them = ("deliveries", "resolve", "--all", "--as", "again", "--why", "the server lost its queue")
    assert {r["delivery"] for r in sound.asked(*all_of_them, "--dry-run")} == {lost[a]["delivery"] for a in LOST[2:]}
    assert "2 resolved as again." in sound.command(*all_of_them)
    until(lambda: set(now(copy).values()) == {"sent"}, 20, "all to be sent", lambda: now(copy))
    assert "Nothing to do: no delivery is unknown." in sound.command(*all_of_them)
    assert "No delivery is unknown." in sound.command("deliveries", "list")
    assert [script.times(address) for address in (*LOST, FINE)] == [2, 1, 2, 2, 1]
    assert KNOWN not in copy.admin("/metrics").text
    until(lambda: "oseredok_outbox_rows 0.0" in copy.admin("/metrics").text, 20, "the outbox to empty")
    told = [json.loads(message.value()) for message in sound.world.read(topics.DELIVERIES.name)]
    for address, ends in zip(LOST, [("sent", 2), ("sent", 1), ("sent", 2), ("sent", 2)], strict=True):
        of_one = [t["data"] for t in told if t["subject"] == lost[address]["delivery"]]
        assert [(d["version"], d["status"], d["attempts"]) for d in of_one] == [(1, "unknown", 1), (2, *ends)]
    assert "people.example" not in copy.log.read_text()
