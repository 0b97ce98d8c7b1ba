"""`/quarantine` on the operators' port: the same acts as over the API, for a person with a browser and a token."""

from base64 import b64decode
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from oseredok_pages.operators.desk import Desk, Row
from oseredok_pages.operators.session import COOKIE, Form, form, let_in, put_out
from oseredok_pages.site import Site
from oseredok_pages.view import View

HERE = Path(__file__).parent
SHOWN = 50
ACTS = ("revalidate", "redrive", "discard")
WAITING_ACTS = ("hasten", "give-up")
FILTERS = ("publisher", "code", "type")

Make = Callable[[View, str], Awaitable[Response]]
Take = Callable[[View, str, Form], Awaitable[Response]]


def routes(desk: Desk, trouble: tuple[type[Exception], ...]) -> APIRouter:
    """The pages of one service's desk."""
    return Pages(desk, trouble).routes()


class Pages:
    """What is shown, and what is sent."""

    def __init__(self, desk: Desk, trouble: tuple[type[Exception], ...]) -> None:
        self._desk = desk
        self._site = Site("quarantine", HERE, {}, trouble)

    def routes(self) -> APIRouter:
        """All of them."""
        router = self._site.routes(lambda view: self._shown(view, self._list))
        for path, make in (("/waiting", self._waiting), ("/entries/{entry}", self._entry)):
            router.add_api_route(f"/quarantine{path}", self._site.guarded(self._behind(make)), response_model=None)
        for path, take in (
            ("/act", self._act),
            ("/entries/{entry}/mended", self._mend),
            ("/waiting/act", self._act_on_waiting),
        ):
            router.add_api_route(
                f"/quarantine{path}", self._site.guarded(self._sent(take)), methods=["POST"], response_model=None
            )
        for path, session in (("/enter", self._enter), ("/leave", self._leave)):
            router.add_api_route(
                f"/quarantine{path}", self._site.guarded(session), methods=["POST"], response_model=None
            )
        return router

    def _behind(self, make: Make) -> Callable[[View], Awaitable[Response]]:
        return lambda view: self._shown(view, make)

    async def _shown(self, view: View, make: Make) -> Response:
        """The page for an operator, else the way in."""
        token = view.request.cookies.get(COOKIE, "")
        who = self._desk.operator(token, "quarantine")
        return self._way_in(view, refused=bool(token)) if who is None else await make(view, who)

    def _sent(self, take: Take) -> Callable[[View], Awaitable[Response]]:
        async def answer(view: View) -> Response:
            sent = await form(view.request)
            who = self._desk.operator(view.request.cookies.get(COOKIE, ""), "quarantine")
            if sent is None:
                return view.render("nothing.html", status=403, may_read=True)
            if who is None:
                return self._way_in(view, refused=True)
            return await take(view, who, sent)

        return answer

    def _way_in(self, view: View, *, refused: bool) -> Response:
        return view.render("enter.html", status=401 if refused else 200, service=self._desk.service, refused=refused)

    async def _enter(self, view: View) -> Response:
        if (sent := await form(view.request)) is None:
            return view.render("nothing.html", status=403, may_read=True)
        token = sent.one("token").strip()
        if self._desk.operator(token, "quarantine") is None:
            return self._way_in(view, refused=True)
        return let_in(RedirectResponse(view.link("quarantine"), 303), view.request, token)

    async def _leave(self, view: View) -> Response:
        return put_out(RedirectResponse(view.link("quarantine"), 303))

    async def _list(self, view: View, who: str) -> Response:
        where = {name: view.asked[name] for name in FILTERS if name in view.asked}
        after = int(view.ask("after", r"[0-9]{1,18}") or 0)
        held = await self._desk.entries(where, after, SHOWN)
        return view.render(
            "list.html",
            service=self._desk.service,
            who=who,
            where=where,
            counts=await self._desk.summary(),
            held=held,
            following=held[-1]["number"] if len(held) == SHOWN else None,
        )

    async def _entry(self, view: View, who: str) -> Response:
        entry = _uuid(view.request)
        may_read = self._desk.operator(view.request.cookies.get(COOKIE, ""), "payloads") is not None
        found = await self._desk.entry(who, entry) if entry and may_read else None
        if found is None:
            return view.render("nothing.html", status=404 if may_read else 403, may_read=may_read)
        return self._one(view, who, found)

    def _one(self, view: View, who: str, entry: Row, fault: str | None = None) -> Response:
        facts = {"service": self._desk.service, "who": who, "entry": entry, "fault": fault, "readable": readable}
        return view.render("entry.html", status=422 if fault else 200, **facts)

    async def _act(self, view: View, who: str, sent: Form) -> Response:
        what, why = sent.one("what"), self._desk.reason(sent.one("why"))
        if what not in ACTS or why is None:
            return view.render("nothing.html", status=422, may_read=True)
        where = {name: sent.one(name) for name in FILTERS if sent.one(name)}
        meant: Any = where if sent.one("all") else sent.uuids("entry")
        results = await self._desk.act(what, meant, who, why)
        return view.render("done.html", service=self._desk.service, who=who, what=what, results=results)

    async def _mend(self, view: View, who: str, sent: Form) -> Response:
        entry = _uuid(view.request)
        reader = self._desk.operator(view.request.cookies.get(COOKIE, ""), "payloads")
        if entry is None or reader is None:
            return view.render("nothing.html", status=403, may_read=reader is not None)
        body = sent.one("event").encode() if sent.one("what") != "undo" else None
        if (why := self._desk.reason(sent.one("why"))) is None:
            return view.render("nothing.html", status=422, may_read=True)
        fault = await self._desk.mend(who, entry, body, why)
        if fault is None:
            return RedirectResponse(view.link(f"quarantine/entries/{entry}"), 303)
        found = await self._desk.entry(who, entry)
        if found is None:
            return view.render("nothing.html", status=404, may_read=True)
        return self._one(view, who, {**found, "mended": sent.one("event")}, fault)

    async def _waiting(self, view: View, who: str) -> Response:
        after = int(view.ask("after", r"[0-9]{1,18}") or 0)
        events = await self._desk.waiting(after, SHOWN)
        following = events[-1]["id"] if len(events) == SHOWN else None
        return view.render("waiting.html", service=self._desk.service, who=who, events=events, following=following)

    async def _act_on_waiting(self, view: View, who: str, sent: Form) -> Response:
        what, why = sent.one("what"), self._desk.reason(sent.one("why"))
        if what not in WAITING_ACTS or why is None or not sent.numbers("event"):
            return view.render("nothing.html", status=422, may_read=True)
        await self._desk.act_on_waiting(what, sent.numbers("event"), who, why)
        return RedirectResponse(view.link("quarantine/waiting"), 303)


def readable(raw: str | None) -> str:
    """A header's bytes (base64) as text where they are some, else as they are."""
    try:
        text = b64decode(raw or "").decode()
    except ValueError:
        return raw or ""
    return text if text.isprintable() else raw or ""


def _uuid(request: Request) -> UUID | None:
    try:
        return UUID(request.path_params["entry"])
    except ValueError:
        return None
