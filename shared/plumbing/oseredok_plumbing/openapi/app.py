"""An app whose OpenAPI document tells every status that its routes may answer, and who may ask.

What holds for all routes is said here by rule, so that no route can forget it: errors are problem details; whatever
asks the store may find it away; a parameter may be wrong, a path may lead nowhere, a body may be unreadable.
"""

import re
from typing import Any, Literal

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

Node = dict[str, Any]
Who = Literal["publisher", "operator"]

PROBLEM_MEDIA = "application/problem+json"
JSON_MEDIA = "application/json"

PROBLEM: Node = {
    "type": "object",
    "title": "Problem",
    "description": "Why a request was refused (RFC 9457).",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri",
            "pattern": "^urn:oseredok:problem:[a-z-]+$",
            "description": "The kind of problem; stable.",
        },
        "title": {"type": "string", "description": "What is wrong, in English, for people."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599, "description": "The status, once more."},
        "detail": {"type": "string", "description": "What exactly, and what can be done."},
    },
    "required": ["type", "title", "status"],
}

TOKENS: dict[Who, Node] = {
    "publisher": {
        "type": "http",
        "scheme": "bearer",
        "description": "A publisher's token, from the operator. Two at a time are good, so that one can be changed.",
    },
    "operator": {
        "type": "http",
        "scheme": "bearer",
        "description": "An operator's token; what it opens depends on the scopes of the operator's access entry.",
    },
}

RETRY_AFTER: Node = {"Retry-After": {"schema": {"type": "integer"}, "description": "Seconds until it is worth a try."}}


def refused(description: str) -> Node:
    """A response that is a problem."""
    problem = {"$ref": "#/components/schemas/Problem"}
    return {"description": description, "content": {PROBLEM_MEDIA: {"schema": problem}}}


UNKNOWN: dict[int | str, Node] = {404: refused("There is no such thing.")}
"""`responses` of a route that looks for something without naming it in its path."""

UNAUTHORISED: Node = refused("No token, or one that doesn't open this.") | {
    "headers": {"WWW-Authenticate": {"schema": {"type": "string"}, "description": "Bearer"}}
}
FORBIDDEN: Node = refused("The publisher is suspended, or asks about another's source.")
AWAY: Node = refused("Not for the moment; nothing was changed. Send it again.") | {"headers": RETRY_AFTER}
WRONG: Node = refused("A parameter is not as it should be, or there is none of that name.")
UNREADABLE: Node = refused("The body can't be read.")
TOO_LARGE: Node = refused("More than is taken at a time; the detail says how much is.")
TOO_MANY: Node = refused("More events a minute than this publisher may; nothing was taken.") | {"headers": RETRY_AFTER}
CODING: Node = refused("The content-encoding is neither gzip nor identity.") | {
    "headers": {"Accept-Encoding": {"schema": {"type": "string"}, "description": "gzip"}}
}


CSV: Node = {
    "requestBody": {"required": True, "content": {"text/csv": {"schema": {"type": "string", "description": "a table"}}}}
}
"""`openapi_extra` of a route that takes a table."""

BYTES: dict[int | str, Node] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}
"""`responses` of a route that answers bytes as they are."""


class App(FastAPI):
    """FastAPI with a whole document. With `guarded_by`, all of `/v1` needs this kind of token."""

    def __init__(self, title: str, about: str, version: str = "1", *, guarded_by: Who | None = None) -> None:
        super().__init__(
            title=title,
            description=about,
            version=version,
            docs_url=None,
            redoc_url=None,
            redirect_slashes=False,  # it would lead to an address that the request made up
            # FastAPI's own spans have queries in them, and a query may hold a token (to unsubscribe).
            telemetry={"auto_configure": False, "tracing": False, "metrics": False, "logs": False},
        )
        self.parts: dict[str, Node] = {}
        """Schemas to which routes refer by name, beside those that FastAPI finds."""
        self._guarded_by = guarded_by

    def openapi(self) -> Node:
        """The document, made once."""
        if not self.openapi_schema:
            made = get_openapi(title=self.title, version=self.version, description=self.description, routes=self.routes)
            for path, item in made["paths"].items():
                for operation in item.values():
                    self._complete(path, operation)
            found = made.setdefault("components", {}).setdefault("schemas", {})
            schemas = {**found, **self.parts, "Problem": PROBLEM}
            schemas = {name: schemas[name] for name in sorted(schemas) if name not in _FASTAPIS_OWN}
            made["components"] = {"schemas": schemas, "securitySchemes": dict(TOKENS)}
            self.openapi_schema = made
        return self.openapi_schema

    def _complete(self, path: str, operation: Node) -> None:
        _summarise(operation)
        responses: Node = operation["responses"]
        if self._guarded_by and path.startswith("/v1/"):
            operation["security"] = [{self._guarded_by: []}]
        if any("publisher" in one for one in operation.get("security", [])):
            _add(responses, "403", FORBIDDEN)
            _add(responses, "429", TOO_MANY)
        if operation.get("security"):
            _add(responses, "401", UNAUTHORISED)
        if any(parameter["in"] == "path" for parameter in operation.get("parameters", [])):
            _add(responses, "404", UNKNOWN[404])
        if "requestBody" in operation:
            _add(responses, "400", UNREADABLE)
            _add(responses, "413", TOO_LARGE)
            if JSON_MEDIA not in operation["requestBody"]["content"]:  # then it is read as bytes, packed ones too
                _add(responses, "415", CODING)
        if "422" in responses:
            _add(responses, "422", WRONG)
        _add(responses, "503", AWAY)
        operation["responses"] = {status: responses[status] for status in sorted(responses)}


_FASTAPIS_OWN = ("HTTPValidationError", "ValidationError")
"""Its schemas of a 422, which is a problem here."""


def _add(responses: Node, status: str, response: Node) -> None:
    """Beside what else is answered with this status."""
    own = responses.get(status, {})
    if any(name in str(own) for name in _FASTAPIS_OWN):
        own = {}
    responses[status] = {**response, **own, "content": {**own.get("content", {}), **response["content"]}}


def _summarise(operation: Node) -> None:
    """The first sentence of a route's docstring is its summary, the rest its description."""
    told = operation.pop("description", "")
    first, rest = re.fullmatch(r"(?s)(.*?[.!?])?(?:\s+(.*))?", told.strip()).groups()  # type: ignore[union-attr]
    operation["summary"] = " ".join((first or told).split()).removesuffix(".")
    if rest:
        operation["description"] = rest
