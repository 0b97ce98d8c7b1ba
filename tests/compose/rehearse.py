"""make rehearse: docker-compose.yml, as an operator would use it, from building the images to taking all away again.

The project has a name and ports of its own, so that a platform which runs here is left alone. Standard library only:
nothing needs to be installed. The last line is the summary. Exit code 0 when everything was as it should be.
"""

import hashlib
import os
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from compose import checks, cluster, life, mailing, outside, overrides, public, readme, strangers, world
from compose.engine import FailedError, Project, say
from compose.prepare import build, clone, prepare
from support.ports import REHEARSALS, free_ports

ROOT = Path(__file__).resolve().parents[2]
SECONDS_MAX = 5400.0
"""Limits here are for what hangs: on a quiet machine each part is a matter of a few minutes."""
LOGS_SECONDS = 60.0
LOAD_SECONDS = 20.0
"""Into the demonstration, when it publishes."""
PORTS = (
    *(f"OSEREDOK_{part}PORT" for part in ("", "TLS_", "KAFKA_", "KAFKA_2_", "KAFKA_3_")),
    *(f"OSEREDOK_{part}_PORT" for part in ("PROMETHEUS", "ALERTMANAGER", "GRAFANA", "MAIL")),
    *(f"OSEREDOK_DESK_{service.upper()}_PORT" for service in checks.SERVICES),
)
MEBIBYTES = {"B": 1 / 1024**2, "KiB": 1 / 1024, "MiB": 1.0, "GiB": 1024.0}

AFTER_UP: Sequence[Callable[[Project], None]] = (
    overrides.overrides_go_together,
    checks.every_container_is_closed,
    checks.only_loopback_is_published,
    checks.no_secret_is_in_an_environment,
    checks.a_part_reads_its_own_secrets_only,
    checks.an_image_holds_one_service,
    checks.images_are_small_and_labelled,
    checks.the_front_door_leads_everywhere,
    checks.operators_have_ports_of_their_own,
    checks.a_second_up_changes_nothing,
    checks.a_wrong_setting_is_told_before_anything_stops,
    strangers.a_foreign_container_reaches_nothing,
    strangers.other_machines_reach_nothing,
    strangers.the_machine_itself_is_asked_for_credentials,
    strangers.one_service_can_do_nothing_in_another_s_place,
    strangers.services_reach_what_they_need_only,
)
AFTER_DEMO: Sequence[Callable[[Project], None]] = (
    checks.a_publisher_is_let_in_and_shut_out,  # afterwards: its event is in the figures
    checks.prometheus_watches_all_services,
    checks.the_ledger_is_visible_in_prometheus,
    checks.every_panel_has_data,
    checks.nothing_critical_fires,
)
IN_CLUSTER: Sequence[Callable[[Project], None]] = (
    cluster.every_topic_has_three_replicas,
    cluster.the_command_sees_every_copy,
    cluster.nothing_is_lost_while_parts_die,
    checks.the_ledger_is_visible_in_prometheus,
)

IN_PUBLIC: Sequence[Callable[[Project], None]] = (
    checks.every_container_is_closed,
    checks.no_secret_is_in_an_environment,
    public.nothing_else_is_open,
    public.the_front_door_shows_its_certificate,
    public.who_comes_without_tls_is_sent_to_it,
    mailing.the_mail_server_is_a_strict_one,
    public.kafka_is_open_over_tls_only,
    mailing.invitations_arrive_at_the_mail_server,
    public.an_event_is_taken_over_https,
    mailing.a_wrong_password_loses_nothing,
    public.renewed_certificates_are_served_after_a_restart,
    mailing.the_doctor_finds_nothing,
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


def memory(play: Project, when: str) -> None:
    """Notes how many containers run and what they hold together (MiB); each part's share goes to the log."""
    names = [container["Id"] for container in checks.containers(play) if container["State"]["Running"]]
    rows = play.ask_json("docker", "stats", "--no-stream", "--format", "json", *names)
    held = {row["Name"]: re.match(r"([\d.]+)([A-Za-z]+)", row["MemUsage"]) for row in rows}
    sizes = {name: float(found[1]) * MEBIBYTES[found[2]] for name, found in held.items() if found}
    say(f"    memory {when}: " + ", ".join(f"{name} {size:.0f}" for name, size in sorted(sizes.items())) + " MiB")
    play.figures.append(f"{len(rows)} containers held {sum(sizes.values()):,.0f} MiB {when}")


def up(play: Project) -> None:
    """The whole platform. Raises FailedError when it does not come up."""
    with play.step(" + ".join(["docker compose up --detach --wait", *play.overrides])):
        words = (*play.compose, "up", "--detach", "--wait", "--wait-timeout", "840")
        play.run(*words, seconds=900, what="docker compose up --wait")


def alone(play: Project) -> list[str]:
    """docker-compose.yml as it stands."""
    up(play)
    memory(play, "at rest")
    return _all(play, (*AFTER_UP, the_demonstration_agrees, *AFTER_DEMO))


def lived(play: Project) -> list[str]:
    """The life that deploy/README.md tells of, command by command."""
    return _all(play, (life.every_command_of_the_readme_does_what_it_says,))


def clustered(play: Project) -> list[str]:
    """deploy/compose/cluster.yml."""
    up(play)
    readme.follow(play, readme.TO_THREE_BROKERS)
    play.overrides = ("cluster",)
    memory(play, "as a cluster")
    return _all(play, IN_CLUSTER)


def on_own_servers(play: Project) -> list[str]:
    """deploy/compose/outside.yml: the demonstration before the move to it, and again after, by the same figures."""
    up(play)
    with outside.own_servers(play) as own:

        def nothing_of_ours_stands_in_for_them(play: Project) -> None:
            outside.nothing_of_ours_stands_in_for_them(play, own)

        moved = (the_demonstration_agrees, outside.all_of_it_moves, the_demonstration_agrees)
        return _all(
            play, (*moved, nothing_of_ours_stands_in_for_them, outside.somebody_new_is_let_in, nothing_is_wrong)
        )


def nothing_is_wrong(play: Project) -> None:
    """The doctor's word."""
    play.ask(*play.compose, "run", "--rm", "-T", "cli", "doctor")


def in_public(play: Project) -> list[str]:
    """deploy/compose/public.yml and mail.yml."""
    world.make(play)
    up(play)
    return _all(play, IN_PUBLIC)


PARTS = {"alone": alone, "life": lived, "cluster": clustered, "outside": on_own_servers, "public": in_public}


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


def the_demonstration_agrees(play: Project) -> None:
    """`docker compose run --rm demo` ends with the report, and with exit code 0."""
    with play.beside(*play.compose, "run", "--rm", "--no-deps", "demo", seconds=900, what="the demonstration"):
        time.sleep(LOAD_SECONDS)
        memory(play, "under load")


def _all(play: Project, checks_: Sequence[Callable[[Project], None]]) -> list[str]:
    return [failure for check in checks_ if (failure := _try(play, check))]


def _try(play: Project, check: Callable[[Project], None]) -> str:
    """What a check said, nothing when all is well: the others are told of too."""
    try:
        with play.step(check.__name__.replace("_", " ")):
            check(play)
    except FailedError as error:
        say(str(error))
        return check.__name__.replace("_", " ")
    return ""


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
    if shutil.which("docker") and (left := _try(play, taking_all_away)):
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
