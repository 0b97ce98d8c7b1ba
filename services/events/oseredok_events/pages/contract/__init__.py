"""What a developer reads before publishing, `/contract`, and the documents for programs, to take along."""

import json
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from markupsafe import Markup, escape

from oseredok_contracts import documents, parts, schemas, topics
from oseredok_contracts.codec import DEPTH_MAX, KEYS_MAX
from oseredok_contracts.intake import EVENTS_TYPES, REGISTRY_TYPES
from oseredok_contracts.topics import DAY_MS, VALUE_BYTES_MAX, Topic
from oseredok_contracts.verdict import HINTS, Verdict
from oseredok_events.pages.contract import fields
from oseredok_pages.site import Site
from oseredok_pages.view import SECURITY, View
from oseredok_plumbing.door import BATCH_EVENTS_MAX
from oseredok_plumbing.inquiry import EVENTS_MAX as ASKED_EVENTS_MAX
from oseredok_plumbing.problems import TROUBLE
from oseredok_plumbing.settings import Settings

HERE = Path(__file__).parent
KIB = 1024
MEDIA = {
    documents.ASYNCAPI: "application/vnd.aai.asyncapi+json;version=3.0.0",
    documents.OPENAPI: "application/vnd.oai.openapi+json;version=3.1",
    documents.OPERATORS: "application/vnd.oai.openapi+json;version=3.1",
}
SCHEMA_MEDIA = "application/schema+json"
FIRST = "org.oseredok.intake.activity.held.v1"
TAKEN: Mapping[str, Sequence[str]] = {"events": list(EVENTS_TYPES), "registry": list(REGISTRY_TYPES)}

Told = Callable[[str], Markup]


def routes(settings: Settings) -> APIRouter:
    """`/contract`, `/contract/<document>.json`, `/contract/schemas/<type>.json`: all from the package, offline."""
    site = Site("contract", HERE, settings.pages, TROUBLE)
    ukrainian: Mapping[str, str] = tomllib.loads((HERE / "uk.toml").read_text("utf-8"))["told"]
    kept = {name: (documents.FOLDER / name).read_bytes() for name in MEDIA}
    paths = json.loads(kept[documents.OPENAPI])["paths"]

    async def page(view: View) -> Response:
        return view.render(
            "contract.html",
            told=_teller(view, ukrainian),
            coded=coded,
            types=_types(),
            attributes=fields.of_envelope(FIRST),
            example=_example(FIRST),
            verdicts=[verdict.value for verdict in Verdict],
            hints={code.value: hint for code, hint in HINTS.items()},
            topics=topics.ALL,
            kept=_kept,
            paths=[(m.upper(), path, told) for path, item in paths.items() for m, told in item.items()],
            limits=_limits(settings),
            schemas=sorted(schemas.types()),
        )

    router = site.routes(page, first=False)
    for name, content in kept.items():
        _add(router, f"/contract/{name}", content, MEDIA[name])
    for path in sorted(schemas.FOLDER.glob("*.json")):
        _add(router, f"/contract/schemas/{path.name}", path.read_bytes(), SCHEMA_MEDIA)
    return router


def _add(router: APIRouter, path: str, content: bytes, media_type: str) -> None:
    async def document() -> Response:
        return Response(content, media_type=media_type, headers={**SECURITY, "cache-control": "no-cache"})

    router.add_api_route(path, document, methods=["GET"], response_model=None)


def _teller(view: View, ukrainian: Mapping[str, str]) -> Told:
    """Tells what the contract says in English in the reader's language."""

    def told(text: str) -> Markup:
        return coded(text if view.language == "en" else ukrainian[text])

    return told


def coded(text: str) -> Markup:
    """What stands in backticks is code."""
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if place % 2 else escape(piece)
        for place, piece in enumerate(text.split("`"))
    )


def summary(event_type: str) -> str:
    """The first paragraph of what a type's model says of itself."""
    return " ".join((schemas.types()[event_type].__doc__ or "").partition("\n\n")[0].split())


def _types() -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "service": service,
            "summary": summary(name),
            "fields": fields.of_type(name),
            "example": _example(name),
        }
        for service, names in TAKEN.items()
        for name in names
    ]


def _example(event_type: str) -> str:
    """The shortest: a page is read by people."""
    texts = [json.dumps(event, ensure_ascii=False, indent=2) for _, event in parts.examples(event_type)]
    return min(texts, key=len)


def _kept(topic: Topic) -> tuple[str, int | None]:
    """How long a topic keeps what is in it: a word of the page, and its days."""
    if topic.compacted:
        return "contract.kept_states", None
    return ("contract.kept_always", None) if topic.retention_ms < 0 else ("contract.kept", topic.retention_ms // DAY_MS)


def _limits(settings: Settings) -> list[tuple[str, int]]:
    """What an installation takes: a word of the page, and the number in it."""
    return [
        ("event", VALUE_BYTES_MAX // KIB),
        ("depth", DEPTH_MAX),
        ("keys", KEYS_MAX),
        ("batch", BATCH_EVENTS_MAX),
        ("request", settings.request_bytes_max // KIB),
        ("asked", ASKED_EVENTS_MAX),
        ("waiting", settings.waiting_events_max),
        ("days", settings.waiting_days_max),
        ("kept", topics.EVENTS_INTAKE.retention_ms // DAY_MS),
    ]
