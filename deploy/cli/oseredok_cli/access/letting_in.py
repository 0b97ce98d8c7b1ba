"""Lets publishers in, renews what they log in with, shuts them out: in the access file and in Kafka, in one go.

What a new publisher logs in with is told once and kept nowhere: a digest of its token in publishers.toml, its Kafka
password in Kafka.
"""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka.admin import UserScramCredentialAlteration

from oseredok_cli.access import publishers, users
from oseredok_cli.access.alone import alone
from oseredok_cli.access.grants import reserved
from oseredok_cli.access.publishers import SLUG, TOKENS_MAX, Publisher
from oseredok_cli.access.step import TIMEOUT_SECONDS, RefusedError, all_answered
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.programme import OPERATOR, digest, publisher_token
from oseredok_cli.platform import Platform
from oseredok_contracts import schemas

SECRET_BYTES = 24
Fresh = Callable[[], Platform]
"""A handle that has read the files of now."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a publisher logs in with; None where it stays as it was."""

    token: str | None = None
    password: str | None = None


def let_in(fresh: Fresh, slug: str, entry: Mapping[str, Any]) -> Credentials:
    """Adds a publisher. When Kafka refuses, nothing of it stays. Raises LocalError."""
    with alone(fresh) as platform:
        _check(platform.publishers, slug, entry)
        made = Credentials(_new(), _new())
        own = platform.own_publishers
        publishers.change(own, slug, {**entry, "tokens": [digest(made.token or "")]})
        try:
            bring(fresh(), {slug: made.password or ""})
        except BaseException:
            publishers.remove(own, slug)
            raise
        return made


def renew(fresh: Fresh, slug: str, *, token: bool, password: bool) -> Credentials:
    """A new token beside the one of now, which stays valid until `retire`; a new password, at once. LocalError."""
    with alone(fresh) as platform:
        publisher = named(platform.publishers, slug)
        made = Credentials(_new() if token else None, _new() if password else None)
        if made.token is not None:
            _put_token(platform, publisher, made.token)
        if made.password is not None and publisher.of_programme:
            platform.secrets.replace(platform.kafka_secret(slug), made.password)
        bring(fresh(), {slug: made.password} if made.password else {})
        return made


def retire(fresh: Fresh, slug: str) -> None:
    """Only the newest token is left. Raises LocalError."""
    with alone(fresh) as platform:
        publisher = named(platform.publishers, slug)
        own = list(publisher.entry.get("tokens", []))
        publishers.change(platform.own_publishers, slug, {"tokens": None if publisher.of_programme else own[:1]})
        bring(fresh())


def suspend(fresh: Fresh, slug: str, *, suspended: bool) -> None:
    """Shuts a publisher out, over HTTP and Kafka, or lets it in again. Raises LocalError."""
    with alone(fresh) as platform:
        named(platform.publishers, slug)
        publishers.change(platform.own_publishers, slug, {"suspended": suspended})
        bring(fresh())


def send_away(fresh: Fresh, slug: str) -> None:
    """A publisher of this installation's own leaves: its rights and its user. Its topics stay. Raises LocalError."""
    with alone(fresh) as platform:
        if named(platform.publishers, slug).of_programme:
            raise LocalError(
                f"{slug} is of the programme: take it out of {platform.programme / 'access.toml'}, or suspend it"
            )
        publishers.remove(platform.own_publishers, slug)
        bring(fresh())


def appoint(fresh: Fresh, name: str, scopes: Sequence[str]) -> str:
    """An operator with these scopes, and a token, which is told once. Raises LocalError."""
    if not SLUG.fullmatch(name) or name == OPERATOR:
        raise LocalError(f"an operator cannot be named {name!r}: a letter, then 1 to 30 of a-z, 0-9 and -")
    token = _new()
    entry = {"scopes": list(scopes), "tokens": [digest(token)]}
    with alone(fresh) as platform:
        publishers.change(platform.own_publishers, name, entry, "operators")
        fresh().write_settings()
    return token


def dismiss(fresh: Fresh, name: str) -> None:
    """An operator that was appointed here is none any more. Raises LocalError."""
    with alone(fresh) as platform:
        own = platform.own_publishers
        if name not in publishers.operators(own):
            raise LocalError(f"no operator {name} was appointed here")
        publishers.change(own, name, {"scopes": None, "tokens": None}, "operators")
        fresh().write_settings()


def bring(platform: Platform, passwords: Mapping[str, str] | None = None) -> None:
    """Kafka and the settings directory to what the files say; sets these users' passwords. Raises LocalError."""
    if passwords:
        changes: list[UserScramCredentialAlteration] = [users.set_to(*pair) for pair in passwords.items()]
        client = platform.broker.admin()  # it must live until it is answered
        asked = client.alter_user_scram_credentials(changes, request_timeout=TIMEOUT_SECONDS)
        try:
            all_answered("user", asked)
        except RefusedError as error:
            raise LocalError(str(error)) from error
    platform.apply_access()
    platform.write_settings()


def named(known: Sequence[Publisher], slug: str) -> Publisher:
    """Raises LocalError when there is none."""
    for publisher in known:
        if publisher.slug == slug:
            return publisher
    raise LocalError(f"there is no publisher {slug}: oseredok access list")


def _put_token(platform: Platform, publisher: Publisher, token: str) -> None:
    """The new one first: a programme's own lies among the secrets, the digest of the one before beside the entry."""
    own = list(publisher.entry.get("tokens", []))
    if publisher.of_programme:
        own = [digest(platform.token(publisher.slug))]
        platform.secrets.replace(publisher_token(publisher.slug), token)
    else:
        own = [digest(token), *own][:TOKENS_MAX]
    publishers.change(platform.own_publishers, publisher.slug, {"tokens": own})


def _check(known: Sequence[Publisher], slug: str, entry: Mapping[str, Any]) -> None:
    if not SLUG.fullmatch(slug) or reserved(slug):
        raise LocalError(f"a publisher cannot be named {slug!r}: a letter, then 1 to 30 of a-z, 0-9 and -")
    if any(publisher.slug == slug for publisher in known):
        raise LocalError(f"there is a publisher {slug} already: oseredok access list")
    owners = {source: publisher.slug for publisher in known for source in publisher.entry["sources"]}
    for source in entry["sources"]:
        if source in owners:
            raise LocalError(f"{source} is a source of {owners[source]} already: each has one owner")
    if unknown := sorted(set(entry.get("types", [])) - {"*"} - schemas.types().keys()):
        raise LocalError(f"no event type is named {unknown[0]}: shared/contracts lists them")


def _new() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
