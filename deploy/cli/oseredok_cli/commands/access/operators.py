"""access appoint, access dismiss: operators who may do some things only."""

from typing import Literal

from oseredok_cli.access import letting_in
from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, answer

Scope = Literal["quarantine", "payloads", "audit", "registry", "recipients", "deliveries", "diagnosis"]


def appoint(name: str, /, *, scope: list[Scope], as_json: AsJson = False) -> None:
    """Let an operator in who may do some things only. Prints the token, once; again for the same name, a new one.

    Parameters
    ----------
    scope
        quarantine: act on events; payloads: read what is in them; audit: read who did what. May be given several times.
    as_json
        Print JSON: the scopes and the token.
    """
    token = letting_in.appoint(here.platform, name, scope)
    told = {"name": name, "scopes": scope, "token": token}
    once = f"{name} is an operator ({', '.join(scope)}). The token is shown this once:"
    answer(told, once, token, as_json=as_json)


def dismiss(name: str, /, *, as_json: AsJson = False) -> None:
    """Take an operator's rights away that `appoint` gave.

    Parameters
    ----------
    as_json
        Print JSON: who was dismissed.
    """
    letting_in.dismiss(here.platform, name)
    answer({"name": name, "dismissed": True}, f"{name} is no operator any more.", as_json=as_json)
