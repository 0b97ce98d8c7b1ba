"""All four services with a season in them, each page at its service's own port, as in the local mode."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from browser import season
from oseredok_contracts.ids import activity_id
from support.copies import PUBLISHER, Copy, until
from support.country import load_programme
from support.directory import rows
from support.mailserver import Deed, Script, mail_server
from support.ports import free_ports
from support.world import World

PAGES = {"registry": "libraries", "events": "calendar", "notifications": "deliveries", "metrics": "figures"}
BATCH = 100


@dataclass(frozen=True, slots=True)
class Town:
    """Where each page is, and the ports that are ours."""

    links: dict[str, str]
    services: dict[str, Copy]

    def url(self, page: str, language: str = "", query: str = "") -> str:
        """Of a page."""
        lang = f"lang={language}" if language else ""
        return f"{self.links[page]}/{page}?{'&'.join(filter(None, [query, lang]))}"


@contextmanager
def built(world: World) -> Iterator[Town]:
    """The town, with everything that was told having arrived everywhere."""
    ports = dict(zip(PAGES, free_ports(len(PAGES)), strict=True))
    links = {PAGES[service]: f"http://127.0.0.1:{port}" for service, port in ports.items()}
    links["contract"] = links[PAGES["events"]]
    told = {"OSEREDOK_PAGES": " ".join(f"{page}={base}" for page, base in links.items())}
    with mail_server(Script(deeds=_moods())) as smtp_port:
        services = {}
        for service, port in ports.items():
            world.migrate(service, known=False)
            own = {"SMTP_PORT": str(smtp_port), "MAILS_PER_SECOND_MAX": "500"} if service == "notifications" else {}
            services[service] = world.start(service, environment=told, HTTP_PORT=str(port), **own)
            services[service].http_port = port
        for copy in services.values():
            copy.wait_ready()
        town = Town(links, services)
        load_programme(services)
        _publish(town)
        yield town


def _moods() -> dict[str, list[Deed]]:
    """The mail server refuses or loses the first message to some, so that there is something of each kind to see."""
    addresses = [row["address"] for row in rows("recipients.csv")]
    refused: dict[str, list[Deed]] = {address: ["550"] for address in addresses if "@online-" in address}
    return refused | {address: ["drop"] for address in addresses if address.startswith("resident@")}


def _publish(town: Town) -> None:
    """Publishes the season, and waits until it has gone all the way."""
    events = town.services["events"]
    told = iter(list(season.events(datetime.now(UTC))))
    while batch := list(islice(told, BATCH)):
        body = json.dumps(batch, ensure_ascii=False).encode()
        answer = events.intake(body, "application/cloudevents-batch+json")
        assert answer.status_code in {200, 207}, answer.text[:1000]
        assert {r["verdict"] for r in answer.json()["results"]} <= {"accepted", "waiting"}, answer.text[:1000]
    until(lambda: events.ledger()[PUBLISHER]["waiting"] == 0, 60, "events to find their libraries")
    last = str(activity_id(PUBLISHER, f"coming-{season.COMING_ACTIVITIES - 1}"))
    until(lambda: _figured(town), 60, "figures")
    until(lambda: _messages(town, activity=last) > 0 and not _open(town), 90, "mails to be sent")


def _figured(town: Town) -> bool:
    figures = {row["id"]: row["value"] for row in town.services["metrics"].get("/v1/indicators")["indicators"]}
    return bool(figures["learners"] >= season.TRAINED and figures["publications"] and figures["outcomes"] == 3)


def _messages(town: Town, **of: str) -> int:
    return int(town.services["notifications"].get("/v1/deliveries/summary", **of)["total"])


def _open(town: Town) -> bool:
    rows = town.services["notifications"].get("/v1/deliveries/summary")["deliveries"]
    return any(row["status"] in {"pending", "sending"} for row in rows)
