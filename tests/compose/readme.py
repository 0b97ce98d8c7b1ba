"""The commands of deploy/README.md, each as it stands there: blocks under a title, which say what happens to whom."""

import re
from pathlib import Path

from compose.engine import Project

BLOCK_SECONDS = 900.0
BLOCK = re.compile(r"\*\*([^*]+?)[.,]?\*\*((?:(?!\*\*).)*?)```sh\n(.*?)```", re.DOTALL)

FIRST = "Start it, see it work, stop it"
TO_OWN_SERVERS = "Move to a Kafka and a PostgreSQL of your own"
TO_THREE_BROKERS = "Move to three brokers"


def blocks(checkout: Path) -> dict[str, str]:
    """Title to commands, in the order of the file. Raises ValueError for a block without, or a title twice."""
    text = (checkout / "deploy" / "README.md").read_text()
    found = [(title, commands) for title, _, commands in BLOCK.findall(text)]
    if len(dict(found)) < len(found) or len(found) != text.count("```sh\n"):
        raise ValueError("deploy/README.md: each block of commands has a title of its own before it, in bold")
    return dict(found)


def follow(project: Project, title: str) -> None:
    """Runs a block, in a shell that stops at the first command that fails. Raises FailedError."""
    commands = blocks(project.checkout)[title]
    with project.step(f"README: {title.lower()}"):
        project.run("bash", "-euxo", "pipefail", "-c", commands, seconds=BLOCK_SECONDS, what=title)
