"""The four services over a small town: one library, a resident and a newsroom that asked to be told of what happens."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from oseredok_cli.exposition import parse, total
from support.copies import Copy, until
from support.sample import event
from support.servers import SERVICES
from support.world import SOURCE, World

OBLAST, RAION, HROMADA = "UA71000000000010357", "UA71020000000084621", "UA71020130000086047"
LIBRARY = {"authority": "isil", "id": "UA-CK-0011"}
TERRITORY = f"""\
code,category,name,parent
{OBLAST},O,Черкаська,
{RAION},P,Звенигородський,{OBLAST}
{HROMADA},H,Звенигородська,{RAION}
"""
LIBRARIES = f"""\
authority,id,name,hromada,kind,status
isil,{LIBRARY["id"]},Бібліотека-осередок,{HROMADA},pilot,open
"""
RESIDENT, NEWSROOM = "oksana.melnyk@mail.example", "novyny@redaktsiia.example"
PEOPLE = f"""\
key,name,role,territory,language,channel,address,consent_at
oksana,Оксана Мельник,resident,{HROMADA},uk,email,{RESIDENT},2019-01-01T00:00:00Z
redaktsiia,Редакція Дзвін,media,{OBLAST},uk,email,{NEWSROOM},2019-01-01T00:00:00Z
"""
TITLE = "Зустріч із письменницею Лесею Коваль"


@dataclass
class Town:
    """The services by name."""

    world: World
    services: dict[str, Copy]

    def __getitem__(self, service: str) -> Copy:
        return self.services[service]

    def logs(self) -> dict[str, str]:
        """What each service wrote."""
        return {name: copy.log.read_text(encoding="utf-8") for name, copy in self.services.items()}


def settle(world: World, smtp_port: int, environment: Mapping[str, str]) -> Town:
    """Everything up; everybody knows the place."""
    for service in SERVICES:
        world.migrate(service, known=False)
    mail = {"SMTP_PORT": str(smtp_port), "MAILS_PER_SECOND_MAX": "100", "RETRY_FIRST_SECONDS": "0.2"}
    started = {
        service: world.start(service, environment=environment, **(mail if service == "notifications" else {}))
        for service in SERVICES
    }
    for copy in started.values():
        copy.wait_ready(60)
    town = Town(world, started)
    for table, content in (("territory", TERRITORY), ("libraries", LIBRARIES)):
        answer = town["registry"].load(table, content)
        assert answer.status_code == 200, answer.text
    until(lambda: town["notifications"].load("recipients", PEOPLE).status_code == 200, 60, "people to be taken")
    until(lambda: _known(town) == 4, 60, "events to know the place", lambda: _known(town))
    return town


def _known(town: Town) -> int:
    return total(parse(town["events"].admin("/metrics").text), "oseredok_known")


def planned(subject: str, **changes: Any) -> dict[str, Any]:
    """An activity of next week, told now: its resident and newsroom will hear of it."""
    now = datetime.now(UTC).replace(microsecond=0)
    begins, ends = now + timedelta(days=7), now + timedelta(days=7, hours=2)
    told = {"starts_at": begins.isoformat(), "ends_at": ends.isoformat(), "library": LIBRARY, "title": TITLE}
    return event("planned", subject, f"{subject}-1", **told | changes) | {"time": now.isoformat()}


def declared(subject: str) -> dict[str, Any]:
    """A library of a publisher's own."""
    return {
        "specversion": "1.0",
        "id": f"{subject}-declared",
        "source": SOURCE,
        "type": "org.oseredok.intake.library.declared.v1",
        "subject": subject,
        "time": datetime.now(UTC).isoformat(),
        "data": {"name": "Бібліотека-філія", "hromada": HROMADA},
    }


def text(told: Mapping[str, Any]) -> bytes:
    """The structured form."""
    return json.dumps(told, ensure_ascii=False).encode()
