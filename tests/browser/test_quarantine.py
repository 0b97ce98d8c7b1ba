"""The operators' page in a real browser: come in, see why, mend, have it taken again; strangers see nothing."""

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
from confluent_kafka import Producer

from browser.conftest import Reader
from browser.test_pages import FAULTS, LANGUAGES, NARROW
from browser.town import Town
from support.copies import PUBLISHER, TOKEN, until
from support.sample import event
from support.servers import KafkaServer
from support.world import INTAKE, STRUCTURED

HOSTILE = "<script>document.title='stolen'</script> & \"лапки\""


def publish(kafka: KafkaServer, *values: bytes) -> None:
    """As records of the publisher's topic."""
    client = Producer(
        {
            "bootstrap.servers": kafka.bootstrap,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": PUBLISHER,
            "sasl.password": kafka.password(PUBLISHER),
        }
    )
    for value in values:
        client.produce(INTAKE, value, headers=[*STRUCTURED])
    assert client.flush(20) == 0


def bad(event_id: str, **changes: Any) -> bytes:
    told = event("held", f"desk-{event_id}", event_id, atendance=1, **changes)
    return json.dumps(told, ensure_ascii=False).encode()


@pytest.fixture(scope="module")
def desk(town: Town, kafka: KafkaServer) -> Town:
    """The town, its address of the quarantine being that of events, with three entries in it, and one that waits."""
    events = town.services["events"]
    waits = json.dumps(event("voided", "desk-never", "desk-waits")).encode()
    publish(kafka, bad("desk-1", title=HOSTILE), bad("desk-2"), b"{not json <b>", waits)
    until(lambda: len(events.quarantine()) == 3 and events.ledger()[PUBLISHER]["waiting"] == 1, 30, "quarantine")
    return replace(town, links={**town.links, "quarantine": f"http://127.0.0.1:{events.admin_port}"})


def come_in(reader: Reader, desk: Town, language: str = "uk") -> None:
    """With the operator's token."""
    reader.town = desk
    shown = reader.open("quarantine", language)
    shown.fill("input[name=token]", f"{TOKEN}-admin")
    shown.click("main button")
    assert shown.locator("tbody input[type=checkbox]").count() >= 1


def test_without_a_token_there_is_nothing_to_see(reader: Reader, desk: Town) -> None:
    """Neither with a wrong one, nor with a publisher's; and an answer to a form from elsewhere neither."""
    reader.town = desk
    shown = reader.open("quarantine")
    for token in ("wrong", f"{TOKEN}-{PUBLISHER}"):
        shown.fill("input[name=token]", token)
        shown.click("main button")
        assert shown.locator("[role=alert]").count() == 1
        assert "desk-1" not in shown.content()
    reader.faults.clear()  # chromium tells of each 401 on its console
    address = f"{desk.links['quarantine']}/quarantine"
    cookies = {"oseredok_operator": f"{TOKEN}-admin"}
    form = {"what": "discard", "why": "stolen", "all": "yes"}
    strange = httpx.post(f"{address}/act", data=form, cookies=cookies, headers={"origin": "https://evil.example"})
    assert strange.status_code == 403
    assert len(desk.services["events"].quarantine()) == 3


def test_an_event_is_mended_and_taken_again(reader: Reader, desk: Town) -> None:
    """From the list to the entry, mended, checked, taken; what it holds is shown and not obeyed."""
    come_in(reader, desk)
    reader.shoot("quarantine-list")
    shown = reader.page
    shown.click("text=desk-1")
    assert "stolen" not in shown.title()
    assert "<script>" in shown.locator("main pre").inner_text()
    reader.shoot("quarantine-entry")
    text = json.loads(shown.locator("textarea").input_value())
    text["data"].pop("atendance")
    shown.fill("textarea", json.dumps({**text, "type": 5}, ensure_ascii=False))
    shown.fill("form[action$=mended] input[name=why]", "a typo")
    shown.click("button[value=mend]")
    shown.fill("form[action$=act] input[name=why]", "a typo")
    shown.click("button[value=revalidate]")
    assert "envelope_invalid" in shown.locator("tbody").inner_text()
    shown.go_back()
    shown.fill("textarea", json.dumps(text, ensure_ascii=False))
    shown.fill("form[action$=mended] input[name=why]", "a typo")
    shown.click("button[value=mend]")
    shown.fill("form[action$=act] input[name=why]", "a typo")
    shown.click("button[value=redrive]")
    reader.shoot("quarantine-done")
    assert "accepted" in shown.locator("tbody").inner_text()
    shown.click("main .quiet-link")
    assert shown.locator("tbody input[type=checkbox]").count() == 2
    audit = desk.services["events"].admin("/v1/audit").json()["items"]
    assert {"quarantine.read", "quarantine.mended", "quarantine.redriven"} <= {entry["action"] for entry in audit}


def test_all_of_a_kind_are_discarded(reader: Reader, desk: Town) -> None:
    """By the filter that the counts lead to; what waits is on a page of its own; then out again."""
    come_in(reader, desk, "en")
    shown = reader.page
    shown.click("a:has-text('json_malformed')")
    assert shown.locator("tbody input[type=checkbox]").count() == 1
    shown.check("input[name=all]")
    shown.select_option("select[name=what]", "discard")
    shown.fill("input[name=why]", "a test of theirs")
    shown.click("main button")
    assert "rejected" in shown.locator("tbody").inner_text()
    shown.click(".menu a >> nth=1")
    assert "desk-never" in shown.locator("tbody").inner_text()
    reader.shoot("quarantine-waiting")
    shown.click(".menu button")
    assert shown.locator("input[name=token]").count() == 1
    assert [entry["event_id"] for entry in desk.services["events"].quarantine()] == ["desk-2"]


@pytest.mark.parametrize("judge", [NARROW, (1280, "light"), (1280, "dark")], indirect=True)
def test_axe_finds_nothing_serious(judge: Reader, desk: Town) -> None:
    """On each of the pages, in the light, in the dark, in the narrowest window."""
    for language in LANGUAGES:
        judge.town = desk
        shown = judge.open("quarantine", language)
        assert not shown.evaluate(FAULTS)
        come_in(judge, desk, language)
        entry = shown.locator("tbody tr a[href*=entries]").first.get_attribute("href")
        for path in (f"/quarantine?lang={language}", str(entry), f"/quarantine/waiting?lang={language}"):
            shown.goto(desk.links["quarantine"] + path)
            faults: list[str] = shown.evaluate(FAULTS)
            assert not faults, "\n".join(faults)
            width = judge.page.viewport_size
            assert width is not None
            assert shown.evaluate("document.documentElement.scrollWidth") == width["width"]
        judge.page.context.clear_cookies()
