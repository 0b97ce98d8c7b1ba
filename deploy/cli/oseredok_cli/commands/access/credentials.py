"""access rotate, access retire: what a publisher logs in with, renewed. What is new is told once."""

from oseredok_cli.access import letting_in
from oseredok_cli.access.first_event import Handed, handed
from oseredok_cli.access.letting_in import Credentials
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, answer
from oseredok_cli.commands.which import Flag
from oseredok_cli.local.errors import LocalError


def rotate(
    name: str,
    /,
    *,
    token: Flag = False,
    kafka: Flag = False,
    as_json: AsJson = False,
) -> None:
    """Renew what a publisher logs in with.

    Parameters
    ----------
    token
        A new HTTP token; the one before stays valid until `oseredok access retire`.
    kafka
        A new Kafka password; the one before is void at once.
    as_json
        Print JSON: what is new, addresses, a first event, and the command that ends the token before.
    """
    if not token and not kafka:
        raise LocalError("renew what? --token, --kafka, or both")
    made = letting_in.renew(here.platform, name, token=token, password=kafka)
    then = [f"oseredok access retire {name}"] if token else []
    until = [f"\nThe token before is valid until: {command}" for command in then]
    new = hand(name, made)
    told = {"name": name, **new.facts(), "then": then}
    answer(told, "Shown this once:\n", *new.lines(), *until, as_json=as_json)


def retire(name: str, /, *, as_json: AsJson = False) -> None:
    """Make a publisher's tokens void but the newest.

    Parameters
    ----------
    as_json
        Print JSON: how many tokens are valid.
    """
    letting_in.retire(here.platform, name)
    answer({"name": name, "valid_tokens": 1}, f"Only the newest token of {name} is valid.", as_json=as_json)


def hand(name: str, made: Credentials) -> Handed:
    """What a publisher is handed of what was made for it."""
    platform = here.platform()
    return handed(platform, letting_in.named(platform.publishers, name), made)
