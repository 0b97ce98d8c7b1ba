"""access apply, access make: Kafka, secrets and settings brought to what the files say."""

import os

from oseredok_cli import envfile
from oseredok_cli.access.alone import alone
from oseredok_cli.access.deal import deal, make_super_users
from oseredok_cli.access.waiting import wait
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, answer
from oseredok_cli.commands.which import Flag
from oseredok_cli.described import VARIABLE, DescribedPlatform, described
from oseredok_cli.local.errors import LocalError

START_SECONDS_MAX = 90.0
"""Beside a broker that comes up at the same moment."""


def make(*, as_json: AsJson = False) -> None:
    """Make the secrets that are missing, give each to its reader's group, and write the settings directory.

    Before that it looks at what .env says, being the first of every start.

    Parameters
    ----------
    as_json
        Print JSON: the names of the secrets that were made.
    """
    envfile.check(os.environ)
    with alone(_unsealed) as platform:
        make_super_users(platform)
        platform.write_settings()
        deal(platform, platform.readers)
    made = sorted(platform.secrets.made)
    answer({"made": made}, f"{len(made)} secrets made; the settings directory is up to date", as_json=as_json)


def _unsealed() -> DescribedPlatform:
    platform = described(sealed=False)
    if platform is None:
        raise LocalError(
            f"{VARIABLE} names no file: this is for a platform in containers; the local mode needs `up` only"
        )
    return platform


def apply(*, dry_run: Flag = False, as_json: AsJson = False) -> None:
    """Bring Kafka to the table of topics and the access file: topics, users, rights, quotas. Again, nothing changes.

    Parameters
    ----------
    dry_run
        Only tell what would change.
    as_json
        Print JSON: the changes, a sentence each, and the publishers whose users Kafka has lost.
    """
    platform = here.platform()
    wait(platform.broker, START_SECONDS_MAX if isinstance(platform, DescribedPlatform) else 5.0)
    if dry_run:
        changes = platform.apply_access(dry_run=True)
    else:
        with alone(here.platform) as platform:
            changes = platform.apply_access()
            if not isinstance(platform, DescribedPlatform):  # in containers the job `secrets` writes them
                platform.write_settings()
    lost = {slug: f"oseredok access rotate {slug} --kafka" for slug in platform.lost_publishers()}
    told = {
        "dry_run": dry_run,
        "changes": changes,
        "lost": [{"name": slug, "cure": cure} for slug, cure in lost.items()],
    }
    answer(told, *_lines(changes, lost, dry_run=dry_run), as_json=as_json)


def _lines(changes: list[str], lost: dict[str, str], *, dry_run: bool) -> list[str]:
    dry = [f"A dry run: {len(changes)} changes would be made."] if dry_run and changes else []
    cures = [
        f"user {slug} is gone from Kafka, and its password is kept nowhere here; a new one: {cure}"
        for slug, cure in lost.items()
    ]
    return [*changes, *dry, *cures] or ["Kafka is as the table of topics and the access file say."]
