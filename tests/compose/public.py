"""deploy/compose/public.yml: what is open to other machines, what isn't, and certificates that are renewed."""

import re
import socket
from collections.abc import Iterator

from compose.abroad import DOORS, NAME, publish_over_kafka
from compose.checks import FOR_OPERATORS, FOR_PEOPLE, containers, require, until
from compose.engine import FailedError, Project
from compose.world import abroad, give_certificates, let_in

RESTART_SECONDS = 240.0
FOR_OPERATORS_MIN = 9
"""Ports on loopback: the front door's two, the services' four, Prometheus, Alertmanager, Grafana."""


def the_front_door_shows_its_certificate(project: Project) -> None:
    """Pages and APIs come over TLS, verified by authority and name; what is for operators is not there."""
    for path in FOR_PEOPLE:
        answer = abroad(project).ask(path)
        require(answer.status == 200, f"the front door answers {answer.status} to {path}")
    for path in FOR_OPERATORS:
        answer = abroad(project).ask(path)
        require(answer.status == 404, f"the front door answers {answer.status} to {path}, which is for operators")


def who_comes_without_tls_is_sent_to_it(project: Project) -> None:
    """Port 80 answers nothing but where the same page is over TLS."""
    for path in ("/", "/libraries?kind=pilot", "/api/events/v1/ledger", "/metrics"):
        answer = abroad(project).ask_plainly(path)
        require(
            (answer.status, answer.location) == (301, f"https://{NAME}{path}"),
            f"port 80 answers {answer.status} to {path}, and leads to {answer.location or 'nowhere'}",
        )


def nothing_else_is_open(project: Project) -> None:
    """At the public address listen the front door and Kafka; all that is for operators is on loopback."""
    address = project.settings["OSEREDOK_PUBLIC_ADDRESS"]
    found = {(int(port), to) for host, port, to in _published(project) if host == address}
    expected = {(DOORS["http"], "8081/tcp"), (DOORS["tls"], "8443/tcp"), (DOORS["kafka"], "9094/tcp")}
    require(found == expected, f"published at the public address: {sorted(found)}")
    others = [(host, int(port)) for host, port, _ in _published(project) if host != address]
    require(all(host == "127.0.0.1" for host, _ in others), f"published besides: {others}")
    require(len(others) >= FOR_OPERATORS_MIN, f"for operators there are only {others}")
    for _, port in others:
        try:
            socket.create_connection((address, port), 1).close()
        except OSError:
            continue
        raise FailedError(f"port {port}, which is for operators, is open at the public address")


def _published(project: Project) -> Iterator[tuple[str, str, str]]:
    """Address, port, and the port inside."""
    for container in containers(project):
        for inside, bindings in (container["HostConfig"]["PortBindings"] or {}).items():
            for binding in bindings:
                yield binding["HostIp"], binding["HostPort"], inside


def kafka_is_open_over_tls_only(project: Project) -> None:
    """A new publisher is told of TLS; what it sends is taken where Kafka was verified, and gets nowhere otherwise."""
    publisher = let_in(project, "by-kafka")
    told = {name: publisher.handed[name] for name in ("KAFKA", "SECURITY", "URL")}
    expected = {"KAFKA": f"{NAME}:{DOORS['kafka']}", "SECURITY": "SASL_SSL", "URL": f"https://{NAME}/api/events"}
    require(told == expected, f"a new publisher is told {told}")
    event = publisher.planned("over-kafka")
    found = publish_over_kafka(project, publisher, event)
    require(not found["verified"], f"over TLS Kafka takes no event: {found['verified']}")
    require(found["plain"], "Kafka takes an event without TLS at the public address")
    require(found["unverified"], "the publisher's client takes a certificate that nobody knows")
    until(lambda: publisher.verdict(event) == "accepted", lambda: f"of the event {publisher.verdict(event)} is known")


def an_event_is_taken_over_https(project: Project) -> None:
    """By the address and the token that a new publisher was handed; without the token it is refused."""
    publisher = let_in(project, "by-https")
    event = publisher.first
    refused = publisher.abroad.ask(publisher.path("/v1/intake"), event=event)
    require(refused.status == 401, f"an event without a token is answered {refused.status}")
    until(lambda: publisher.publish(event).status == 200, lambda: f"it is answered {publisher.publish(event)}")
    until(lambda: publisher.verdict(event) == "accepted", lambda: f"of the event {publisher.verdict(event)} is known")


def renewed_certificates_are_served_after_a_restart(project: Project) -> None:
    """By the command that public.yml names; the serial number tells one from the other."""
    text = (project.checkout / "deploy" / "compose" / "public.yml").read_text()
    command = re.search(r"docker compose restart[ a-z]+", text)
    require(command, "public.yml names no command for certificates that were renewed")
    before = {door: abroad(project).serial(door) for door in ("tls", "kafka")}
    give_certificates(project)
    if command:
        project.run(*command[0].split(), seconds=RESTART_SECONDS, what=command[0])
    until(lambda: _renewed(project, before), lambda: f"one of these is still shown: {before}")
    after = {abroad(project).serial(door) for door in before}
    require(len(after) == 1, f"the front door and Kafka show different certificates: {after}")


def _renewed(project: Project, before: dict[str, str]) -> bool:
    try:
        return all(abroad(project).serial(door) != serial for door, serial in before.items())
    except FailedError:
        return False
