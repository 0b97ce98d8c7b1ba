"""Runs a service's own `migrate`, as `up` does, and tells what it applied."""

import subprocess
import sys

from oseredok_cli.local import services
from oseredok_cli.local.errors import LocalError
from oseredok_cli.local.platform import LocalPlatform

APPLIED = ": applied "


def migrate(platform: LocalPlatform, service: str) -> list[str]:
    """Names of the migrations that were applied. Raises LocalError with what the service says."""
    module = next(row.module for row in services.TABLE if row.name == service)
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, "migrate"],
            env=platform.service_environment(service),
            cwd=platform.checkout,
            capture_output=True,
            text=True,
            timeout=services.MIGRATE_SECONDS_MAX,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LocalError(f"{service}: migrate did not end within {services.MIGRATE_SECONDS_MAX:.0f} s") from None
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip() or f"it ended with {done.returncode}").splitlines()[-1]
        raise LocalError(f"{said}; is PostgreSQL running? oseredok status, oseredok doctor")
    return [line.partition(APPLIED)[2] for line in done.stdout.splitlines() if APPLIED in line]
