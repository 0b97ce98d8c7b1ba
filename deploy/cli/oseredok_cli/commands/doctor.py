"""doctor: what is wrong, and the cure."""

import sys
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Annotated

from cyclopts import App, Parameter, validators
from rich.console import Console
from rich.markup import escape

from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, busy, tell
from oseredok_cli.doctor.examine import Limits, examine
from oseredok_cli.doctor.finding import Finding

console = Console(highlight=False, soft_wrap=True)
SIGNS = {"ok": "[green]✓[/]", "wrong": "[red]✗[/]", "unknown": "[yellow]?[/]"}


def register(app: App) -> None:
    """Adds the command."""
    app.command(doctor)


def doctor(
    *,
    everything: Annotated[bool, Parameter(name="--all", negative="")] = False,
    disk_free_min: Annotated[float, Parameter(validator=validators.Number(gte=0, lte=100))] = 10.0,
    certificate_days_min: Annotated[float, Parameter(validator=validators.Number(gte=0))] = 14.0,
    as_json: AsJson = False,
) -> None:
    """Find what is wrong, and say the cure of each fault. Nothing is changed. Exit code 1 when anything is wrong.

    Services look at themselves (schema, clock, rights of their role, outbox, relay, lag against retention, settings,
    SMTP); from here are looked at: Kafka's topics, users, rights and quotas, clocks, disks, the front door and its
    certificate, in containers what watches and what catches mail, the files of secrets. What could not be looked at is
    marked ? with the reason.

    Parameters
    ----------
    everything
        Show the checks that are sound as well.
    disk_free_min
        Per cent of a disk that must be free.
    certificate_days_min
        Days that the certificate must be good for.
    as_json
        Print JSON: all findings.
    """
    limits = Limits(disk_free_min / 100, certificate_days_min)
    platform = here.platform(sealed=True)  # nothing is made here either
    _ = platform.kafka_bootstrap  # told at once where nothing was ever started
    with busy("looking at services, Kafka, disks, certificate, parts, secrets"):
        findings = examine(platform, limits)
    sound = all(finding.state != "wrong" for finding in findings)
    if as_json:
        tell({"sound": sound, "findings": [finding.facts() for finding in findings]})
    else:
        _show(findings, everything=everything)
    sys.exit(0 if sound else 1)


def _show(findings: Sequence[Finding], *, everything: bool) -> None:
    for where, group in groupby(findings, lambda finding: finding.where):
        of_part = list(group)
        sound = sum(finding.state == "ok" for finding in of_part)
        console.print(f"[bold]{where}[/]  {sound} of {len(of_part)} checks are sound")
        for finding in of_part:
            if everything or finding.state != "ok":
                console.print(f"  {SIGNS[finding.state]} {finding.check}: {escape(finding.detail)}")
            if finding.cure:
                console.print(f"    cure: {escape(finding.cure)}")
    counts = Counter(finding.state for finding in findings)
    unknown = f", {counts['unknown']} could not be looked at" if counts["unknown"] else ""
    console.print(f"\n{counts['wrong'] or 'Nothing'} {'is' if counts['wrong'] < 2 else 'are'} wrong{unknown}.")
