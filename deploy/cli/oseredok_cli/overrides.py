"""Which files of deploy/compose go together, and in which order: COMPOSE_FILE names what is put on docker-compose.yml.

Compose merges whatever it is told of. Where two files know nothing of each other, a broker stays open, or without TLS.
"""

import re
from collections.abc import Iterator, Sequence

from oseredok_cli.local.errors import LocalError

FIRST = "docker-compose"
OURS = ("cluster", "public", "cluster-public", "mail", "quiet", "cluster-quiet", "outside")
QUIET = ("quiet", "cluster-quiet")
FILE = re.compile(rf"(?:^|[/\\])(?:({FIRST})|compose[/\\]({'|'.join(OURS)}))\.yml$")

CLUSTER_HAS_ITS_OWN = {"public": "cluster-public", "quiet": "cluster-quiet"}
"""Of what else knows of one broker only: the file that knows of three."""
NEEDS = {"cluster-public": ("cluster", "public"), "cluster-quiet": ("cluster",)}
AFTER = {
    **dict.fromkeys(OURS, (FIRST,)),
    "cluster-public": (FIRST, "cluster", "public"),
    **dict.fromkeys(QUIET, (FIRST, "cluster", "public", "cluster-public", "mail")),
    "outside": (FIRST, "public", "quiet"),
}
"""What must stand before a file, where it is named at all."""


def check(told: str) -> None:
    """Raises LocalError on a COMPOSE_FILE whose files don't go together, or not in this order; knows only our own."""
    files = [found[1] or found[2] for one in re.split("[:;]", told) if (found := FILE.search(one))]
    for wrong in _wrong(files):
        raise LocalError(f".env: COMPOSE_FILE: {wrong} (deploy/README.md, Overrides, has what goes together)")


def _wrong(files: Sequence[str]) -> Iterator[str]:
    if {"cluster", "outside"} <= set(files):
        yield "cluster.yml and outside.yml don't go together: brokers are ours or somebody else's"
    if "cluster" in files:
        for other, both in CLUSTER_HAS_ITS_OWN.items():
            if other in files and both not in files:
                yield f"cluster.yml and {other}.yml go together with {both}.yml only"
    for one in files:
        for needed in NEEDS.get(one, ()):
            if needed not in files:
                yield f"{one}.yml is for {needed}.yml, which is not there"
        for before in AFTER.get(one, ()):
            if before in files[files.index(one) :]:
                yield f"{one}.yml stands before {before}.yml: it has to come after it"
