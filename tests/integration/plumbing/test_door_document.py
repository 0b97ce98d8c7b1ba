"""What the door answers is what the published document says it answers."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from jsonschema import Draft202012Validator

from oseredok_contracts import documents
from oseredok_plumbing import postgres
from oseredok_plumbing.access import Access
from support.copies import PUBLISHER, TOKEN
from support.door import BATCH, Desk, desk_for
from support.inside import Inside
from support.sample import event
from support.world import SOURCE, access_file

DOCUMENT = json.loads((documents.FOLDER / documents.OPENAPI).read_bytes())
FRONT = "/api/events"


def conform(answer: httpx.Response) -> httpx.Response:
    """Fails unless status, media type, headers and body are as the document has them."""
    request = answer.request
    told = DOCUMENT["paths"][FRONT + request.url.path][request.method.lower()]["responses"][str(answer.status_code)]
    media = answer.headers["content-type"].partition(";")[0]
    schema = told["content"][media]["schema"] | {"components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(answer.json())
    for name in told.get("headers", {}):
        assert name in answer.headers, f"{name} is promised"
    return answer


def body(*told: Any) -> bytes:
    return json.dumps(list(told)).encode()


async def test_verdicts(desk: Desk) -> None:
    """Accepted, duplicate, waiting, rejected; one and several, in earnest and as a question."""
    held, waits = event("held", "a", "e-1"), event("voided", "b", "e-2")
    wrong = event("held", "c", "e-3", atendance=1)
    for path in ("/v1/intake:validate", "/v1/intake"):
        for told, status in (
            ((held, held, waits), 200),
            ((held, wrong, 5, {"id": 7}), 207),
            ((wrong, [], {"specversion": "1.0", "id": "e-9"}), 400),
        ):
            answer = conform(await desk.over_http(body(*told), BATCH, path=path))
            assert answer.status_code == status
        assert conform(await desk.over_http(json.dumps(held).encode(), path=path)).status_code == 200
        assert conform(await desk.over_http(b"\xff", path=path)).status_code == 400


async def test_refusals(desk: Desk) -> None:
    """Each with a problem of its own: nobody, suspended, unreadable, too large, oddly packed."""
    one = json.dumps(event("held", "a", "e-1")).encode()
    for path in ("/v1/intake", "/v1/intake:validate"):
        assert conform(await desk.over_http(one, token="wrong", path=path)).status_code == 401
        assert conform(await desk.over_http(b"{}", BATCH, path=path)).status_code == 400
        assert conform(await desk.over_http(body(*range(1001)), BATCH, path=path)).status_code == 413
        for coding, packed, status in (("br", one, 415), ("gzip", one, 400), ("gzip", gzip.compress(one), 200)):
            answer = await desk.over_http(packed, headers=[("content-encoding", coding)], path=path)
            assert conform(answer).status_code == status
    line = f'sources = ["{SOURCE}"]'
    desk.access.current = Access.parse(access_file().replace(line, f"{line}\nsuspended = true"))
    assert conform(await desk.over_http(one)).status_code == 403
    assert conform(await desk.ask((SOURCE, "e-1"))).status_code == 403


async def test_the_example_of_binary_mode(desk: Desk) -> None:
    """Headers and body, as they stand in the document: an event of a publisher of the programme."""
    told = DOCUMENT["paths"][f"{FRONT}/v1/intake"]["post"]
    headers = [(one["name"], one["example"]) for one in told["parameters"] if "example" in one]
    data = told["requestBody"]["content"]["application/json"]["example"]
    answer = conform(await desk.over_http(json.dumps(data).encode(), "application/json", headers=headers))
    assert answer.status_code == 200
    [result] = answer.json()["results"]
    assert result["id"] == dict(headers)["ce-id"]


async def test_questions(desk: Desk) -> None:
    """About one event and about several; known and unknown, another's, and such as can't be asked."""
    await desk.over_http(json.dumps(event("held", "a", "e-1")).encode())
    await desk.over_kafka(json.dumps(event("held", "b", "e-2", atendance=1)).encode())
    for known in ("e-1", "e-2"):
        assert conform(await desk.ask((SOURCE, known))).status_code == 200
    assert conform(await desk.ask((SOURCE, "e-1"), (SOURCE, "none"))).status_code == 200
    assert conform(await desk.ask((SOURCE, "none"))).status_code == 404
    assert conform(await desk.ask(("https://other.example", "e-1"))).status_code == 403
    assert conform(await desk.ask((SOURCE, ""))).status_code == 422
    headers = {"authorization": f"Bearer {TOKEN}-{PUBLISHER}", "content-type": "application/json"}
    for content, status in ((b"[", 422), (b"[]", 422), (b"\xff", 400), (b"[" * 100_000, 400)):
        answer = await desk.client.post("/v1/receipts", content=content, headers=headers)
        assert conform(answer).status_code == status


async def test_without_the_database(inside: Inside, tmp_path: Path) -> None:
    """503, with when to come again."""
    gone = await postgres.open_pool(inside.settings)
    await gone.close()
    desk = desk_for(replace(inside, pool=gone), tmp_path, inside.notes)
    one = json.dumps(event("held", "a", "e-1")).encode()
    for path in ("/v1/intake", "/v1/intake:validate"):
        assert conform(await desk.over_http(one, path=path)).status_code == 503
    assert conform(await desk.ask((SOURCE, "e-1"))).status_code == 503
