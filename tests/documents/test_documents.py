"""Whatever a stranger asks, by the documents or against them, is answered as they say."""

import asyncio
import json
from collections.abc import Mapping

import httpx
import pytest
from jsonschema import Draft202012Validator

from documents import stage, stranger
from documents.stranger import Interview, Known, Report
from support.copies import TOKEN, Copy
from support.sample import event
from support.servers import SERVICES
from support.world import World

AT_ONCE = 2
EXAMPLES, EXAMPLES_LONG = 5, 30

NOTHING_TO_FIND = {
    "GET /v1/unsubscribe": "its token is signed by the service, for one recipient, and only in that one's mail",
    "POST /v1/unsubscribe": "the same",
    "POST /v1/deliveries:resolve": "its ids are those of messages whose sending was cut off; all others are a conflict",
    **{
        f"POST /v1/{table}:load": "a table's columns are more than a schema of text/csv can say"
        for table in ("territory", "libraries", "organisations", "waves", "recipients")
    },
    **{
        f"PUT /v1/{path}": "the row's columns are those of the table, to which the document leaves them"
        for path in ("libraries/{authority}/{name}", "organisations/{slug}")
    },
}
"""What no stranger is answered well, and why."""


def interviews(copies: Mapping[str, Copy], known: Known, examples: int, *, long: bool) -> list[Interview]:
    """In short, what all operators' ports have in common is asked of one."""
    phases = ("examples", "coverage", "fuzzing", *(["stateful"] if long else []))
    asked = [
        Interview(f"public-{name}", stranger.of_public(name), copies[name].http_port, known, examples, phases)
        for name in SERVICES
    ]
    for name in SERVICES:
        document = stranger.of_operators(name, own=not long and name != "events")
        if document["paths"]:
            asked.append(Interview(f"operators-{name}", document, copies[name].admin_port, known, examples, phases))
    return asked


async def _ask(world: World, examples: int, *, long: bool) -> dict[str, Report]:
    copies = await asyncio.to_thread(stage.start, world)
    known = await stage.fill(world, copies)
    turn = asyncio.Semaphore(AT_ONCE)

    async def ask(interview: Interview) -> Report:
        async with turn:
            return await asyncio.to_thread(stranger.ask, interview, world.folder / interview.name)

    asked = interviews(copies, known, examples, long=long)
    return {i.name: r for i, r in zip(asked, await asyncio.gather(*map(ask, asked)), strict=True)}


@pytest.mark.parametrize(
    ("examples", "long"),
    [
        pytest.param(EXAMPLES, False, id="short"),
        pytest.param(EXAMPLES_LONG, True, id="long", marks=pytest.mark.long),
    ],
)
async def test_every_answer_is_as_the_documents_say(world: World, examples: int, long: bool) -> None:
    """No 5xx; statuses, media types, headers and bodies that the document has; what it doesn't allow is refused, and
    nobody without a token is let in. And each operation was answered well at least once.
    """
    reports = await _ask(world, examples, long=long)
    filled = reports["operators-events"]  # the other operators' ports have nothing in quarantine, and nothing waits
    for name, report in reports.items():
        assert report.code == 0, f"{name}, seed {stranger.seed()}: {report.told}"
        assert report.figures["errors"] == [], report.told
        assert report.figures["operations"]["tested"] == report.figures["operations"]["total"], report.told
        known = filled.answered_well if name.startswith("operators") else set[str]()
        assert report.asked - report.answered_well - known <= NOTHING_TO_FIND.keys(), name


async def test_beyond_the_quota_too(world: World) -> None:
    """429 is as the document has it, at the door and for a question: a problem, and when to come again."""
    world.migrate("events")
    stage.give_quotas(world)
    copy = world.start("events").wait_ready()
    document = stranger.of_public("events")
    headers = {"authorization": f"Bearer {TOKEN}-{stage.FEW}"}
    source = f"https://{stage.FEW}.example/oseredok"
    batch = json.dumps([event("held", f"a-{n}", f"e-{n}") | {"source": source} for n in range(3)]).encode()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{copy.http_port}", headers=headers) as client:
        as_batch = {"content-type": stage.BATCH}
        assert (await client.post("/v1/intake", content=batch, headers=as_batch)).status_code == 200
        asked = [{"source": source, "id": f"e-{n}"} for n in range(3)]
        assert (await client.post("/v1/receipts", json=asked)).status_code == 200
        for answer, path, method in (
            (await client.post("/v1/intake", content=batch, headers=as_batch), "/v1/intake", "post"),
            (await client.post("/v1/intake:validate", content=batch, headers=as_batch), "/v1/intake:validate", "post"),
            (await client.get("/v1/receipts", params={"source": source, "id": "e-1"}), "/v1/receipts", "get"),
            (await client.post("/v1/receipts", json=asked[:2]), "/v1/receipts", "post"),
        ):
            told = document["paths"][path][method]["responses"][str(answer.status_code)]
            schema = told["content"][answer.headers["content-type"]]["schema"]
            Draft202012Validator(schema | {"components": document["components"]}).validate(answer.json())
            assert answer.status_code == 429
            assert told["headers"].keys() == {"Retry-After"}
            assert 1 <= int(answer.headers["retry-after"]) <= 60
