"""The four services as processes, with something in each, so that questions have answers."""

import asyncio
import json
from collections.abc import Mapping

from bench import season
from documents.stranger import Known
from oseredok_contracts import parts
from support.copies import PUBLISHER, Copy, until
from support.sample import OBLAST, event, report
from support.servers import SERVICES
from support.world import SOURCE, World, access_file

EVENTS, WAITING, QUARANTINED = 60, 40, 30
EVENTS_PER_MINUTE_MAX = 1_000_000
"""Of the publisher who asks all of this: with the usual quota, 429 would soon be the only answer."""

FEW, FEW_EVENTS_PER_MINUTE = "kurs-prometei", 3
"""A publisher who comes to the end of its quota."""

BATCH = "application/cloudevents-batch+json"
RAION, HROMADA = "UA71020000000077777", "UA71020130000086047"
LIBRARY, ORGANISATION = "UA-CK-0011", "auc"
TABLES = {
    "territory": f"""\
code,category,name,parent
{OBLAST},O,Черкаська,
{RAION},P,Звенигородський,{OBLAST}
{HROMADA},H,Звенигородська,{RAION}
UA53000000000028050,O,Полтавська,
UA53020000000034761,P,Кременчуцький,UA53000000000028050
UA53020190000090557,H,Піщанська,UA53020000000034761
""",
    "organisations": f"slug,name,kind,territory\n{ORGANISATION},Асоціація міст України,ngo,\n",
    "libraries": f"authority,id,name,hromada\nisil,{LIBRARY},Публічна бібліотека,{HROMADA}\n",
}
DECLARED = next(e for _, e in parts.examples("org.oseredok.intake.library.declared.v1") if e["source"] == SOURCE)
"""An example of the document itself, by the publisher who asks."""

REPORTS = {"learning": "learning", "outcome": "outcomes", "publication": "publications"}
"""Nouns to their paths."""

PEOPLE = (
    "key,name,role,territory,language,channel,address,consent_at\n"
    f"one,Хтось,librarian,{HROMADA},uk,email,one@people.example,2019-01-01T00:00:00Z\n"
)


def start(world: World) -> dict[str, Copy]:
    """The four services by name, ready."""
    give_quotas(world)
    for service in SERVICES:
        world.migrate(service)
    copies = {service: world.start(service) for service in SERVICES}
    for copy in copies.values():
        copy.wait_ready()
    return copies


def give_quotas(world: World) -> None:
    """To one publisher more than it needs, to another less."""
    text = access_file()
    for name, quota in ((PUBLISHER, EVENTS_PER_MINUTE_MAX), (FEW, FEW_EVENTS_PER_MINUTE)):
        text = text.replace(f"[publishers.{name}]", f"[publishers.{name}]\nquota = {{events_per_minute = {quota}}}")
    (world.folder / "settings" / "access.toml").write_text(text)


async def fill(world: World, copies: Mapping[str, Copy]) -> Known:
    """Tables, events that are accepted, that wait and that are quarantined; answers what can be asked about by name."""
    events = copies["events"]
    await asyncio.to_thread(_load, copies)
    sound = [json.loads(value) for _, value in season.messages(EVENTS) if value.endswith(b"}")]
    sound += [event("voided", f"later-{n}", f"w-{n}", number=2) for n in range(WAITING)]
    sound += [event("held", "as-in-the-registry", DECLARED["id"])]
    sound += [report(noun, f"r-{noun}", f"r-{noun}") for noun in REPORTS]
    answer = await asyncio.to_thread(events.intake, json.dumps(sound).encode(), BATCH)
    assert answer.status_code == 200, answer.text
    answer = await asyncio.to_thread(copies["registry"].intake, json.dumps(DECLARED).encode())
    assert answer.status_code == 200, answer.text
    await world.publish(*(event("held", f"q-{n}", f"q-{n}", atendance=n) for n in range(QUARANTINED)))
    await asyncio.to_thread(until, lambda: len(events.quarantine()) == QUARANTINED, 40, "the quarantine to be filled")
    return await asyncio.to_thread(_known, copies)


def _load(copies: Mapping[str, Copy]) -> None:
    for table, content in TABLES.items():
        loaded = copies["registry"].load(table, content)
        assert loaded.status_code == 200, loaded.text
    until(lambda: copies["notifications"].load("recipients", PEOPLE).status_code == 200, 40, "people to be taken")


def _known(copies: Mapping[str, Copy]) -> Known:
    events, registry = copies["events"], copies["registry"]
    told = events.get("/v1/journal", limit=100)["items"]
    entry = {"entry": [entry["id"] for entry in events.quarantine()]}
    return {
        "/v1/receipts": {"source": [SOURCE], "id": [DECLARED["id"]]},
        "/v1/activities": {"publisher": [PUBLISHER], "subject": ["zustrich-000001"]},
        "/v1/activities/{activity}": {"activity": [one["activity"] for one in told if one["activity"]]},
        **{
            f"/v1/{path}/{{report}}": {"report": [one["about"] for one in told if one["noun"] == noun]}
            for noun, path in REPORTS.items()
        },
        "/v1/quarantine/{entry}": entry,
        "/v1/quarantine/{entry}/value": entry,
        "/v1/quarantine/{entry}/mended": entry,
        "/v1/waiting/{number}": {"number": [one["id"] for one in events.admin("/v1/waiting").json()["items"]]},
        "/v1/indicators/{indicator}/activities": {"indicator": ["participants"]},
        "/v1/indicators/{indicator}/records": {"indicator": ["learners"]},
        "/v1/territory/{code}": {"code": [OBLAST, RAION, HROMADA]},
        "/v1/libraries/{library}": {"library": [one["library"] for one in registry.get("/v1/libraries")["items"]]},
        "/v1/libraries/{authority}/{name}": {"authority": ["isil"], "name": [LIBRARY]},
        "/v1/organisations/{slug}": {"slug": [ORGANISATION]},
    }
