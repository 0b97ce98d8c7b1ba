"""What the services find out about themselves, and their clocks against this machine's."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import httpx

from oseredok_cli.access import grants
from oseredok_cli.doctor.finding import Finding, ok, wrong
from oseredok_cli.platform import Platform

TIMEOUT_SECONDS = 60.0
CLOCK_SECONDS_MAX = 5.0


def examine(platform: Platform) -> list[Finding]:
    """All copies of all of them at once: one that hangs holds up none. What several say alike is told once."""
    token = platform.token("admin")
    asked = [(service, url) for service in grants.services() for url in platform.admin_urls(service)]
    with ThreadPoolExecutor(len(asked)) as threads:
        found = threads.map(lambda one: list(_copy(one[0], one[1], token)), asked)
        told: dict[object, Finding] = {}
        for finding in (finding for findings in found for finding in findings):
            told.setdefault((finding.where, finding.check, finding.detail), finding)
        return list(told.values())


def _copy(service: str, url: str, token: str) -> Iterator[Finding]:
    try:
        answer = httpx.get(f"{url}/v1/diagnosis", headers={"authorization": f"Bearer {token}"}, timeout=TIMEOUT_SECONDS)
    except httpx.TransportError as error:
        yield wrong(service, "answers", "away", f"does not answer at {url}: {error or type(error).__name__}")
        return
    if not answer.is_success:
        fault = "token" if answer.status_code == httpx.codes.UNAUTHORIZED else "fault"
        yield wrong(service, "answers", fault, f"{url}/v1/diagnosis answers {answer.status_code}")
        return
    told = answer.json()
    yield ok(service, "answers", f"version {told['version']}", version=told["version"])
    yield _clock(service, (datetime.fromisoformat(told["now"]) - datetime.now(UTC)).total_seconds())
    yield from (_finding(service, one) for one in told["findings"])


def _clock(service: str, ahead: float) -> Finding:
    detail = f"its clock is {abs(ahead):.1f} s {'ahead of' if ahead > 0 else 'behind'} this machine's"
    if abs(ahead) > CLOCK_SECONDS_MAX:
        return wrong(service, "clock", "off", detail, ahead_seconds=round(ahead, 1))
    return ok(service, "clock", detail, ahead_seconds=round(ahead, 1))


def _finding(service: str, told: dict[str, Any]) -> Finding:
    cure = told["cure"] and f"as superuser of the database: {told['cure']}"
    return Finding(service, told["check"], told["state"], told["detail"], told["fault"], cure, told["figures"])
