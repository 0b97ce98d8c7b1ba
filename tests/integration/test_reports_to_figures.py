"""From what publishers and the registry tell to the figures, through both services and Kafka."""

import json
from typing import Any

from support.copies import Copy, until
from support.sample import event, report
from support.world import STRUCTURED, World
from unit.metrics.states import ZHOVKVA, activity, envelope, library

CLUB = {"authority": "isil", "id": "UA-LV-0011"}
BEGIN, END = "T12:00:00+03:00", "T14:00:00+03:00"


def held(subject: str, number: int, day: str, **changes: Any) -> dict[str, Any]:
    """An activity of a day."""
    told = {"starts_at": day + BEGIN, "ends_at": day + END} | changes
    return event("held", subject, f"{subject}-{number}", number=number, **told)


def figures(metrics: Copy, *names: str) -> list[int]:
    """Values of indicators."""
    found = {row["id"]: row["value"] for row in metrics.get("/v1/indicators")["indicators"]}
    return [found[name] for name in names]


async def test_a_season_comes_to_its_figures(world: World) -> None:
    """An outcome before its activity, a corrected learning report, the wave's edges, a library announced last."""
    for service in ("events", "metrics"):
        world.migrate(service)
    events, metrics = (world.start(service).wait_ready() for service in ("events", "metrics"))
    await world.publish(
        report("outcome", "o-1", "o-1", activities=["first", "second"]),
        report("learning", "june", "june-1", number=1, completions=400),
        report("learning", "july", "july-1", period_from="2019-07-01", period_to="2019-07-31", completions=30),
        report("learning", "june", "june-3", number=3, completions=420),
        report("learning", "june", "june-2", number=2, completions=1),
        report("publication", "p-1", "p-1"),
        held("before", 1, "2019-04-30"),
        held("first", 1, "2019-05-01"),
        held("after", 1, "2019-08-01", library={"authority": "isil", "id": "UA-SM-0011"}),
        held("club", 1, "2019-06-05", kind="press_club", library=CLUB),
        key=b"k",
    )
    names = ("learners", "outcomes", "publications", "hromadas_in_wave", "hromadas_reached", "press_clubs")
    until(lambda: figures(metrics, *names) == [450, 0, 1, 1, 3, 0], 40, "figures without the outcome", events.ledger)
    rows = metrics.get("/v1/indicators/learners", by="course,month")["rows"]
    assert [(row["course"], row["month"], row["value"]) for row in rows] == [
        ("effective-budget", "2019-06", 420),
        ("effective-budget", "2019-07", 30),
    ]
    await world.publish(held("second", 1, "2019-07-31", library={"authority": "isil", "id": "UA-PL-0011"}), key=b"k")
    await announce(world, metrics)
    until(lambda: figures(metrics, *names) == [450, 1, 1, 2, 4, 1], 40, "all figures", lambda: figures(metrics, *names))
    (outcome,) = metrics.get("/v1/indicators/outcomes/records")["items"]
    (entry,) = events.get("/v1/journal", about=outcome["id"])["items"]
    assert outcome["cause"]["id"] == entry["event"]["id"] == "o-1"
    assert [item["outcome"] for item in events.get("/v1/outcomes")["items"]] == [outcome["id"]]
    assert 'oseredok_learners{course="effective-budget"} 450.0' in metrics.admin("/metrics").text
    assert 'oseredok_reports{noun="learning"} 2.0' in events.admin("/metrics").text


async def announce(world: World, metrics: Copy) -> None:
    """The library of the press club, as the registry does: its id is the one that its activities carry."""
    (club,) = metrics.get("/v1/indicators/press_club_sessions/activities")["items"]
    state = library("club", 1, kind="oblast", hromada=ZHOVKVA)
    told = envelope(state).model_dump(mode="json", exclude_none=True)
    text = json.dumps(told, ensure_ascii=False).replace(str(activity("club")), club["library"])
    async with world.producer("oseredok-registry") as producer:
        await producer.send(
            "oseredok.registry.library.v1", text.encode(), key=club["library"].encode(), headers=STRUCTURED
        )
