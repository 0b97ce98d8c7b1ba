"""Rules from their files (TOML), one a file. The order of the files' names decides where two rules meet."""

import string
import tomllib
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from oseredok_contracts.events.activity import Fact
from oseredok_contracts.fields import Kind
from oseredok_notifications.domain.activity import Language, Role
from oseredok_notifications.domain.rules import Clause, Notice, Relation, Rule
from oseredok_notifications.letters.wording import PLACES

SUFFIXES = (".toml",)
ALL_KINDS: tuple[str, ...] = get_args(Kind)

Why = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\r\n]*$")]


class _Clause(BaseModel):
    model_config = ConfigDict(extra="forbid")

    roles: Annotated[list[Role], Field(min_length=1)]
    territory: Relation
    why: dict[Language, Why]

    @model_validator(mode="after")
    def _both_languages(self) -> Self:
        if len(self.why) < len(Language):
            raise ValueError("why is needed in uk and in en")
        for text in self.why.values():
            for _, name, _, _ in string.Formatter().parse(text):
                if name is not None and name not in PLACES:
                    raise ValueError(f"why may name {', '.join(PLACES)}; {{{name}}} is none of them")
        return self


class _Rule(BaseModel):
    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,60}$")]
    notice: Notice
    facts: list[Fact] = []
    kinds: Annotated[list[Kind], Field(min_length=1)] = list(get_args(Kind))
    audience: list[_Clause] = []
    before_hours: Annotated[float, Field(gt=0, le=24 * 60)] | None = None

    @model_validator(mode="after")
    def _of_one_piece(self) -> Self:
        if self.notice.opens != bool(self.audience):
            raise ValueError("announcement and invitation name their audience; the others go to who was told before")
        reminds = self.notice is Notice.REMINDER
        if reminds != (self.before_hours is not None):
            raise ValueError("before_hours belongs to a reminder, and a reminder needs it")
        if reminds == bool(self.facts):
            raise ValueError("a rule needs facts, but for a reminder, which is due by the clock")
        return self


def read(files: Mapping[str, str]) -> Sequence[Rule]:
    """Rules in the order of their files' names. Raises ValueError naming the file and what is wrong."""
    rules: dict[str, Rule] = {}
    for name in sorted(files):
        try:
            told = _Rule.model_validate(tomllib.loads(files[name]))
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f"{name} is not TOML: {error}") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise ValueError(f"{name}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        if told.id in rules:
            raise ValueError(f"{name}: another file has the rule {told.id}")
        rules[told.id] = _rule(told)
    return tuple(rules.values())


def _rule(told: _Rule) -> Rule:
    clauses = (Clause(frozenset(c.roles), c.territory, c.why) for c in told.audience)
    before = None if told.before_hours is None else timedelta(hours=told.before_hours)
    return Rule(told.id, told.notice, frozenset(told.facts), frozenset(told.kinds), tuple(clauses), before)
