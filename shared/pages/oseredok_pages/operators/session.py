"""An operator in a browser: the token in a cookie that no script and no other site gets, and forms from here only."""

import re
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response

COOKIE = "oseredok_operator"
PATH = "/quarantine"
HOURS = 8
FORM_BYTES_MAX = 2 * 1024 * 1024
FIELDS_MAX = 1000

R = TypeVar("R", bound=Response)


@dataclass(frozen=True, slots=True)
class Form:
    """The fields of a form that was sent."""

    fields: dict[str, list[str]]

    def one(self, name: str) -> str:
        """A field's text as it was sent; empty where there is none."""
        return self.fields.get(name, [""])[0]

    def uuids(self, name: str) -> list[UUID]:
        """Ids that were ticked. Others are left out."""
        return [UUID(text) for text in self.fields.get(name, ()) if _is_uuid(text)]

    def numbers(self, name: str) -> list[int]:
        """Numbers that were ticked, from 1. Others are left out."""
        return [int(text) for text in self.fields.get(name, ()) if re.fullmatch(r"[1-9][0-9]{0,17}", text)]


async def form(request: Request) -> Form | None:
    """What was sent from a page of ours; None for what came from elsewhere or is none."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            return None
    try:
        return Form(parse_qs(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX))
    except ValueError:
        return None


def let_in(answer: R, request: Request, token: str) -> R:
    """The cookie goes back to pages of this path only, and from no other site; to all ports of this host, though."""
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, token, HOURS * 3600, path=PATH, secure=secure, httponly=True, samesite="strict")
    return answer


def put_out(answer: R) -> R:
    """The cookie is gone."""
    answer.delete_cookie(COOKIE, path=PATH)
    return answer


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
