"""access add, change, suspend, resume, remove: publishers come, are shut out and leave."""

from dataclasses import asdict

from oseredok_cli.access import changing, letting_in
from oseredok_cli.commands import here
from oseredok_cli.commands.access.credentials import hand
from oseredok_cli.commands.rights import Rights, Words
from oseredok_cli.commands.told import AsJson, answer
from oseredok_cli.commands.which import Flag
from oseredok_cli.local.errors import LocalError


def add(
    name: str,
    /,
    *,
    source: Words,
    rights: Rights | None = None,
    same_publisher: Flag = False,
    as_json: AsJson = False,
) -> None:
    """Let a publisher in: an entry in the access file, a Kafka user, topics and rights. Prints its secrets, once.

    Parameters
    ----------
    name
        Its user in Kafka, and part of its topics: a letter, then up to 30 of a-z, 0-9 and -.
    source
        A URI that its events name as their source; each belongs to one publisher. May be given several times.
    same_publisher
        It was a publisher under this name before, and may have its topics and receipts again.
    as_json
        Print JSON: its secrets, addresses, and a first event.
    """
    entry = {"sources": source, **(rights or Rights()).entry()}
    made = letting_in.let_in(here.platform, name, entry, same_publisher=same_publisher)
    new = hand(name, made)
    once = f"{name} is let in. Its secrets are shown this once, and kept nowhere here:\n"
    answer({"name": name, **new.facts()}, once, *new.lines(), as_json=as_json)


def change(
    name: str,
    /,
    *,
    source: Words | None = None,
    rights: Rights | None = None,
    dry_run: Flag = False,
    as_json: AsJson = False,
) -> None:
    """Change what a publisher may do: only what is named here; its secrets stay. Prints what changes.

    Parameters
    ----------
    source
        These sources in place of those of now. May be given several times.
    dry_run
        Only tell what would change.
    as_json
        Print JSON: of each field that changes what it was and what it is.
    """
    given = {**({"sources": source} if source else {}), **(rights or Rights()).entry()}
    if not given:
        raise LocalError(f"change what of {name}? oseredok access change --help")
    changes = changing.change(here.platform, name, given, dry_run=dry_run)
    lines = [str(one) for one in changes] or ["It is so already."]
    if changes and dry_run:
        lines.append("A dry run: nothing was changed.")
    answer({"name": name, "dry_run": dry_run, "changes": [asdict(one) for one in changes]}, *lines, as_json=as_json)


def suspend(name: str, /, *, as_json: AsJson = False) -> None:
    """Shut a publisher out, over HTTP and Kafka, within seconds. It may still read its receipts.

    Parameters
    ----------
    as_json
        Print JSON: that it is suspended.
    """
    letting_in.suspend(here.platform, name, suspended=True)
    again = f"Let it in again with: oseredok access resume {name}"
    answer({"name": name, "suspended": True}, f"{name} is suspended. {again}", as_json=as_json)


def resume(name: str, /, *, as_json: AsJson = False) -> None:
    """Let a suspended publisher in again.

    Parameters
    ----------
    as_json
        Print JSON: that it is not suspended.
    """
    letting_in.suspend(here.platform, name, suspended=False)
    answer({"name": name, "suspended": False}, f"{name} may publish again.", as_json=as_json)


def remove(name: str, /, *, as_json: AsJson = False) -> None:
    """Send a publisher away that `add` let in: its rights and its Kafka user. Its topics stay until Kafka forgets.

    Parameters
    ----------
    as_json
        Print JSON: who was removed.
    """
    letting_in.send_away(here.platform, name)
    answer({"name": name, "removed": True}, f"{name} is no publisher any more.", as_json=as_json)
