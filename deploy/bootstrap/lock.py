"""Regenerates the locks from the lists of dependencies: Python packages, their installer, and sets of jars.

What is pinned stays pinned unless a list asks for more; `--upgrade` takes the newest that the lists allow. The locks
name no host and no path. A set of jars is resolved again only when its jgo.toml has changed or on `--upgrade`.
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from jgo.env import EnvironmentBuilder, EnvironmentSpec
from jgo.maven import MavenContext

ROOT = Path(__file__).resolve().parents[2]
BOOTSTRAP = ROOT / "deploy" / "bootstrap"
JARS = (ROOT / "deploy" / "kafka", ROOT / "tests" / "interop")
"""Folders with a jgo.toml and its lock."""

PYTHON_OLDEST = "3.11"


def workspace_packages() -> list[str]:
    """Names of our own packages, which no lock may contain."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return [str(name).partition("[")[0] for name in wanted]


def compile_python(output: Path, upgrade: bool, *inputs: str) -> None:
    """Writes one hashed requirements file, for every platform and Python that the project supports."""
    command = [ROOT / ".venv/bin/uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes", "--no-annotate"]
    command += ["--python-version", PYTHON_OLDEST, "--custom-compile-command", "make lock", "--output-file", output]
    command += ["--cache-dir", ROOT / ".local/cache/uv", *(["--upgrade"] if upgrade else []), *inputs]
    subprocess.run([str(word) for word in command], cwd=ROOT, check=True)  # noqa: S603


def lock_jars(folder: Path, upgrade: bool) -> None:
    """Resolves jgo.toml through jgo and writes every jar's version and sum."""
    spec_path, lock_path = folder / "jgo.toml", folder / "jgo.lock.toml"
    spec = EnvironmentSpec.load(spec_path)
    if lock_path.exists() and not upgrade:
        locked = tomllib.loads(lock_path.read_text())["dependencies"]
        known = {f"{row['groupId']}:{row['artifactId']}:{row['version']}" for row in locked}
        if set(spec.coordinates) <= known:
            return
    context = MavenContext(repo_cache=ROOT / ".local/cache/maven")
    with tempfile.TemporaryDirectory() as scratch:
        lock = EnvironmentBuilder(context, cache_dir=Path(scratch)).resolve_lockfile(spec)
    lock.save(lock_path)


def main() -> None:
    """Brings all locks up to their lists."""
    upgrade = "--upgrade" in sys.argv[1:]
    ours = [word for name in workspace_packages() for word in ("--no-emit-package", name)]
    build = "deploy/bootstrap/build.in"
    compile_python(ROOT / "requirements.lock", upgrade, "--group", "dev", *ours, "pyproject.toml", build)
    compile_python(BOOTSTRAP / "uv.lock", upgrade, "deploy/bootstrap/uv.in")
    pinned = ("--constraints", "requirements.lock")
    for tests in ("tests/browser", "tests/interop"):
        compile_python(ROOT / tests / "requirements.lock", upgrade, *pinned, f"{tests}/requirements.in")
    for folder in JARS:
        lock_jars(folder, upgrade)


if __name__ == "__main__":
    main()
