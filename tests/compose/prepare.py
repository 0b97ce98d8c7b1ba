"""What a rehearsal needs before it begins: an engine, images, ours built, and rules that promtool takes."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from compose.engine import FailedError, Project

ROOT = Path(__file__).resolve().parents[2]
NOT_CLONED = (".git", ".venv", ".local", ".*_cache", "__pycache__", "node_modules", ".env")


def images() -> list[str]:
    """The images of others that the project names."""
    compose = (ROOT / "docker-compose.yml").read_text()
    recipe = (ROOT / "deploy" / "Dockerfile").read_text()
    named = re.findall(r"^\s+image: (\S+)", compose, re.MULTILINE)
    named += re.findall(r"^ARG PYTHON=(\S+)", recipe, re.MULTILINE) + re.findall(r"^# syntax=(\S+)", recipe)
    return sorted({image for image in named if not image.startswith("oseredok/")})


def engine_ready(play: Project) -> None:
    """An engine with compose, and the images where no registry gives them. Raises FailedError: what to install."""
    told = os.environ.get("OSEREDOK_STANDINS")
    place = Path(told) if told else ROOT.parent / "shared" / "tools" / "standins"
    program = place / "docker-standins" if place.is_dir() else place
    if program.is_file():
        play.run(str(program), *images(), seconds=1000, what="docker-standins")
    elif not (_answers("docker", "version") and _answers("docker", "compose", "version")):
        raise FailedError(
            f"there is no Docker with its plugin compose that answers, and no stand-in for it at {place}: "
            "install Docker, or name the folder of docker-standins in OSEREDOK_STANDINS"
        )


def _answers(*words: str) -> bool:
    known = shutil.which(words[0])
    return known is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0


def promtool(play: Project) -> None:
    """The configuration is sound; each alert fires when it should, and not before."""
    run = (*play.compose, "run", "--rm", "--no-deps", "--entrypoint", "promtool", "prometheus")
    play.run(*run, "check", "config", "/etc/prometheus/prometheus.yml", seconds=240, what="promtool check config")
    tests = [f"/etc/prometheus/tests/{file.name}" for file in sorted((ROOT / "deploy/prometheus/tests").glob("*.yml"))]
    play.run(*run, "test", "rules", *tests, seconds=240, what="promtool test rules")


def clone(play: Project) -> None:
    """A copy of this checkout, as it stands, for an operator to work in: commands leave files there, releases come."""
    shutil.rmtree(play.checkout, ignore_errors=True)
    shutil.copytree(ROOT, play.checkout, ignore=shutil.ignore_patterns(*NOT_CLONED))


def build(play: Project) -> None:
    """Our images, of the clone. Raises FailedError."""
    with play.step("building five images"):
        play.run(*play.compose, "build", seconds=1200, what="docker compose build")


def prepare(play: Project) -> None:
    """An engine and images. Raises FailedError when there are none."""
    clone(play)
    with play.step("docker and the images"):
        engine_ready(play)
    with play.step("taking away what an earlier rehearsal left"):
        play.take_away()
    build(play)
    with play.step("promtool: configuration, and the alerts' own tests"):
        promtool(play)
