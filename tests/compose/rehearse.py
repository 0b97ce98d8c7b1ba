"""make rehearse: docker-compose.yml, as an operator would use it, from building the images to taking all away again.

The project has a name and ports of its own, so that a platform which runs here is left alone. Standard library only:
nothing needs to be installed. The last line is the summary. Exit code 0 when everything was as it should be.
"""

import hashlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from compose import checks
from compose.engine import FailedError, Project, say
from compose.parts import PARTS, tried
from compose.prepare import build, clone, prepare
from support.ports import REHEARSALS, free_ports

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 5400.0
"""Limits here are for what hangs: on a quiet machine each part is a matter of a few minutes."""
LOGS_SECONDS = 60.0
PORTS = (
    *(f"OSEREDOK_{part}PORT" for part in ("", "TLS_", "KAFKA_", "KAFKA_2_", "KAFKA_3_")),
    *(f"OSEREDOK_{part}_PORT" for part in ("PROMETHEUS", "ALERTMANAGER", "GRAFANA", "MAIL")),
    *(f"OSEREDOK_DESK_{service.upper()}_PORT" for service in checks.SERVICES),
)


def project() -> Project:
    """This checkout's rehearsal; another checkout's has another name."""
    name = f"oseredok-rehearsal-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:6]}"
    settings = {"OSEREDOK_TAG": name, **dict(zip(PORTS, map(str, free_ports(len(PORTS), REHEARSALS)), strict=True))}
    authority = os.environ.get("OSEREDOK_BUILD_CA") or os.environ.get("SSL_CERT_FILE")
    if authority and Path(authority).is_file():
        settings["OSEREDOK_BUILD_CA"] = authority
    log = ROOT / ".local" / "logs" / "rehearsal.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.unlink(missing_ok=True)
    return Project(ROOT / ".local" / "rehearsal" / "clone", name, settings, log, time.monotonic() + SECONDS_MAX)


def rehearse(play: Project, parts: Sequence[str]) -> list[str]:
    """These of PARTS; answers what was wrong. Raises FailedError when it can't go on."""
    prepare(play)
    failures, usual = list[str](), dict(play.settings)
    for place, part in enumerate(parts):
        if place:
            play.settings, play.overrides, play.more = dict(usual), (), ()
            clone(play)
            build(play)
        failures += PARTS[part](play)
        if failures:
            _keep_logs(play)
        play.empty()
    return failures


def taking_all_away(play: Project) -> None:
    """Whatever happened, nothing of the project stays."""
    play.take_away()


def main(*parts: str) -> int:
    """Rehearses these of PARTS. Exit code: 0 when all was as it should be, and nothing was left behind."""
    if unknown := set(parts) - PARTS.keys():
        say(f"no part of the rehearsal: {', '.join(unknown)}; there are {', '.join(PARTS)}")
        return 2
    parts = parts or tuple(PARTS)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    play, failed = project(), list[str]()
    say(f"Rehearsal of docker-compose.yml as project {play.name}; all output goes to {play.log.relative_to(ROOT)}")
    try:
        failed = rehearse(play, parts)
    except FailedError as error:
        say(str(error))
        failed = ["it broke off"]
    except KeyboardInterrupt:
        failed = ["interrupted"]
    if failed and shutil.which("docker"):
        _keep_logs(play)
    if shutil.which("docker") and (left := tried(play, taking_all_away)):
        failed.append(left)
    seconds = time.monotonic() - play.started
    result = f"FAILED ({', '.join(failed)})" if failed else "sound"
    say(" · ".join((f"rehearsal: {result} after {seconds:.0f} s", *play.figures)))
    return 1 if failed else 0


def _keep_logs(play: Project) -> None:
    """What the containers said, before they are gone: to the log, and of those in trouble a few lines to the screen."""
    play.deadline = max(play.deadline, time.monotonic() + LOGS_SECONDS)
    try:
        play.run(*play.compose, "ps", "--all", seconds=LOGS_SECONDS)
        play.run(*play.compose, "logs", "--no-color", "--tail", "200", seconds=LOGS_SECONDS)
        for container in checks.containers(play):
            state = container["State"]
            if state["ExitCode"] or state.get("Health", {}).get("Status") == "unhealthy":
                service = container["Config"]["Labels"]["com.docker.compose.service"]
                said = play.ask(*play.compose, "logs", "--no-log-prefix", "--no-color", "--tail", "6", service)
                say(f"{service} ({state['Status']}, exit code {state['ExitCode']}): {said.strip()}")
    except FailedError as error:
        say(f"the containers' logs cannot be had: {error}")


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
