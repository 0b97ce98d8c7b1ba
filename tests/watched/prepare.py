"""Brings Prometheus and Alertmanager, with promtool and amtool: Debian's packages have them."""

import sys
from functools import partial

from support.fetching import exit_code, system_program

PROGRAMS = ("prometheus", "prometheus-alertmanager")
"""Each with the tool of its package."""

if __name__ == "__main__":
    sys.exit(exit_code(*(partial(system_program, name, "watched") for name in PROGRAMS)))
