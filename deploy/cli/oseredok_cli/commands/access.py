"""access: who may publish, and Kafka's rights. The local mode makes and applies all of it in `up` as well."""

import os
from typing import Annotated, Literal

from cyclopts import App, Parameter
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from oseredok_cli import envfile
from oseredok_cli.access import changing, letting_in, publishers
from oseredok_cli.access.alone import alone
from oseredok_cli.access.deal import deal
from oseredok_cli.access.first_event import handed
from oseredok_cli.access.letting_in import Credentials
from oseredok_cli.access.waiting import wait
from oseredok_cli.commands import here
from oseredok_cli.commands.rights import Rights, Words
from oseredok_cli.described import VARIABLE, DescribedPlatform, described
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.programme import OPERATOR

console = Console(highlight=False, soft_wrap=True)
if not console.is_terminal:  # a pipe has no width of its own
    console = Console(highlight=False, soft_wrap=True, width=240)
START_SECONDS_MAX = 90.0
"""Beside a broker that comes up at the same moment."""

Flag = Annotated[bool, Parameter(negative="")]
Scope = Literal["quarantine", "payloads", "audit", "registry", "recipients", "deliveries", "diagnosis"]


def register(app: App) -> None:
    """Adds the group."""
    group = App(name="access", help="Who may publish, and Kafka's topics, users, rights and quotas.")
    for command in (add, change, rotate, retire, suspend, resume, remove, appoint, dismiss, apply, make):
        group.command(command)
    group.command(listed, name="list")
    app.command(group)


def make() -> None:
    """Make the secrets that are missing, give each to its reader's group, and write the settings directory.

    Before that it looks at what .env says, being the first of every start.
    """
    envfile.check(os.environ)
    with alone(_unsealed) as platform:
        platform.write_settings()
        deal(platform, platform.readers)
    console.print(f"{len(platform.secrets.made)} secrets made; the settings directory is up to date")


def _unsealed() -> DescribedPlatform:
    platform = described(sealed=False)
    if platform is None:
        raise LocalError(
            f"{VARIABLE} names no file: this is for a platform in containers; the local mode needs `up` only"
        )
    return platform


def apply(*, dry_run: Flag = False) -> None:
    """Bring Kafka to the table of topics and the access file: topics, users, rights, quotas. Again, nothing changes.

    Parameters
    ----------
    dry_run
        Only tell what would change.
    """
    platform = here.platform()
    wait(platform.broker, START_SECONDS_MAX if isinstance(platform, DescribedPlatform) else 5.0)
    if dry_run:
        lines = platform.apply_access(dry_run=True)
    else:
        with alone(here.platform) as platform:
            lines = platform.apply_access()
            if not isinstance(platform, DescribedPlatform):  # in containers the job `secrets` writes them
                platform.write_settings()
    lost = platform.lost_publishers()
    for line in lines:
        console.print(line, markup=False)
    if dry_run and lines:
        console.print(f"A dry run: {len(lines)} changes would be made.")
    for told in lost:
        console.print(told, markup=False)
    if not lines and not lost:
        console.print("Kafka is as the table of topics and the access file say.")


def listed() -> None:
    """List publishers: what each may speak about, and whether it may. Then operators, and what each may do."""
    platform = here.platform()
    table = Table("publisher", "state", "sources", "types", "territory", "bytes/s", box=None, pad_edge=False)
    for publisher in platform.publishers:
        entry = publisher.entry
        facts = [" ".join(entry.get(name, ["*"])) for name in ("sources", "types", "territory")]
        state = "suspended" if publisher.suspended else "let in"
        table.add_row(publisher.slug, state, *map(escape, facts), str(publisher.bytes_per_second))
    console.print(table, "")
    table = Table("operator", "scopes", box=None, pad_edge=False)
    table.add_row(OPERATOR, "admin")
    for name, entry in publishers.operators(platform.own_publishers).items():
        table.add_row(name, " ".join(entry["scopes"]))
    console.print(table)


def add(name: str, /, *, source: Words, rights: Rights | None = None, same_publisher: Flag = False) -> None:
    """Let a publisher in: an entry in the access file, a Kafka user, topics and rights. Prints its secrets, once.

    Parameters
    ----------
    name
        Its user in Kafka, and part of its topics: a letter, then up to 30 of a-z, 0-9 and -.
    source
        A URI that its events name as their source; each belongs to one publisher. May be given several times.
    same_publisher
        It was a publisher under this name before, and may have its topics and receipts again.
    """
    entry = {"sources": source, **(rights or Rights()).entry()}
    made = letting_in.let_in(here.platform, name, entry, same_publisher=same_publisher)
    console.print(f"{name} is let in. Its secrets are shown this once, and kept nowhere here:\n")
    _hand(name, made)


def change(name: str, /, *, source: Words | None = None, rights: Rights | None = None, dry_run: Flag = False) -> None:
    """Change what a publisher may do: only what is named here; its secrets stay. Prints what changes.

    Parameters
    ----------
    source
        These sources in place of those of now. May be given several times.
    dry_run
        Only tell what would change.
    """
    given = {**({"sources": source} if source else {}), **(rights or Rights()).entry()}
    if not given:
        raise LocalError(f"change what of {name}? oseredok access change --help")
    lines = changing.change(here.platform, name, given, dry_run=dry_run)
    for line in lines:
        console.print(line, markup=False)
    if not lines:
        console.print("It is so already.")
    elif dry_run:
        console.print("A dry run: nothing was changed.")


def rotate(
    name: str,
    /,
    *,
    token: Flag = False,
    kafka: Flag = False,
) -> None:
    """Renew what a publisher logs in with.

    Parameters
    ----------
    token
        A new HTTP token; the one before stays valid until `oseredok access retire`.
    kafka
        A new Kafka password; the one before is void at once.
    """
    if not token and not kafka:
        raise LocalError("renew what? --token, --kafka, or both")
    made = letting_in.renew(here.platform, name, token=token, password=kafka)
    console.print("Shown this once:\n")
    _hand(name, made)
    if token:
        console.print(f"\nThe token before is valid until: oseredok access retire {name}")


def retire(name: str, /) -> None:
    """Make a publisher's tokens void but the newest."""
    letting_in.retire(here.platform, name)
    console.print(f"Only the newest token of {name} is valid.")


def suspend(name: str, /) -> None:
    """Shut a publisher out, over HTTP and Kafka, within seconds. It may still read its receipts."""
    letting_in.suspend(here.platform, name, suspended=True)
    console.print(f"{name} is suspended. Let it in again with: oseredok access resume {name}")


def resume(name: str, /) -> None:
    """Let a suspended publisher in again."""
    letting_in.suspend(here.platform, name, suspended=False)
    console.print(f"{name} may publish again.")


def remove(name: str, /) -> None:
    """Send a publisher away that `add` let in: its rights and its Kafka user. Its topics stay until Kafka forgets."""
    letting_in.send_away(here.platform, name)
    console.print(f"{name} is no publisher any more.")


def appoint(name: str, /, *, scope: list[Scope]) -> None:
    """Let an operator in who may do some things only. Prints the token, once; again for the same name, a new one.

    Parameters
    ----------
    scope
        quarantine: act on events; payloads: read what is in them; audit: read who did what. May be given several times.
    """
    token = letting_in.appoint(here.platform, name, scope)
    console.print(f"{name} is an operator ({', '.join(scope)}). The token is shown this once:")
    print(token)  # noqa: T201 - as it stands, to be copied


def dismiss(name: str, /) -> None:
    """Take an operator's rights away that `appoint` gave."""
    letting_in.dismiss(here.platform, name)
    console.print(f"{name} is no operator any more.")


def _hand(name: str, made: Credentials) -> None:
    platform = here.platform()
    for line in handed(platform, letting_in.named(platform.publishers, name), made):
        print(line)  # noqa: T201 - as it stands, to be copied
