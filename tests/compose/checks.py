"""What must be true of the running platform, each check a sentence. They raise FailedError, which says what is not."""

import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from compose.engine import FailedError, Project
from compose.publisher import let_in
from watched import panels

SERVICES = ("registry", "events", "notifications", "metrics")
FOR_PEOPLE = (
    *("/", "/healthz", "/libraries", "/calendar", "/deliveries", "/figures", "/contract", "/contract/openapi.json"),
    *(f"/api/{service}/openapi.json" for service in SERVICES),
)
FOR_OPERATORS = ("/metrics", *(f"/api/{service}/{name}" for service in SERVICES for name in ("metrics", "readyz")))
READS = {
    **{service: {f"postgres-oseredok_{service}", f"kafka-oseredok-{service}"} for service in SERVICES},
    "postgres": {"postgres-postgres"},
    "kafka": {"kafka-admin", "kafka-cluster"},
    "grafana": {"grafana-admin"},
    "alertmanager": set[str](),
}
"""What each part that goes on running may read of all secrets; and notifications what it signs with."""
READS["notifications"].add("notifications-unsubscribe")
ANSWER_SECONDS_MAX = 30.0
SCRAPE_SECONDS_MAX = 180.0
ALERTS_MIN = 25
IMAGE_BYTES_MAX = 250_000_000
LABELS = ("title", "description", "version", "revision", "base.name")


def require(truth: object, otherwise: str) -> None:
    """Raises FailedError saying what is otherwise."""
    if not truth:
        raise FailedError(otherwise)


def get(port: int, path: str) -> tuple[int, bytes]:
    """Status and body of an answer on loopback."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=ANSWER_SECONDS_MAX) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()
    except OSError as error:
        raise FailedError(f"127.0.0.1:{port}{path} does not answer: {error}") from error


def containers(project: Project) -> list[dict[str, Any]]:
    """What the engine knows of each container of the project, ended jobs too."""
    names = project.ask(*project.compose, "ps", "--all", "--quiet").split()
    told: list[dict[str, Any]] = json.loads(project.ask("docker", "inspect", *names)) if names else []
    return told


def every_container_is_closed(project: Project) -> None:
    """Read-only root, no capability, no new privileges, not root, bounds on memory and processes."""
    for container in containers(project):
        name, host = container["Name"].lstrip("/"), container["HostConfig"]
        allowed = {"NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE"} if "-front-" in name else set()
        require(host["ReadonlyRootfs"], f"{name}: its root can be written")
        require(host["CapDrop"] == ["ALL"], f"{name} keeps capabilities")
        require(set(host["CapAdd"] or []) <= allowed, f"{name} has {host['CapAdd']}")
        require("no-new-privileges:true" in host["SecurityOpt"], f"{name} may gain privileges")
        require(container["Config"]["User"].split(":")[0] not in ("", "0", "root"), f"{name} runs as root")
        require(host["Memory"] and host["PidsLimit"], f"{name} is not bounded")


def only_loopback_is_published(project: Project) -> None:
    """Nothing of the platform listens on the machine's own addresses."""
    for container in containers(project):
        for bindings in (container["HostConfig"]["PortBindings"] or {}).values():
            for binding in bindings:
                require(binding["HostIp"] == "127.0.0.1", f"{container['Name']} is published on {binding}")


def no_secret_is_in_an_environment(project: Project) -> None:
    """Passwords and tokens come by file: an environment is shown by `docker inspect` and inherited by children."""
    for container in containers(project):
        for variable in container["Config"]["Env"]:
            name, _, value = variable.partition("=")
            secret = any(word in name for word in ("PASSWORD", "TOKEN", "SECRET", "KEY")) and name != "GPG_KEY"
            require(not secret or value.startswith("/"), f"{container['Name']}: {name} is no file")


def a_part_reads_its_own_secrets_only(project: Project) -> None:
    """Of all secrets in the volume, each server and each service opens those that its group was given."""
    program = 'cd "$0" && for file in *; do if cat "$file" > /dev/null 2>&1; then echo "$file"; fi; done'
    seen = set[str]()
    for container in containers(project):
        part = container["Config"]["Labels"]["com.docker.compose.service"]
        places = [mount["Destination"] for mount in container["Mounts"] if mount.get("Name", "").endswith("_secrets")]
        if container["State"]["Running"] and places:
            require(part in READS, f"{part} mounts the secrets, and nothing is said of what it may read")
            readable = set(project.ask("docker", "exec", container["Id"], "sh", "-c", program, places[0]).split())
            require(readable == READS[part], f"{part} can read {sorted(readable)}, not {sorted(READS[part])}")
            seen.add(part)
    require(seen == set(READS), f"these do not run with the secrets: {sorted(set(READS) - seen)}")


def an_image_holds_one_service(project: Project) -> None:
    """No image can import another service, the operator's command, or what only tests need."""
    for service in SERVICES:
        others = [f"oseredok_{other}" for other in (*SERVICES, "cli") if other != service]
        names = json.dumps([*others, "pytest", "mypy", "setuptools"])
        program = f"import importlib.util as u;print(*[n for n in {names} if u.find_spec(n)])"
        found = project.ask(*project.compose, "exec", "-T", service, "python", "-c", program).split()
        require(not found, f"the image of {service} holds {', '.join(found)}")


def images_are_small_and_labelled(project: Project) -> None:
    """Each tells what it is, of which version and commit, made from what; none is larger than it has to be."""
    tag = project.settings["OSEREDOK_TAG"]
    for name in (*SERVICES, "cli"):
        (image,) = json.loads(project.ask("docker", "image", "inspect", f"oseredok/{name}:{tag}"))
        labels = image["Config"]["Labels"]
        lacking = [label for label in LABELS if not labels.get(f"org.opencontainers.image.{label}")]
        require(not lacking, f"the image of {name} has no label {', '.join(lacking)}")
        require(image["Size"] <= IMAGE_BYTES_MAX, f"the image of {name} has {image['Size'] / 1e6:.0f} MB")


def the_front_door_leads_everywhere(project: Project) -> None:
    """Every page and API answers under the one address; the ports for operators are not there."""
    port = project.port("OSEREDOK_PORT")
    for path in FOR_PEOPLE:
        status, _ = get(port, path)
        require(status == 200, f"the front door answers {status} to {path}")
    for path in FOR_OPERATORS:
        status, _ = get(port, path)
        require(status == 404, f"the front door answers {status} to {path}, which is for operators")


def operators_have_ports_of_their_own(project: Project) -> None:
    """On loopback, by service: the page, health, and an API that wants a token."""
    for service in SERVICES:
        port = project.port(f"OSEREDOK_DESK_{service.upper()}_PORT")
        answers = {path: get(port, path)[0] for path in ("/quarantine", "/readyz", "/metrics", "/v1/quarantine")}
        expected = {"/quarantine": 200, "/readyz": 200, "/metrics": 200, "/v1/quarantine": 401}
        require(answers == expected, f"the operators' port of {service} answers {answers}")


def a_publisher_is_let_in_and_shut_out(project: Project) -> None:
    """With one command each, as deploy/README.md has them: its first event is taken, and then refused."""
    publisher = let_in(project, "rehearsal")
    until(lambda: publisher.post() == 200, lambda: f"a new publisher's first event is answered {publisher.post()}")
    command = (*project.compose, "run", "--rm", "-T", "cli", "access")
    project.ask(*command, "suspend", "rehearsal")
    until(lambda: publisher.post() == 403, lambda: f"a suspended publisher is answered {publisher.post()}")
    left = project.ask(*command, "apply", "--dry-run")
    require("as the table of topics" in left, f"access apply would still change: {left}")


def a_wrong_setting_is_told_before_anything_stops(project: Project) -> None:
    """By the look that deploy/README.md wants after a change of .env; `up` would have stopped what runs by then."""
    before, file = _births(project), project.checkout / ".env"
    file.write_text("OSEREDOK_TRACES_SAMPLE=2\n")
    try:
        told = project.ask(*project.compose, "run", "--rm", "-T", "secrets")
    except FailedError as error:
        told = str(error)
    finally:
        file.unlink()
    require("OSEREDOK_TRACES_SAMPLE" in told, f"of a wrong value this is said: {told}")
    require(_births(project) == before, "a look at .env started services anew")


def a_second_up_changes_nothing(project: Project) -> None:
    """`up --wait` succeeds again, although all jobs have ended, and starts no service anew."""
    before = _births(project)
    up = (*project.compose, "up", "--detach", "--wait", "--wait-timeout", "400")
    project.run(*up, seconds=450, what="the second up")
    require(_births(project) == before, "a second `up` started services anew")


def _births(project: Project) -> dict[str, str]:
    running = [container for container in containers(project) if container["State"]["Running"]]
    return {container["Name"]: container["State"]["StartedAt"] for container in running}


def prometheus_watches_all_services(project: Project) -> None:
    """Every service is scraped, every rule is loaded and evaluated without an error."""

    def unseen() -> str:
        targets = _prometheus(project, "/api/v1/targets?state=active")["activeTargets"]
        up = {target["labels"]["job"] for target in targets if target["health"] == "up"}
        return ", ".join(sorted(set(SERVICES) - up))

    until(lambda: not unseen(), lambda: f"Prometheus does not reach {unseen()}")
    groups = _prometheus(project, "/api/v1/rules")["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    alerts = [rule for rule in rules if rule["type"] == "alerting"]
    require(len(alerts) >= ALERTS_MIN, f"Prometheus has {len(alerts)} alerts loaded")
    bad = [rule["name"] for rule in rules if rule["health"] == "err"]
    require(not bad, f"these rules cannot be evaluated: {', '.join(bad)}")


def the_ledger_is_visible_in_prometheus(project: Project) -> None:
    """What Prometheus has of each publisher is what events' ledger says."""
    _, body = get(project.port("OSEREDOK_PORT"), "/api/events/v1/ledger")
    ledger = {row["name"]: row["received"] for row in json.loads(body)["publishers"]}
    require(sum(ledger.values()), "the ledger of events is empty")
    query = 'sum by (publisher) (max by (publisher, way) (oseredok_intake_received_total{job="events"}))'

    def seen() -> dict[str, int]:
        rows = _query(project, query)
        return {row["metric"]["publisher"]: int(row["value"][1]) for row in rows}

    def agrees() -> bool:
        known = seen()
        return all(known.get(publisher) == received for publisher, received in ledger.items())

    until(agrees, lambda: f"Prometheus has {seen()}, the ledger {ledger}")


def every_panel_has_data(project: Project) -> None:
    """Of every dashboard, from the Prometheus that scraped the demonstration."""
    url = f"http://127.0.0.1:{project.port('OSEREDOK_PROMETHEUS_PORT')}"
    without = panels.empty(url)
    require(not without, "without data: " + "; ".join(without))


def nothing_critical_fires(project: Project) -> None:
    """After a season with malformed events, nothing is lost and nothing stands still."""
    firing = _query(project, 'ALERTS{alertstate="firing", severity="critical"}')
    require(not firing, f"alerts: {', '.join(row['metric']['alertname'] for row in firing)}")


def _query(project: Project, expression: str) -> list[dict[str, Any]]:
    query = urllib.parse.urlencode({"query": expression})
    rows: list[dict[str, Any]] = _prometheus(project, f"/api/v1/query?{query}")["result"]
    return rows


def _prometheus(project: Project, path: str) -> Any:
    status, body = get(project.port("OSEREDOK_PROMETHEUS_PORT"), path)
    require(status == 200, f"Prometheus answers {status} to {path}")
    return json.loads(body)["data"]


def until(true: Callable[[], bool], otherwise: Callable[[], str]) -> None:
    """Waits for the truth of it, for a few scrapes' time. Raises FailedError saying what is otherwise."""
    deadline = time.monotonic() + SCRAPE_SECONDS_MAX
    while not true():
        require(time.monotonic() < deadline, otherwise())
        time.sleep(2)
