"""Brings Prometheus and Alertmanager, with promtool and amtool: Debian's packages have them."""

import sys

from support.fetching import FailedError, say, system_program

PROGRAMS = ("prometheus", "prometheus-alertmanager")
"""Each with the tool of its package."""


def main() -> int:
    """Exit code: 0 when everything is here."""
    try:
        for name in PROGRAMS:
            system_program(name, "watched")
    except FailedError as failed:
        say(f"oseredok: {failed}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
