"""What a rehearsal plays: docker-compose.yml and what is put on top of it, each part with what must be true in it."""

import re
import time
from collections.abc import Callable, Sequence

from compose import checks, cluster, life, mailing, outside, overrides, public, readme, strangers, world
from compose.engine import FailedError, Project, say

LOAD_SECONDS = 20.0
"""Into the demonstration, when it publishes."""
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
    return all_of(play, (*AFTER_UP, the_demonstration_agrees, *AFTER_DEMO))


def lived(play: Project) -> list[str]:
    """The life that deploy/README.md tells of, command by command."""
    return all_of(play, (life.every_command_of_the_readme_does_what_it_says,))


def clustered(play: Project) -> list[str]:
    """deploy/compose/cluster.yml."""
    up(play)
    readme.follow(play, readme.TO_THREE_BROKERS)
    play.overrides = ("cluster",)
    memory(play, "as a cluster")
    return all_of(play, IN_CLUSTER)


def on_own_servers(play: Project) -> list[str]:
    """deploy/compose/outside.yml: the demonstration before the move to it, and again after, by the same figures."""
    up(play)
    with outside.own_servers(play) as own:

        def nothing_of_ours_stands_in_for_them(play: Project) -> None:
            outside.nothing_of_ours_stands_in_for_them(play, own)

        moved = (the_demonstration_agrees, outside.all_of_it_moves, the_demonstration_agrees)
        return all_of(
            play, (*moved, nothing_of_ours_stands_in_for_them, outside.somebody_new_is_let_in, nothing_is_wrong)
        )


def nothing_is_wrong(play: Project) -> None:
    """The doctor's word."""
    play.ask(*play.compose, "run", "--rm", "-T", "cli", "doctor")


def in_public(play: Project) -> list[str]:
    """deploy/compose/public.yml and mail.yml."""
    world.make(play)
    up(play)
    return all_of(play, IN_PUBLIC)


def the_demonstration_agrees(play: Project) -> None:
    """`docker compose run --rm demo` ends with the report, and with exit code 0."""
    with play.beside(*play.compose, "run", "--rm", "--no-deps", "demo", seconds=900, what="the demonstration"):
        time.sleep(LOAD_SECONDS)
        memory(play, "under load")


def all_of(play: Project, checks_: Sequence[Callable[[Project], None]]) -> list[str]:
    """What was wrong, by the checks' names."""
    return [failure for check in checks_ if (failure := tried(play, check))]


def tried(play: Project, check: Callable[[Project], None]) -> str:
    """What a check said, nothing when all is well: the others are told of too."""
    try:
        with play.step(check.__name__.replace("_", " ")):
            check(play)
    except FailedError as error:
        say(str(error))
        return check.__name__.replace("_", " ")
    return ""


PARTS = {"alone": alone, "life": lived, "cluster": clustered, "outside": on_own_servers, "public": in_public}
