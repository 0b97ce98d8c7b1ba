"""The folder of secrets: none missing, none that others can read, each with its reader."""

import stat
from collections.abc import Iterator

from oseredok_cli.access.deal import OF_CONTAINERS, SUPER_USERS, shares
from oseredok_cli.described import DescribedPlatform
from oseredok_cli.doctor.finding import Finding, ok, unknown, wrong
from oseredok_cli.platform import Platform, token_secret

SECRETS = "secrets"


def examine(platform: Platform) -> list[Finding]:
    """Everything that the platform needs; what it has besides is not looked at."""
    folder = platform.secrets.folder
    if not folder.is_dir():
        return [unknown(SECRETS, SECRETS, f"there is no folder {folder} here")]
    readers = platform.readers if isinstance(platform, DescribedPlatform) else {}
    needed = {name: readers.get(part) for part, names in shares(platform).items() for name in names}
    if not isinstance(platform, DescribedPlatform):
        needed = {name: reader for name, reader in needed.items() if name not in OF_CONTAINERS}
    own = [publisher.slug for publisher in platform.publishers if publisher.of_programme]
    for name in (*map(platform.kafka_secret, own), *map(token_secret, own), token_secret("admin")):
        needed[name] = None
    found = [finding for name, reader in needed.items() for finding in _file(platform, name, reader)]
    return found or [ok(SECRETS, SECRETS, f"{len(needed)} files, each for its reader alone")]


def _file(platform: Platform, name: str, reader: int | None) -> Iterator[Finding]:
    path = platform.secrets.path(name)
    try:
        facts = path.stat()
    except FileNotFoundError:
        fault = "lost" if name in SUPER_USERS else "missing"
        yield wrong(SECRETS, SECRETS, fault, f"there is no {name} in {path.parent}")
        return
    except OSError as error:
        yield unknown(SECRETS, SECRETS, f"{name}: {error.strerror}")
        return
    mode = stat.S_IMODE(facts.st_mode)
    if mode & stat.S_IRWXO:
        yield wrong(SECRETS, SECRETS, "open", f"{path}: everybody on the machine may open it (mode {mode:04o})")
    if reader is not None and facts.st_gid != reader:
        yield wrong(SECRETS, SECRETS, "reader", f"{path}: belongs to the group {facts.st_gid}, its reader is {reader}")
