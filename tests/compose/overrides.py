"""deploy/compose: what goes together is, merged by compose, what each file of it says. Asks compose, starts nothing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from compose.checks import require
from compose.engine import Project

TOGETHER = (
    *(("mail",), ("public",), ("cluster",), ("quiet",), ("outside",)),
    *(("public", "mail"), ("mail", "public"), ("mail", "quiet"), ("public", "quiet"), ("public", "mail", "quiet")),
    *(("cluster", "mail"), ("cluster", "public", "cluster-public"), ("cluster", "cluster-quiet")),
    ("cluster", "public", "cluster-public", "mail", "cluster-quiet"),
    *(("mail", "outside"), ("outside", "mail"), ("public", "outside"), ("quiet", "outside")),
    ("public", "mail", "quiet", "outside"),
)
"""Each pair that deploy/README.md has together, alone and in company, in an order that it allows."""
ADDRESS, NAME = "192.0.2.1", "oseredok.example"
TOLD = {
    "OSEREDOK_NAME": NAME,
    "OSEREDOK_PUBLIC_ADDRESS": ADDRESS,
    "OSEREDOK_CERTIFICATES": "/etc/oseredok/certificates",
    "OSEREDOK_CERTIFICATES_GROUP": "20001",
    "OSEREDOK_SMTP_HOST": "mail.example",
    "OSEREDOK_SMTP_USER": "oseredok",
    "OSEREDOK_SMTP_PASSWORD_FILE": "/etc/oseredok/smtp-password",
    "OSEREDOK_MAIL_FROM": f"oseredok@{NAME}",
    "OSEREDOK_OUTSIDE": "/etc/oseredok/outside",
    "OSEREDOK_OUTSIDE_GROUP": "20000",
    "OSEREDOK_KAFKA_BOOTSTRAP": "kafka.example:9094",
    "OSEREDOK_DATABASE_HOST": "postgres.example",
}
BROKERS = ("kafka", "kafka-2", "kafka-3")


def overrides_go_together(project: Project) -> None:
    """Each broker is as open as public.yml has it, or closed as quiet.yml; where servers are others' none is ours."""
    for files in TOGETHER:
        told = replace(project, overrides=files, more=(), settings=project.settings | TOLD)
        parts = json.loads(told.ask(*told.compose, "--profile", "*", "config", "--format", "json"))["services"]
        require(("mailpit" in parts) is ("mail" not in files), f"{' + '.join(files)}: the catcher")
        wrong = [*_brokers(files, parts), *_ways_in(files, parts), *_told_to_publishers(files, parts)]
        require(not wrong, f"{' + '.join(files)}: {'; '.join(wrong)}")


def _brokers(files: tuple[str, ...], parts: dict[str, Any]) -> Iterator[str]:
    expected = 0 if "outside" in files else 3 if "cluster" in files else 1
    there = [name for name in BROKERS if name in parts]
    if len(there) != expected:
        yield f"these brokers are ours: {there}"
    if ("postgres" in parts) is ("outside" in files):
        yield "our PostgreSQL is there, or isn't, as it should not be"
    for name in there:
        certified = "CERTIFICATES" in parts[name]["environment"]
        mounted = "/certificates" in [volume["target"] for volume in parts[name]["volumes"]]
        grouped = TOLD["OSEREDOK_CERTIFICATES_GROUP"] in parts[name].get("group_add", [])
        if {certified, mounted, grouped} != {"public" in files}:
            yield f"{name} has certificates: {certified}, {mounted}, {grouped}"


def _ways_in(files: tuple[str, ...], parts: dict[str, Any]) -> Iterator[str]:
    """Who publishes something: all on loopback, but for the front door and each broker where it is public."""
    is_quiet, is_public = bool({"quiet", "cluster-quiet"} & set(files)), "public" in files
    taken = list[tuple[str, str]]()
    for name, part in parts.items():
        ports = part.get("ports", [])
        addresses = {port["host_ip"] for port in ports}
        taken += [(port["host_ip"], port["published"]) for port in ports]
        if name in ("front", *BROKERS):
            open_at = {"127.0.0.1", ADDRESS} if name == "front" else {ADDRESS}
            expected = set() if is_quiet else open_at if is_public else {"127.0.0.1"}
            if addresses != expected:
                yield f"{name} is published at {sorted(addresses)}"
        elif addresses - {"127.0.0.1"}:
            yield f"{name} is published at {sorted(addresses)}"
    if len(taken) != len(set(taken)):
        yield f"a port is published twice: {sorted(taken)}"


def _told_to_publishers(files: tuple[str, ...], parts: dict[str, Any]) -> Iterator[str]:
    """Where Kafka is, which must be where it listens."""
    told = parts["cli"]["environment"]["OSEREDOK_KAFKA_OUTSIDE"].split(",")
    listening = [parts[name]["environment"]["ADVERTISED_OUTSIDE"] for name in BROKERS if name in parts]
    if "outside" in files:
        listening = [TOLD["OSEREDOK_KAFKA_BOOTSTRAP"]]
    if told != (listening if "public" in files else listening[:1]):
        yield f"publishers are told of {told}, Kafka listens at {listening}"
