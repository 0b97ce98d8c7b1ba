"""Who may speak, about what: the access file (TOML) of the settings directory.

The last sound version stays in force: a broken file is logged and counted, never half-taken.
"""

import hashlib
import hmac
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from oseredok_contracts.fields import Slug
from oseredok_contracts.verdict import Verdict

T = TypeVar("T")

ANY = "*"

Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


EVENTS_PER_MINUTE = 60_000
"""Over HTTP, of a publisher whose entry has no quota."""


class _Quota(BaseModel):
    """`bytes_per_second` is Kafka's to hold, `events_per_minute` the HTTP door's."""

    model_config = ConfigDict(extra="forbid")

    bytes_per_second: Annotated[int, Field(ge=1)] | None = None
    events_per_minute: Annotated[int, Field(ge=1)] = EVENTS_PER_MINUTE


class _PublisherEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    sources: Annotated[list[str], Field(min_length=1)]
    types: list[str] = [ANY]
    territory: list[str] = [ANY]
    tokens: Annotated[list[Digest], Field(max_length=2)] = []
    suspended: bool = False
    receipts: Literal["all", "problems"] = "all"
    quota: _Quota = _Quota()


class _OperatorEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    scopes: list[str]
    tokens: Annotated[list[Digest], Field(max_length=2)]


class _AccessFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    publishers: dict[Slug, _PublisherEntry] = {}
    operators: dict[Slug, _OperatorEntry] = {}

    @model_validator(mode="after")
    def _one_owner_each(self) -> "_AccessFile":
        seen: dict[str, str] = {}
        for name, entry in self.publishers.items():
            for source in entry.sources:
                if (owner := seen.setdefault(source, name)) != name:
                    raise ValueError(f"source {source} belongs to both {owner} and {name}")
        holders: dict[str, str] = {}
        for name, tokens in ((n, e.tokens) for kind in (self.publishers, self.operators) for n, e in kind.items()):
            for token in tokens:
                if (holder := holders.setdefault(token, name)) != name:
                    raise ValueError(f"a token of both {holder} and {name}")
        return self


@dataclass(frozen=True, slots=True)
class Publisher:
    """A holder of credentials, and what it may speak about."""

    name: str
    sources: frozenset[str]
    types: frozenset[str] = frozenset({ANY})
    territory: frozenset[str] = frozenset({ANY})
    suspended: bool = False
    receipts: Literal["all", "problems"] = "all"
    events_per_minute: int = EVENTS_PER_MINUTE

    def wants(self, verdict: str) -> bool:
        """Whether it gets a receipt for this verdict: accepted ones may be switched off, others can't."""
        return self.receipts == "all" or verdict != Verdict.ACCEPTED

    def may_use(self, event_type: str) -> bool:
        return ANY in self.types or event_type in self.types

    def covers(self, path: Iterable[str]) -> bool:
        """Whether a place is inside its territory; `path` holds the codes from the oblast down to the place."""
        return ANY in self.territory or not self.territory.isdisjoint(path)


class AccessError(ValueError):
    """The file can't be taken; says where and why."""


class Access:
    """The access file, read."""

    def __init__(
        self,
        publishers: Mapping[str, Publisher],
        tokens: Mapping[str, str],
        operators: Mapping[str, tuple[str, frozenset[str]]],
    ) -> None:
        self.publishers = publishers
        self._tokens = tokens
        self._operators = operators

    @classmethod
    def parse(cls, text: str) -> "Access":
        """Raises AccessError."""
        try:
            file = _AccessFile.model_validate(tomllib.loads(text))
        except tomllib.TOMLDecodeError as error:
            raise AccessError(f"access.toml is not TOML: {error}") from None
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            raise AccessError(f"access.toml: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
        publishers = {name: _publisher(name, entry) for name, entry in file.publishers.items()}
        tokens = {digest: name for name, e in file.publishers.items() for digest in e.tokens}
        operators = {digest: (name, frozenset(e.scopes)) for name, e in file.operators.items() for digest in e.tokens}
        return cls(publishers, tokens, operators)

    def publisher_of(self, token: str) -> Publisher | None:
        """The publisher that holds this token, suspended or not."""
        name = _find(self._tokens, token)
        return None if name is None else self.publishers[name]

    def operator_of(self, token: str, scope: str) -> str | None:
        """The operator that holds this token with this scope (`admin` has all)."""
        found = _find(self._operators, token)
        if found is None or not {scope, "admin"} & found[1]:
            return None
        return found[0]


def _publisher(name: str, entry: _PublisherEntry) -> Publisher:
    return Publisher(
        name,
        frozenset(entry.sources),
        frozenset(entry.types),
        frozenset(entry.territory),
        entry.suspended,
        entry.receipts,
        entry.quota.events_per_minute,
    )


def _find(digests: Mapping[str, T], token: str) -> T | None:
    given = "sha256:" + hashlib.sha256(token.encode()).hexdigest()
    found = None
    for digest, owner in digests.items():
        if hmac.compare_digest(digest, given):
            found = owner
    return found
