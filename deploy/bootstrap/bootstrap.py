"""Makes `.venv` from the committed locks; run by make with whatever `python3` the machine has.

Standard library only. Nothing is installed whose sum the locks don't name, and nothing is written outside the checkout.
Stamps in `.venv` hold the digest of all that decides its content: while they hold, this does nothing.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VENV = ROOT / ".venv"
BIN = VENV / "bin"
LOCK = ROOT / "requirements.lock"
INSTALLER_LOCK = ROOT / "deploy" / "bootstrap" / "uv.lock"
MEMBERS = ("shared/*/pyproject.toml", "services/*/pyproject.toml", "deploy/cli/pyproject.toml")
LOG = ROOT / ".local" / "logs" / "bootstrap.log"
LINES_SHOWN = 3


class FailedError(Exception):
    """What went wrong and what to do, in one line."""


def say(line: str) -> None:
    """Prints a line of progress at once, also into a pipe."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


def members() -> list[Path]:
    """The workspace packages' folders."""
    return sorted(found.parent for pattern in MEMBERS for found in ROOT.glob(pattern))


def digest(*paths: Path) -> str:
    """Digest of files, of this one, and of the place of `.venv`, which its scripts name."""
    told = hashlib.sha256(f"{VENV}\n".encode())
    for path in (Path(__file__), *paths):
        told.update(f"{path.relative_to(ROOT)}\n".encode())
        told.update(path.read_bytes())
    return told.hexdigest()


def check_python() -> None:
    """Refuses a Python that cannot make an environment (make has refused one that is too old)."""
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
    errors = [line for line in lines if line.lower().startswith(("error", "failed", "cause", "could not"))]
    return " · ".join((errors or lines[-LINES_SHOWN:] or ["no output"])[:LINES_SHOWN])


def usable() -> bool:
    """Whether the environment's Python still runs and finds what was put there: an upgrade may have taken it away."""
    if not (BIN / "python").exists():
        return False
    probe = [str(BIN / "python"), "-c", "import pip"]
    return subprocess.run(probe, env=environment(), capture_output=True, check=False).returncode == 0  # noqa: S603


def install_locked() -> None:
    """Brings `.venv` to what the locks say."""
    offline = "check the network (or PIP_INDEX_URL, PIP_CERT, proxies) and run the same command again"
    say("· fetching the installer (uv)")
    hashed = ("-m", "pip", "install", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:")
    run("fetching uv", offline, BIN / "python", *hashed, "-r", INSTALLER_LOCK)
    say("· installing what requirements.lock names")
    sync = (BIN / "uv", "pip", "sync", "--python", BIN / "python", "--require-hashes")
    run("installing the packages of requirements.lock", offline, *sync, LOCK)


def install_members() -> None:
    """Makes the workspace packages importable from where they lie; needs no network."""
    say("· installing the workspace packages")
    editable = [word for member in members() for word in ("--editable", member)]
    flags = ("--offline", "--no-deps", "--no-build-isolation")
    install = (BIN / "uv", "pip", "install", "--python", BIN / "python", *flags)
    run("installing the workspace packages", "see the log", *install, *editable)


def bring_up_to_date() -> None:
    """Does what is needed; a step is done when its stamp holds the digest of all that decides its outcome."""
    locked = digest(LOCK, INSTALLER_LOCK)
    whole = locked + digest(*(member / "pyproject.toml" for member in members()))
    lock_stamp, stamp = VENV / "oseredok.locked", VENV / "oseredok.stamp"
    sound = usable()
    if sound and _read(stamp) == whole:
        return
    say("Preparing .venv (first run, or what it is made from has changed)")
    if not sound:
        say("· making .venv")
        run("making .venv", "remove .venv and try again", sys.executable, "-m", "venv", "--clear", VENV)
    if _read(lock_stamp) != locked:
        install_locked()
        lock_stamp.write_text(locked)
    install_members()
    stamp.write_text(whole)
    say("· ready")


def _read(path: Path) -> str:
    return path.read_text() if path.exists() else ""


def main() -> int:
    """Exit code: 0 when `.venv` is as the locks say."""
    try:
        check_python()
        LOG.parent.mkdir(parents=True, exist_ok=True)
        # Two makes at once must not both build it; the file lies outside .venv, which making it anew clears.
        with (LOG.parent / "bootstrap.guard").open("w") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            bring_up_to_date()
    except FailedError as failed:
        say(f"oseredok: {failed}")
        return 1
    except KeyboardInterrupt:
        say("oseredok: stopped before .venv was ready; run the same command again")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
