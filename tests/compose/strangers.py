"""Who should not get in, and where: a foreign container, the machine's own address, one service in another's place."""

import fcntl
import json
import socket
import struct
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from compose.checks import SERVICES, containers, require
from compose.engine import FailedError, Project

INSIDE = Path(__file__).parent / "inside"
LISTENED_AT = (1025, 3000, 5432, 8000, 8025, 8080, 8081, 8443, 9000, 9001, 9002, 9003, 9004, 9090, 9092, 9093, 9094)
"""Every port that some part listens at, inside."""
SIOCGIFADDR = 0x8915
"""Linux, netdevice(7)."""
SERVERS = ("postgres", "kafka", "front", "prometheus", "alertmanager", "grafana", "mailpit")
FOR_EVERY_SERVICE = {
    *("postgres:5432", "kafka:9092"),
    "kafka:9094",  # Kafka's port for publishers, which asks for a login as the other does
    *(f"{service}:{port}" for service in SERVICES for port in (8000, 9000)),
    *(f"front:{port}" for port in (8080, 8081, 8443, 9001, 9002, 9003, 9004)),
    "prometheus:9090",  # scrapes them by the network that all are in
}
"""What a service may reach, by its networks: what it needs, and what is in a network with it."""
OF_THEIR_OWN = {"notifications": {"mailpit:1025", "mailpit:8025"}}


def a_foreign_container_reaches_nothing(project: Project) -> None:
    """Of no part any port, from a container on Docker's own network; nor what is published, by Docker's address."""
    image = f"oseredok/cli:{project.settings['OSEREDOK_TAG']}"
    inside = [f"{address}:{port}" for address in _addresses(project) for port in LISTENED_AT]
    gateway = project.ask("docker", "network", "inspect", "bridge", "-f", "{{(index .IPAM.Config 0).Gateway}}").strip()
    published = [f"{gateway}:{port}" for port in _published(project)]
    words = ("docker", "run", "--rm", "-i", "--network", "bridge", "--entrypoint", "python", image, "-c")
    found = _told(project, words, (INSIDE / "knock.py").read_text(), json.dumps([*inside, *published]))
    require(not found, f"a foreign container reaches {', '.join(found)}")


def other_machines_reach_nothing(project: Project) -> None:
    """What is published listens on loopback, not on the machine's own address."""
    own, published = _own_addresses(), _published(project)
    require(own, "this machine has no address but loopback: nothing can be tried")
    require(published, "nothing is published: nothing can be tried")
    for address in own:
        for port in published:
            try:
                socket.create_connection((address, port), 1).close()
            except OSError:
                continue
            raise FailedError(f"{address}:{port} can be reached from other machines")


def one_service_can_do_nothing_in_another_s_place(project: Project) -> None:
    """With the credentials of each service nothing of another's is read or written, in Kafka and PostgreSQL; without
    any, or wrong ones, nothing at all.
    """
    access = tomllib.loads((project.checkout / "deploy" / "programme" / "access.toml").read_text())
    tried = 0
    for service in SERVICES:
        words = (*project.compose, "exec", "-T", service, "python", "-c", (INSIDE / "other.py").read_text())
        told = json.loads(
            project.ask(*words, given=json.dumps({"service": service, "publishers": [*access["publishers"]]}))
        )
        require(not told["found"], f"the service {service} can {', '.join(told['found'])}")
        tried += told["tried"]
    project.figures.append(f"{tried} acts in another's place were refused")


def the_machine_itself_is_asked_for_credentials(project: Project) -> None:
    """On loopback, where ports are published: Kafka, APIs and the operators' ports know nobody without."""
    names = ("", "KAFKA_", *(f"DESK_{service.upper()}_" for service in SERVICES))
    ports = {name: project.port(f"OSEREDOK_{name}PORT") for name in names}
    image = f"oseredok/cli:{project.settings['OSEREDOK_TAG']}"
    words = ("docker", "run", "--rm", "-i", "--network", "host", "--entrypoint", "python", image, "-c")
    found = _told(project, words, (INSIDE / "guest.py").read_text(), json.dumps(ports))
    require(not found, f"without credentials one can {', '.join(found)}")


def services_reach_what_they_need_only(project: Project) -> None:
    """Of all ports of all parts those that are stated, no fewer and no more; outside of the platform nothing."""
    knocked = [f"{part}:{port}" for part in (*SERVICES, *SERVERS) for port in LISTENED_AT]
    program, image = (INSIDE / "knock.py").read_text(), f"oseredok/cli:{project.settings['OSEREDOK_TAG']}"
    with _listening_outside(project) as outside:
        foreign = ("docker", "run", "--rm", "-i", "--network", "bridge", "--entrypoint", "python", image, "-c")
        reached = _told(project, foreign, program, json.dumps(outside))
        require(reached, "no container reaches an address of this machine: nothing can be tried")
        for service in SERVICES:
            own = (*project.compose, "exec", "-T", service, "python", "-c")
            found = set(_told(project, own, program, json.dumps([*knocked, *reached])))
            expected = FOR_EVERY_SERVICE | OF_THEIR_OWN.get(service, set())
            require(not found - expected, f"{service} reaches {sorted(found - expected)}")
            require(not expected - found, f"{service} does not reach {sorted(expected - found)}")


@contextmanager
def _listening_outside(project: Project) -> Iterator[list[str]]:
    """Somebody who listens at every address of this machine; those of them that are in no network of the project's.

    Of its own networks a container reaches the machine's end, too, and who listens there: nobody of ours does.
    """
    label = f"label=com.docker.compose.project={project.name}"
    ours = project.ask("docker", "network", "ls", "--quiet", "--filter", label).split()
    gateways = project.ask("docker", "network", "inspect", "-f", "{{range .IPAM.Config}}{{.Gateway}} {{end}}", *ours)
    with socket.create_server(("", 0), backlog=256) as server:
        port = server.getsockname()[1]
        yield [f"{address}:{port}" for address in _own_addresses() if address not in gateways.split()]


def _told(project: Project, words: tuple[str, ...], program: str, given: str) -> list[str]:
    told: list[str] = json.loads(project.ask(*words, program, given=given))
    return told


def _own_addresses() -> list[str]:
    """IPv4 addresses of this machine's interfaces, without loopback."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        for _, name in socket.if_nameindex():
            with suppress(OSError):  # an interface without an address
                told = fcntl.ioctl(asking.fileno(), SIOCGIFADDR, struct.pack("256s", name.encode()))
                found.append(socket.inet_ntoa(told[20:24]))
    return [address for address in found if not address.startswith("127.")]


def _addresses(project: Project) -> list[str]:
    networks = [container["NetworkSettings"]["Networks"].values() for container in containers(project)]
    return sorted({network["IPAddress"] for of_one in networks for network in of_one} - {""})


def _published(project: Project) -> list[int]:
    ports = [(container["HostConfig"]["PortBindings"] or {}).values() for container in containers(project)]
    return sorted({int(binding["HostPort"]) for of_one in ports for bindings in of_one for binding in bindings})
