"""The three outcomes that the presentation tells, with activities that led to them, and publications.

Quoted sentences are the presentation's own; what it doesn't tell (days, counts, titles of activities, publications) is
made up, and each text says so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from oseredok_cli.demo.season.activities import SUMMER_TIME, Activity, play
from oseredok_cli.demo.season.maker import Maker
from oseredok_cli.demo.season.plots import Plot
from oseredok_cli.demo.season.publishers import COURSE_PLATFORM, LIBRARY_SYSTEM, MUNICIPAL_SITE, Publisher
from oseredok_cli.demo.season.wire import Record

PISHCHANSKA = "UA53020190000090557"
BEREZIVSKA = "UA59100010000064812"
PRESENTATION = "Презентація Асоціації міст України, 2019 рік"
QUOTED = "Цитата — із презентації Асоціації міст України 2019 року; день показано умовно, його там немає."
MADE_UP = "Подробиці вигадано для показу; про захід каже презентація Асоціації міст України 2019 року."
LED = Plot("what led to an outcome", 0, "held@1")
ANNOUNCED = Plot("what led to an outcome, announced", 0, "planned@1 held@2")


@dataclass(frozen=True, slots=True)
class Step:
    """An activity that led to an outcome."""

    kind: str
    title: str
    day: date
    hromada: str
    plot: Plot = LED


@dataclass(frozen=True, slots=True)
class Story:
    """An outcome as it is told; without a hromada it is about several."""

    publisher: Publisher
    subject: str
    title: str
    story: str
    happened_on: date
    hromada: str | None
    steps: tuple[Step, ...]


STORIES = (
    Story(
        MUNICIPAL_SITE,
        "результат/піщанська-парк",
        "Піщанська громада: парк за пропозицією мешканців і договори з лікарем",
        "«Після проведення вуличного консультаційного пункту в квітні 2019 активні громадяни звернулись до "
        "представників місцевої влади із листом-пропозицією створити паркову зону та висловили готовність допомогти у "
        "реалізації цього проекту. Після заходів на тему охорони здоров'я активізувалося підписання договорів з "
        "лікарем в установі первинної медичної допомоги. Розпочалася активна робота з молоддю.»",
        date(2019, 5, 20),
        PISHCHANSKA,
        (
            Step(
                "street_consultation",
                "Вуличний консультаційний пункт у Піщаному",
                date(2019, 4, 13),
                PISHCHANSKA,
                ANNOUNCED,
            ),
            Step("thematic_meeting", "Охорона здоров'я: договір із сімейним лікарем", date(2019, 4, 24), PISHCHANSKA),
            Step("game", "Гра для молоді «Мій парк»", date(2019, 4, 27), PISHCHANSKA),
        ),
    ),
    Story(
        LIBRARY_SYSTEM,
        "rezultat/berezivska-biudzhet",
        "Березівська громада запровадила громадський бюджет",
        "«Березівська ОТГ, Сумська область, запровадила громадський бюджет за ініціативою мешканців, які почули про "
        "цей інструмент під час заходів проекту ПУЛЬС.»",
        date(2019, 6, 3),
        BEREZIVSKA,
        (
            Step("thematic_meeting", "Громадський бюджет: що це і для чого", date(2019, 4, 11), BEREZIVSKA, ANNOUNCED),
            Step("guest_meeting", "Розмова з депутатами про громадський бюджет", date(2019, 4, 25), BEREZIVSKA),
        ),
    ),
    Story(
        COURSE_PLATFORM,
        "rezultat/initsiatyvy",
        "Активісти, що пройшли навчання, виграли фінансування своїх ініціатив",
        "«Деякі активісти в інших громадах, що пройшли навчання в рамках проекту ПУЛЬС, виграли фінансування своїх "
        "ініціатив у різних конкурсах, створили центр громадських ініціатив, „етнохату“ тощо.»",
        date(2019, 6, 17),
        None,
        (
            Step("training", "Тренінг «Від проблеми до проектної заявки»", date(2019, 4, 10), PISHCHANSKA),
            Step("training", "Тренінг «Проектна заявка: бюджет і звіт»", date(2019, 4, 17), BEREZIVSKA),
        ),
    ),
)

PUBLICATIONS = (
    ("best_practice", "Кращі практики місцевого самоврядування: громадські простори", "uk", date(2018, 3, 1)),
    ("best_practice", "Кращі практики місцевого самоврядування: послуги в малих громадах", "uk", date(2018, 11, 15)),
    ("best_practice", "Best Practices of Local Government: Libraries as Hubs", "en", date(2019, 2, 20)),
    ("manual", "Посібник бібліотекаря: інформаційний куточок про децентралізацію", "uk", date(2017, 9, 5)),
    ("manual", "Посібник: прес-клуб в обласній бібліотеці", "uk", date(2018, 6, 12)),
    ("manual", "Посібник: як провести вуличну консультацію", "uk", date(2019, 3, 28)),
    ("analytical_report", "Аналітичний звіт: бюджети об'єднаних громад", "uk", date(2018, 12, 20)),
    ("analytical_report", "Аналітичний звіт: громадський бюджет у громадах", "uk", date(2019, 5, 30)),
)
"""The three kinds are the presentation's, the publications are made up."""


def make(maker: Maker) -> Iterator[Record]:
    """One outcome is told before what led to it, and waits; another names something that never comes."""
    for number, story in enumerate(STORIES):
        yield from _told(maker, story, turn=0.05 if number == 1 else 0.95)
    yield from _waits_for_ever(maker)
    for number, (kind, title, language, day) in enumerate(PUBLICATIONS, 1):
        data = {"kind": kind, "title": title, "language": language, "released_on": day.isoformat()}
        data["summary"] = "Видання вигадано для показу."
        event = maker.event(LIBRARY_SYSTEM, "publication", "released", f"vydannia/{number}", data, _noon(day))
        yield maker.record(LIBRARY_SYSTEM, event, "publication", maker.rng.random())
        if number == 1:
            invalid = {**event, "id": f"{event['id']}-de", "data": {**data, "language": "de"}}
            yield maker.record(LIBRARY_SYSTEM, invalid, "a language that isn't ours", 0.5, code="data_invalid")


def _told(maker: Maker, story: Story, turn: float) -> Iterator[Record]:
    activities = [(step.plot, _activity(maker, story.publisher, step)) for step in story.steps]
    for plot, activity in activities:
        yield from play(plot, activity, (0.1, 0.4))
    data = {
        "title": story.title,
        "story": f"{story.story}\n\n{QUOTED}",
        "happened_on": story.happened_on.isoformat(),
        "verifier": "Асоціація міст України",
        "evidence": [{"title": PRESENTATION, "url": "http://www.auc.org.ua"}],
        "activities": [activity.subject for _, activity in activities],
    }
    data |= {"hromada": story.hromada} if story.hromada else {}
    at = _noon(story.happened_on)
    event = maker.event(story.publisher, "outcome", "reported", story.subject, data, at)
    yield maker.record(story.publisher, event, "outcome", turn)


def _activity(maker: Maker, publisher: Publisher, step: Step) -> Activity:
    activity = maker.sure(publisher, step.kind, maker.places.of(step.hromada))
    activity.starts_at = datetime.combine(step.day, time(11), SUMMER_TIME)
    activity.told_at = activity.starts_at - timedelta(days=8)
    activity.described |= {"title": step.title, "description": MADE_UP}
    return activity


def _waits_for_ever(maker: Maker) -> Iterator[Record]:
    data = {
        "title": "Результат без заходу",
        "story": "Вигадано для показу: захід, на який посилається ця розповідь, ніхто не назвав.",
        "happened_on": "2019-07-01",
        "activities": [f"невідомий/{maker.run}"],
    }
    subject = f"результат/{maker.run}"
    event = maker.event(MUNICIPAL_SITE, "outcome", "reported", subject, data, _noon(date(2019, 7, 2)))
    yield maker.record(MUNICIPAL_SITE, event, "outcome of an unknown activity", 0.6, mark="?")


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), SUMMER_TIME)
