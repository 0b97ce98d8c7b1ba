"""The doors of events and registry on real servers, with a small country that both know."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

from integration.door.cases import LIMITED, SUSPENDED
from integration.door.spoiling import KYIV
from oseredok_cli.exposition import parse, total
from support.copies import TOKEN, Copy, until
from support.directory import units
from support.sample import report
from support.servers import KafkaServer, PostgresServer
from support.world import World, access_file, new_world

ZVENYHORODKA = "UA71020130000086047"
LIBRARIES = f"""\
authority,id,name,hromada,kind,status
isil,UA-CK-0011,Публічна бібліотека Звенигородської громади,{ZVENYHORODKA},pilot,open
isil,UA-KV-0001,Київська обласна бібліотека,{KYIV},oblast,open
"""
LIMITS = {
    LIMITED: f'types = ["org.oseredok.intake.activity.planned.v1"]\nterritory = ["{KYIV}"]',
    SUSPENDED: "suspended = true",
}


def access(limits: Mapping[str, str]) -> str:
    """The tests' access file, with what some publishers may not."""
    text = access_file()
    for name, rights in limits.items():
        text = text.replace(f"[publishers.{name}]", f"[publishers.{name}]\n{rights}")
    return text


def territory() -> str:
    """A table of the places that the cases name, and all above them."""
    named = (ZVENYHORODKA, KYIV, report("outcome", "o", "e")["data"]["hromada"])
    codes = dict.fromkeys(code for place in named for code in units()[place]["path"])
    rows = [f"{u['code']},{u['category']},{u['name']},{u['parent'] or ''}" for u in map(units().__getitem__, codes)]
    return "\n".join(["code,category,name,parent", *rows])


@contextmanager
def open_doors(
    postgres: PostgresServer, kafka: KafkaServer, folder: Path, limits: Mapping[str, str], waiting_max: int = 10_000
) -> Iterator[tuple[World, dict[str, Copy]]]:
    """Both services, once events has heard of the country from the registry."""
    with new_world(postgres, kafka, folder) as world:
        (folder / "settings" / "access.toml").write_text(access(limits))
        for service in ("registry", "events"):
            world.migrate(service, known=False)
        services = {
            "registry": world.start("registry"),
            "events": world.start("events", WAITING_EVENTS_MAX=str(waiting_max)),
        }
        loaded = 0
        for table, content in (("territory", territory()), ("libraries", LIBRARIES)):
            answer = services["registry"].wait_ready().load(table, content)
            assert answer.status_code == 200, answer.text
            loaded += answer.json()["added"]
        events = services["events"].wait_ready()
        until(lambda: total(parse(events.admin("/metrics").text), "oseredok_known") == loaded, 30, "the country")
        yield world, services


def give_up_waiting(events: Copy, *publishers: str) -> None:
    """What still waits goes to quarantine, as after seven days."""
    url = f"http://127.0.0.1:{events.admin_port}/v1/waiting:give-up"
    headers = {"authorization": f"Bearer {TOKEN}-admin"}
    for name in publishers:
        asked = {"publisher": name, "why": "the next way begins"}
        httpx.post(url, json=asked, headers=headers, timeout=30).raise_for_status()
    until(lambda: not any(row["waiting"] for row in events.ledger().values()), 10, "nothing to wait")
