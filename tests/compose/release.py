"""The next release, as an operator meets it: pulled into the checkout, and then to run in place of the one of now."""

import json

from compose.checks import SERVICES, get, require, until
from compose.engine import Project

VERSION = "9.9.9"
RULE = """\
groups:
  - name: rehearsed
    rules: [{record: "rehearsed:up:count", expr: count(up)}]
"""
FILES = {
    "shared/plumbing/oseredok_plumbing/migrations/0999_rehearsed.sql": (
        "ALTER TABLE audit ADD COLUMN IF NOT EXISTS rehearsed text;\n"
    ),
    "deploy/prometheus/rules/rehearsed.yml": RULE,
}
"""What it has besides: a migration for each schema, a rule."""
CHANGES = {
    "deploy/caddy/Caddyfile": ("respond 200", "respond rehearsed 200"),
    "deploy/alertmanager/alertmanager.yml": ("group_by: [job, alertname]", "group_by: [alertname, job]"),
}
"""What it has otherwise: another answer at the door, another grouping of alerts."""
TAKEN = {
    "the front door": ("OSEREDOK_PORT", "/healthz", b"rehearsed"),
    "Prometheus": ("OSEREDOK_PROMETHEUS_PORT", "/api/v1/rules", b"rehearsed:up:count"),
    "Alertmanager": ("OSEREDOK_ALERTMANAGER_PORT", "/api/v2/status", b"- alertname\\n  - job"),
}
"""Who shows it where, by which word."""


def pull(project: Project) -> None:
    """As `git pull` would, with the version that CI would name. Raises FailedError when a file is not what it was."""
    project.settings["OSEREDOK_VERSION"] = VERSION
    for file, text in FILES.items():
        (project.checkout / file).write_text(text)
    for file, (before, after) in CHANGES.items():
        path = project.checkout / file
        require(before in path.read_text(), f"{file} has no {before}")
        path.write_text(path.read_text().replace(before, after))


def runs(project: Project) -> None:
    """One copy of each service, of the new version; every schema is expanded; the servers took their files."""
    status = (*project.compose, "run", "--rm", "-T", "cli", "status", "--json")
    services = json.loads(project.ask(*status))["services"]
    told = {service["name"]: (service["version"], service["copies"]) for service in services}
    require(told == dict.fromkeys(SERVICES, (VERSION, 1)), f"status tells of {told}")
    query = "SELECT count(*) FROM information_schema.columns WHERE table_name = 'audit' AND column_name = 'rehearsed'"
    psql = ("exec", "-T", "postgres", "psql", "--username", "postgres", "--tuples-only", "--no-align", "oseredok")
    schemas = int(project.ask(*project.compose, *psql, "--command", query))
    require(schemas == len(SERVICES), f"{schemas} schemas are expanded")
    until(lambda: not _old(project), lambda: f"with their old files: {', '.join(_old(project))}")


def _old(project: Project) -> list[str]:
    return [who for who, (port, path, word) in TAKEN.items() if word not in get(project.port(port), path)[1]]
