"""A service's page: its routes, templates and words, put together with what all pages share."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined

from oseredok_pages import assets
from oseredok_pages.language import liked, named
from oseredok_pages.view import SECURITY, View
from oseredok_pages.words import Words

HERE = Path(__file__).parent
YEAR_SECONDS = 365 * 24 * 3600
RETRY_AFTER_SECONDS = 5

Page = Callable[[View], Awaitable[Response]]


class Site:
    """The page `page` with the templates and words.toml of `folder`.

    `links` holds the address before a page's path where it isn't this service's own; behind one front door it is
    empty. On one of the exceptions `trouble` the reader is asked to come again soon (503).
    """

    def __init__(
        self, page: str, folder: Path, links: Mapping[str, str], trouble: tuple[type[Exception], ...] = ()
    ) -> None:
        self._page, self._links, self._trouble = page, links, trouble
        self._assets = assets.load()
        self._words = Words([*sorted((HERE / "words").glob("*.toml")), *sorted(folder.glob("words.toml"))])
        self._environment = Environment(
            loader=ChoiceLoader([FileSystemLoader(folder), FileSystemLoader(HERE / "templates")]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def routes(self, make: Page, *, first: bool = True) -> APIRouter:
        """The page and its files; and, to the first page of a service, the way from `/`."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route(f"/{self._page}", self.guarded(make), methods=["GET"], response_model=None)
        router.add_api_route(f"/{self._page}/assets/{{name}}", self._asset, methods=["GET"], response_model=None)
        if first:
            router.add_api_route("/", self._to_page, methods=["GET"], response_model=None)
        return router

    def view(self, request: Request) -> View:
        """For the reader who sent this."""
        chosen = named(request.query_params.get("lang"))
        return View.of(
            request,
            chosen or liked(request.headers.get("accept-language", "")),
            chosen,
            page=self._page,
            words=self._words,
            links=self._links,
            environment=self._environment,
            version=self._assets[assets.STYLESHEET].digest,
        )

    def guarded(self, make: Page) -> Callable[[Request], Awaitable[Response]]:
        """A route that makes a page for whoever asks."""

        async def page(request: Request) -> Response:
            view = self.view(request)
            try:
                return await make(view)
            except self._trouble:
                answer = view.render("trouble.html", status=503)
                answer.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
                return answer

        return page

    async def _asset(self, name: str) -> Response:
        asset = self._assets.get(name)
        if asset is None:
            return Response(status_code=404)
        headers = {**SECURITY, "cache-control": f"public, max-age={YEAR_SECONDS}, immutable"}
        return Response(asset.content, media_type=asset.media_type, headers=headers)

    async def _to_page(self, request: Request) -> Response:
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"/{self._page}{query}", 307)
