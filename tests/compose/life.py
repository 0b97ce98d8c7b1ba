"""The commands of deploy/README.md, each as it stands there, in its order: what an installation meets in its life."""

import re
from pathlib import Path

from compose.engine import Project

SECTION = "## Life of an installation\n"
BLOCK_SECONDS = 600.0


def blocks(checkout: Path) -> list[tuple[str, str]]:
    """Title and commands of each block of the section. Raises ValueError when there is none."""
    text = (checkout / "deploy" / "README.md").read_text()
    section = text[text.index(SECTION) + len(SECTION) :].split("\n## ", 1)[0]
    found = re.findall(r"\*\*([^*]+?)[.,]?\*\*(?:(?!\*\*).)*?```sh\n(.*?)```", section, re.DOTALL)
    if not found:
        raise ValueError(f"deploy/README.md has no commands below {SECTION}")
    return found


def every_command_of_the_readme_does_what_it_says(project: Project) -> None:
    """Each block exits with 0, in a shell that stops at the first command that fails."""
    folder = project.checkout / ".local" / "rehearsal"
    folder.mkdir(parents=True, exist_ok=True)
    for title, commands in blocks(project.checkout):
        with project.step(f"README: {title.lower()}"):
            project.run("bash", "-euxo", "pipefail", "-c", commands, seconds=BLOCK_SECONDS, what=title, cwd=folder)
