"""The cluster under load: while the demonstration publishes, a broker and a copy of each service die, and all copies
are started anew. Its own count of every event, figure and mail is the judge.
"""

import json
import os
import signal
import time
from typing import Any

from compose.checks import SERVICES, containers, get, require, until
from compose.engine import Project

DESCRIBE = """
cat > /tmp/admin <<END
security.protocol=SASL_PLAINTEXT
sasl.mechanism=SCRAM-SHA-512
sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="admin" \\
  password="$(< /run/secrets/kafka-admin)";
END
/opt/kafka/bin/kafka-topics.sh --bootstrap-server kafka:9092 --command-config /tmp/admin --describe
"""
HEALTHY_SECONDS_MAX = 240.0
POLL_SECONDS = 1.0


def nothing_is_lost_while_parts_die(project: Project) -> None:
    """The demonstration exits with 0: the ledger adds up, figures and mails are exact."""
    demo = (*project.compose, "run", "--rm", "--no-deps", "demo")
    with project.beside(*demo, seconds=1200, what="the demonstration in the cluster"):
        until(lambda: _received(project) > 0, lambda: "the demonstration does not begin to publish")
        with project.step("a broker is killed"):
            project.run("docker", "kill", _copies(project, "kafka-2")[0]["Id"], seconds=60)
        for service in SERVICES:
            with project.step(f"a copy of {service} is killed"):
                _kill(project, service)
        with project.step("the broker comes again"):
            project.run("docker", "start", _copies(project, "kafka-2")[0]["Id"], seconds=60)
        for service in SERVICES:
            with project.step(f"the copies of {service} are started anew, one after the other"):
                for copy in _copies(project, service):
                    project.run("docker", "restart", "--timeout", "30", copy["Id"], seconds=90)
                    _until_healthy(project, service)
        with project.step("an operator ends what the killed copy of notifications left unknown"):
            _end_what_is_unknown(project)


def _end_what_is_unknown(project: Project) -> None:
    """As the runbook says: what the mail server has was sent, what it hasn't is sent again."""
    words = (*project.compose, "run", "--rm", "-T", "cli", "deliveries")
    unknown = json.loads(project.ask(*words, "list", "--json"))
    _, body = get(project.port("OSEREDOK_MAIL_PORT"), "/api/v1/messages?limit=20000")
    caught = {message["MessageID"] for message in json.loads(body)["messages"]}
    for resolution, has in (("sent", True), ("again", False)):
        those = [row["delivery"] for row in unknown if (row["message_id"].strip("<>") in caught) is has]
        if those:
            why = f"the mail server {'has' if has else 'never had'} it"
            project.ask(*words, "resolve", *those, "--as", resolution, "--why", why)
    project.figures.append(f"mails left unknown by a kill, and ended by an operator: {len(unknown)}")


def every_topic_has_three_replicas(project: Project) -> None:
    """So that one broker may be lost, and another be away."""
    told = project.ask(*project.compose, "exec", "-T", "kafka", "bash", "-s", given=DESCRIBE)
    rows = [line for line in told.splitlines() if "ReplicationFactor" in line]
    few = [line.split("\t")[0] for line in rows if "ReplicationFactor: 3" not in line]
    require(rows, "there are no topics")
    require(not few, f"without three replicas: {', '.join(few)}")


def the_command_sees_every_copy(project: Project) -> None:
    """`status` tells of two of each service, all at work; `doctor` finds nothing wrong with any."""
    words = (*project.compose, "run", "--rm", "-T", "cli")
    told = {one["name"]: one["copies"] for one in json.loads(project.ask(*words, "status", "--json"))["services"]}
    require(told == dict.fromkeys(SERVICES, 2), f"status tells of these copies: {told}")
    project.ask(*words, "doctor")


def _received(project: Project) -> int:
    _, body = get(project.port("OSEREDOK_PORT"), "/api/events/v1/ledger")
    return sum(row["received"] for row in json.loads(body)["publishers"])


def _copies(project: Project, service: str) -> list[dict[str, Any]]:
    label = "com.docker.compose.service"
    return [container for container in containers(project) if container["Config"]["Labels"][label] == service]


def _kill(project: Project, service: str) -> None:
    """As a crash would: its restart policy starts it anew, which it doesn't after `docker kill`."""
    victim = _copies(project, service)[0]
    os.kill(int(victim["State"]["Pid"]), signal.SIGKILL)
    _until_healthy(project, service, victim["State"]["StartedAt"])


def _until_healthy(project: Project, service: str, not_since: str = "") -> None:
    deadline = time.monotonic() + HEALTHY_SECONDS_MAX
    while True:
        states = [copy["State"] for copy in _copies(project, service)]
        fresh = not_since not in [state["StartedAt"] for state in states] or not not_since
        if fresh and all(state.get("Health", {}).get("Status") == "healthy" for state in states):
            return
        require(time.monotonic() < deadline, f"{service} does not come up again")
        time.sleep(POLL_SECONDS)
