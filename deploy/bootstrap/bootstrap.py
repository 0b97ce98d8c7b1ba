"""Makes `.venv` from the committed locks; run by make with whatever `python3` the machine has.

Standard library only, and syntax that a Python too old for the project still parses, so that it can say so. Nothing is
installed whose sum the locks don't name, and nothing is written outside the checkout. A stamp in `.venv` holds the
digest of all that decides its content: while it holds, this does nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import sysconfig
from pathlib import Path

PYTHON_MIN = (3, 11)
ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCK = ROOT / "requirements.lock"
INSTALLER_LOCK = ROOT / "deploy" / "bootstrap" / "uv.lock"
MEMBERS = ("shared/*/pyproject.toml", "services/*/pyproject.toml", "deploy/cli/pyproject.toml")
LOG = ROOT / ".local" / "logs" / "bootstrap.log"
LINES_SHOWN = 6


class FailedError(Exception):
    """What went wrong and what to do, in one line."""


def say(line: str) -> None:
    """Prints a line of progress at once, also into a pipe."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def members() -> list[Path]:
    """The workspace packages' folders."""
    return sorted(found.parent for pattern in MEMBERS for found in ROOT.glob(pattern))


def digest() -> str:
    """Digest of everything that decides what `.venv` holds, its place and Python included."""
    told = hashlib.sha256()
    told.update(f"{VENV}\n{sys.version}\n{sysconfig.get_platform()}\n".encode())
    for path in [Path(__file__), LOCK, INSTALLER_LOCK, *(member / "pyproject.toml" for member in members())]:
        told.update(f"{path.relative_to(ROOT)}\n".encode())
        told.update(path.read_bytes())
    return told.hexdigest()


def check_python() -> None:
    """Refuses a Python that cannot do it."""
    if sys.version_info < PYTHON_MIN:
        wanted = ".".join(map(str, PYTHON_MIN))
        raise FailedError(
            f"python3 is {sys.version.split()[0]}, but {wanted} or newer is needed: "
            f"install it and run `make PYTHON=/path/to/python{wanted} ...`"
        )
    try:
        import ensurepip  # noqa: F401, PLC0415
        import venv  # noqa: F401, PLC0415
    except ImportError:
        raise FailedError(
            "this python3 has no venv module: install it (on Debian and Ubuntu: apt install python3-venv) and try again"
        ) from None


def environment() -> dict[str, str]:
    """Environment of the installers: caches inside the checkout, the user's choice of index and certificates kept."""
    env = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME")}
    env["UV_CACHE_DIR"] = str(ROOT / ".local" / "cache" / "uv")
    env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    env["PIP_NO_CACHE_DIR"] = "1"
    for theirs, ours in (("PIP_INDEX_URL", "UV_DEFAULT_INDEX"), ("PIP_CERT", "SSL_CERT_FILE")):
        if theirs in env:
            env.setdefault(ours, env[theirs])
    return env


def run(what: str, remedy: str, *command: object) -> None:
    """Runs one step with its output in the log; on failure says the step, the tool's own error and the remedy."""
    LOG.parent.mkdir(parents=True, exist_ok=True)
    words = [str(word) for word in command]
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"$ {' '.join(words)}\n")
        log.flush()
        before = LOG.stat().st_size
        done = subprocess.run(words, env=environment(), stdout=log, stderr=subprocess.STDOUT, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode == 0:
        return
    told = LOG.read_bytes()[before:].decode(errors="replace")
    raise FailedError(f"{what} failed: {reason(told)}; {remedy} (all of it: {LOG.relative_to(ROOT)})")


def reason(output: str) -> str:
    """The tool's complaint in one line: what it calls an error, else its last words."""
    lines = [line.strip(" ×│├╰─▶⎿→") for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith(("error", "failed", "caused by", "could not"))]
    return " · ".join((errors or lines[-LINES_SHOWN:] or ["no output"])[:LINES_SHOWN])


def build() -> None:
    """Brings `.venv` to what the locks say."""
    offline = "check the network (or PIP_INDEX_URL, PIP_CERT, proxies) and run the same command again"
    if not (BIN / "python").exists():
        say("· making .venv")
        run("making .venv", "remove .venv and try again", sys.executable, "-m", "venv", "--clear", VENV)
    if not (BIN / "uv").exists():
        say("· fetching the installer (uv)")
        hashed = ("-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:")
        run("fetching uv", offline, BIN / "python", *hashed, "-r", INSTALLER_LOCK)
    say("· installing what requirements.lock names")
    uv = (BIN / "uv", "pip")
    aim = ("--python", BIN / "python")
    run("installing the packages of requirements.lock", offline, *uv, "sync", *aim, "--require-hashes", LOCK)
    say("· installing the workspace packages")
    editable = [word for member in members() for word in ("--editable", member)]
    flags = ("--offline", "--no-deps", "--no-build-isolation")
    run("installing the workspace packages", "see the log", *uv, "install", *aim, *flags, *editable)


def main() -> int:
    """Exit code: 0 when `.venv` is as the locks say."""
    try:
        check_python()
        VENV.mkdir(exist_ok=True)
        stamp = VENV / "oseredok.stamp"
        with (VENV / "oseredok.lock").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            wanted = digest()
            if stamp.exists() and stamp.read_text() == wanted:
                return 0
            say("Preparing .venv (first run, or a lock has changed)")
            build()
            stamp.write_text(wanted)
            say("· ready")
    except FailedError as failed:
        say(f"oseredok: {failed}")
        return 1
    except KeyboardInterrupt:
        say("oseredok: stopped before .venv was ready; run the same command again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
