"""Templates `<notice>.<language>.{subject,txt,html}` in a sandbox. A variable that isn't there stops the message.

A folder of templates is taken only when it has every notice in both languages and each can be written about a sample.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from oseredok_notifications.domain.activity import Activity, Language, Status
from oseredok_notifications.domain.rules import Notice
from oseredok_notifications.letters import wording

FORMS = ("subject", "txt", "html")
SUFFIXES = tuple(f".{form}" for form in FORMS)
FOR_ALL = "_"
"""Begins the names of files that others include or extend."""


class CannotWrite(Exception):
    """The message can't be written; says why, without what it would have said."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message written out."""

    subject: str
    text: str
    html: str


class Templates:
    """A folder of templates, each compiled and tried."""

    def __init__(self, files: Mapping[str, str]) -> None:
        """Raises ValueError naming the file that is missing or unsound."""
        self._environment = ImmutableSandboxedEnvironment(
            loader=DictLoader(dict(files)),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html")),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        for notice, language, form in product(Notice, Language, FORMS):
            if (name := f"{notice}.{language}.{form}") not in files:
                raise ValueError(f"template {name} is missing")
        for name in files:
            self._compile(name)
        for notice, language in product(Notice, Language):
            try:
                self.write(notice, language, _SAMPLE, _SAMPLE_BEFORE, name="Олена", why="…", unsubscribe="https://…")
            except CannotWrite as error:
                raise ValueError(f"template {notice}.{language}: {error}") from None

    def _compile(self, name: str) -> None:
        try:
            self._environment.get_template(name)
        except TemplateError as error:
            raise ValueError(f"template {name}: {error}") from None

    def write(
        self,
        notice: Notice,
        language: Language,
        activity: Activity,
        before: Activity | None,
        *,
        name: str,
        why: str,
        unsubscribe: str,
    ) -> Letter:
        """Raises CannotWrite when a variable is missing or the subject isn't one line."""
        told = {
            "activity": activity,
            "kind": wording.kind(activity, language),
            "when": wording.period(activity, language),
            **_what_changed(activity, before or activity, language),
            "language": language.value,
            "name": name,
            "why": why,
            "unsubscribe": unsubscribe,
            **wording.places(activity, language),
        }
        try:
            subject, text, html = (
                self._environment.get_template(f"{notice}.{language}.{form}").render(told) for form in FORMS
            )
        except TemplateError as error:
            raise CannotWrite(f"{type(error).__name__}: {error}"[:300]) from None
        except (TypeError, ValueError) as error:  # their texts may repeat a value: a name, a title
            raise CannotWrite(type(error).__name__) from None
        if len(subject.strip().splitlines()) != 1:
            raise CannotWrite("the subject is not one line")
        return Letter(subject.strip(), text.strip() + "\n", html)


def _what_changed(now: Activity, before: Activity, language: Language) -> dict[str, str | None]:
    pairs = {
        "was_when": (wording.period(now, language), wording.period(before, language)),
        "was_title": (now.title, before.title),
        "was_library": (now.library, before.library),
    }
    return {name: None if old == new else old for name, (new, old) in pairs.items()}


_SAMPLE = Activity(
    id=UUID(int=0),
    version=2,
    fact="rescheduled",
    status=Status.PLANNED,
    kind="press_club",
    title="Title",
    library="Library",
    hromada="UA71080490000022110",
    hromada_name="Черкаська",
    oblast="UA71000000000010357",
    oblast_name="Черкаська",
    path=("UA71000000000010357", "UA71080490000022110"),
    starts_at=datetime(2019, 6, 14, 12, tzinfo=UTC),
    ends_at=datetime(2019, 6, 14, 14, tzinfo=UTC),
    description="Text",
    url="https://example.org/",
    reason="Reason",
)
_SAMPLE_BEFORE = Activity(
    **{
        **{name: getattr(_SAMPLE, name) for name in Activity.__dataclass_fields__},
        "title": "Another title",
        "library": "Another library",
        "starts_at": _SAMPLE.starts_at - timedelta(days=1),
        "ends_at": _SAMPLE.ends_at - timedelta(days=1),
    }
)
