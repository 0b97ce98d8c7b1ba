"""The operators' pages over a desk that only notes what it is asked: who may, what is meant, and nothing more."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI

from oseredok_pages import operators

ENTRY = "00000000-0000-0000-0000-000000000001"


class Noting:
    """A desk for the operator whose token is `good`."""

    service = "events"

    def __init__(self) -> None:
        self.asked: list[tuple[Any, ...]] = []

    def operator(self, token: str, scope: str) -> str | None:
        return "chergova" if token == "good" else None

    def reason(self, told: str) -> str | None:
        return told.strip() if told.strip().isprintable() and 0 < len(told.strip()) <= 500 else None

    async def summary(self) -> Sequence[Mapping[str, Any]]:
        return []

    async def entries(self, where: Mapping[str, str], after: int, at_most: int) -> Sequence[Mapping[str, Any]]:
        self.asked.append(("entries", dict(where)))
        return []

    async def entry(self, who: str, entry: UUID) -> Mapping[str, Any] | None:
        return None

    async def mend(self, who: str, entry: UUID, body: bytes | None, why: str) -> str | None:
        self.asked.append(("mend", body, why))
        return None

    async def act(self, what: str, meant: Any, who: str, why: str) -> Sequence[Mapping[str, Any]]:
        self.asked.append((what, meant, why))
        return []

    async def waiting(self, after: int, at_most: int) -> Sequence[Mapping[str, Any]]:
        return []

    async def act_on_waiting(self, what: str, ids: Sequence[int], who: str, why: str) -> None:
        self.asked.append((what, list(ids), why))


def client(desk: Noting, token: str = "good", origin: str = "http://desk") -> httpx.AsyncClient:
    app = FastAPI()
    app.include_router(operators.routes(desk, (TimeoutError,)))
    told = {"cookie": f"oseredok_operator={token}", "origin": origin}
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://desk", headers=told)


async def test_a_filter_means_what_is_shown() -> None:
    """Also one that is only blanks: dropped, it would mean everything."""
    desk = Noting()
    await client(desk).get("/quarantine", params={"type": "   ", "publisher": "a"})
    form = {"what": "discard", "why": "x", "all": "yes", "type": "   ", "publisher": "a"}
    assert (await client(desk).post("/quarantine/act", data=form)).status_code == 200
    assert desk.asked == [
        ("entries", {"type": "   ", "publisher": "a"}),
        ("discard", {"type": "   ", "publisher": "a"}, "x"),
    ]


@pytest.mark.parametrize("why", ["", "   ", "x" * 501, "a\x00b"])
async def test_without_a_sound_reason_nothing_is_done(why: str) -> None:
    """By none of the forms."""
    desk = Noting()
    for path, form in (
        ("act", {"what": "redrive", "entry": ENTRY}),
        ("waiting/act", {"what": "hasten", "event": "1"}),
        (f"entries/{ENTRY}/mended", {"what": "mend", "event": "{}"}),
    ):
        assert (await client(desk).post(f"/quarantine/{path}", data=form | {"why": why})).status_code == 422
    assert desk.asked == []


@pytest.mark.parametrize("number", ["0", "-1", "9" * 19, "x", ""])
async def test_what_is_no_number_is_left_out(number: str) -> None:
    """And without any other nothing is done."""
    desk = Noting()
    form = {"what": "give-up", "why": "x", "event": number}
    assert (await client(desk).post("/quarantine/waiting/act", data=form)).status_code == 422
    assert desk.asked == []


async def test_forms_from_elsewhere_and_strangers() -> None:
    """403 for the ones, 401 for the others; neither does anything."""
    desk, form = Noting(), {"what": "discard", "why": "x", "all": "yes"}
    for origin in ("https://evil.example", "null", "http://desk.evil.example"):
        assert (await client(desk, origin=origin).post("/quarantine/act", data=form)).status_code == 403
        assert (await client(desk, origin=origin).post("/quarantine/enter", data={"token": "good"})).status_code == 403
    assert (await client(desk, token="wrong").post("/quarantine/act", data=form)).status_code == 401
    assert desk.asked == []


async def test_the_cookie_is_closed() -> None:
    """To scripts and to other sites; it is for these pages only, and gone after leaving."""
    entered = await client(Noting(), token="").post("/quarantine/enter", data={"token": " good "})
    cookie = entered.headers["set-cookie"]
    assert {"HttpOnly", "Path=/quarantine", "SameSite=strict"} <= set(cookie.split("; "))
    left = await client(Noting()).post("/quarantine/leave")
    assert "Max-Age=0" in left.headers["set-cookie"]
