"""Lets publishers in, renews what they log in with, shuts them out: in the access file and in Kafka, in one go.

What a new publisher logs in with is told once and kept nowhere: a digest of its token in publishers.toml, its Kafka
password in Kafka.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from oseredok_cli.access import publishers
from oseredok_cli.access.alone import Fresh
from oseredok_cli.access.checks import check_entry, check_name
from oseredok_cli.access.in_force import in_force
from oseredok_cli.access.publishers import SLUG, TOKENS_MAX, Publisher
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.programme import OPERATOR, digest, publisher_token
from oseredok_cli.platform import Platform

SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a publisher logs in with; None where it stays as it was."""

    token: str | None = None
    password: str | None = None


def let_in(fresh: Fresh, slug: str, entry: Mapping[str, Any], *, same_publisher: bool = False) -> Credentials:
    """Adds a publisher. When Kafka refuses, nothing of it stays but topics that were made. Raises LocalError.

    `same_publisher`: it was one before under this name, and finds its topics again.
    """
    with in_force(fresh) as platform:
        check_name(slug)
        if any(publisher.slug == slug for publisher in platform.publishers):
            raise LocalError(f"there is a publisher {slug} already: oseredok access list")
        check_entry(slug, entry, platform.publishers, platform.programme)
        if not same_publisher and slug in platform.former_publishers():
            raise LocalError(
                f"a publisher {slug} was here before: its topics stay, with its receipts. Is it the same one again? "
                "--same-publisher; else another name"
            )
        made = Credentials(_new(), _new())
        own = platform.own_publishers
        try:
            with publishers.undone(own):
                publishers.change(own, slug, {**entry, "tokens": [digest(made.token or "")]})
                bring(fresh(), {slug: made.password or ""})
        except BaseException as error:
            _take_back(fresh(), slug, error)
            raise
        return made


def _take_back(platform: Platform, slug: str, error: BaseException) -> None:
    """Kafka and the settings as they were before this publisher. Raises LocalError that tells what stays."""
    try:
        platform.apply_access(former=[slug])
        platform.write_settings()
        stays = slug in platform.former_publishers()
    except LocalError as second:
        raise LocalError(
            f"{error or type(error).__name__}; what Kafka has of {slug} could not be taken back ({second}): "
            "oseredok access apply, when it can"
        ) from error
    if stays and isinstance(error, LocalError):
        raise LocalError(f"{error}. Of {slug} only its topics stay; once more: --same-publisher") from error


def renew(fresh: Fresh, slug: str, *, token: bool, password: bool) -> Credentials:
    """A new token beside the one of now, which stays valid until `retire`; a new password, at once. LocalError."""
    with in_force(fresh) as platform:
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
    with in_force(fresh) as platform:
        publisher = named(platform.publishers, slug)
        own = list(publisher.entry.get("tokens", []))
        publishers.change(platform.own_publishers, slug, {"tokens": None if publisher.of_programme else own[:1]})
        bring(fresh())


def suspend(fresh: Fresh, slug: str, *, suspended: bool) -> None:
    """Shuts a publisher out, over HTTP and Kafka, or lets it in again. Raises LocalError."""
    with in_force(fresh) as platform:
        named(platform.publishers, slug)
        publishers.change(platform.own_publishers, slug, {"suspended": suspended})
        bring(fresh())


def send_away(fresh: Fresh, slug: str) -> None:
    """A publisher of this installation's own leaves: its rights and its user. Its topics stay. Raises LocalError."""
    with in_force(fresh) as platform:
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
    with in_force(fresh) as platform:
        publishers.change(platform.own_publishers, name, entry, "operators")
        fresh().write_settings()
    return token


def dismiss(fresh: Fresh, name: str) -> None:
    """An operator that was appointed here is none any more. Raises LocalError."""
    with in_force(fresh) as platform:
        own = platform.own_publishers
        if name not in publishers.operators(own):
            raise LocalError(f"no operator {name} was appointed here")
        publishers.change(own, name, {"scopes": None, "tokens": None}, "operators")
        fresh().write_settings()


def bring(platform: Platform, passwords: Mapping[str, str] | None = None) -> None:
    """Kafka and the settings directory to what the files say; sets these users' passwords. Raises LocalError."""
    if passwords:
        platform.set_kafka_passwords(passwords)
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


def _new() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)
