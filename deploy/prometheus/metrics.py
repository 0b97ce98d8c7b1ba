"""METRICS.md: every metric of the platform, made from the code that exports it.

`python deploy/prometheus/metrics.py` writes the file, `--check` compares. A metric's text reads "what it tells: why one
looks at it"; one that doesn't is refused. It stands here because nothing else may import all four services.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

from prometheus_client.core import Metric
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.process_collector import ProcessCollector

import oseredok_events.telemetry
import oseredok_metrics.telemetry
import oseredok_notifications.telemetry
import oseredok_plumbing.telemetry
import oseredok_plumbing.telemetry.rows
import oseredok_registry.telemetry
from oseredok_plumbing.telemetry.rows import labels

FILE = Path(__file__).with_name("METRICS.md")
ALL = "all"
SOURCES: tuple[tuple[str, ModuleType], ...] = (
    (ALL, oseredok_plumbing.telemetry),
    (ALL, oseredok_plumbing.telemetry.rows),
    ("registry", oseredok_registry.telemetry),
    ("events", oseredok_events.telemetry),
    ("notifications", oseredok_notifications.telemetry),
    ("metrics", oseredok_metrics.telemetry),
)
WHY_OF_A_PROCESS = {
    "process_virtual_memory_bytes": "only beside the resident size",
    "process_resident_memory_bytes": "does it near the container's limit",
    "process_start_time_seconds": "since when, and how often anew",
    "process_cpu_seconds": "does one processor suffice",
    "process_open_fds": "do connections pile up",
    "process_max_fds": "what they may pile up to",
}
HEAD = """\
# Every metric

Made by `python deploy/prometheus/metrics.py` from the code; `make check` refuses a difference. Each service
answers `/metrics` on its operators' port; Prometheus adds `job`, the service, and `instance`, the copy. A counter ends
in `_total`, a histogram has `_bucket`, `_sum` and `_count`.

Labels come from closed sets: the contract, the access file, routes as they are declared, tables, topics, territory (at
most 200 oblasts, then `other`). Ids, raw paths, keys and texts of errors are never labels. Figures that are made of
rows (ledger, quarantine, waiting, outbox, deliveries, everything of the programme) are the same in every copy of a
service: take `max`, not `sum`, over `instance`. Without the database they are absent, never old.

| Metric | Type | Labels | It tells | One looks at it for | In |
|---|---|---|---|---|---|
"""


def families() -> Iterator[tuple[str, Metric]]:
    """Each family without a figure, and the service that has it; ALL for those of the plumbing."""
    for service, module in SOURCES:
        seen = set()
        for found in vars(module).values():
            if isinstance(found, ProcessCollector):
                yield from ((service, family) for family in found.collect())
            elif isinstance(found, MetricWrapperBase):
                yield service, _described(found)
            elif (shapes := getattr(found, "shapes", None)) and shapes not in seen:
                seen.add(shapes)
                yield from ((service, family) for family in shapes().values())


def _described(metric: MetricWrapperBase) -> Metric:
    [family] = metric.describe()
    family._labelnames = metric._labelnames  # type: ignore[attr-defined]  # as families of rows keep them
    return family


def exported_name(family: Metric) -> str:
    """As Prometheus has it."""
    return f"{family.name}_total" if family.type == "counter" else family.name


def table() -> str:
    """The whole file. Raises ValueError for a metric that doesn't say why one looks at it."""
    rows = []
    for service, family in families():
        what, colon, why = family.documentation.rpartition(": ")
        if family.name in WHY_OF_A_PROCESS:
            what, colon, why = family.documentation.rstrip("."), ": ", WHY_OF_A_PROCESS[family.name]
        if not colon:
            raise ValueError(f"{family.name} doesn't say why one looks at it: {family.documentation}")
        named = ", ".join(f"`{label}`" for label in labels(family))
        cells = (f"`{exported_name(family)}`", family.type, named, what, why, service)
        rows.append(f"| {' | '.join(cells)} |")
    return HEAD + "\n".join(sorted(rows)) + "\n"


def main() -> int:
    """Exit code: 0 when the file is, or now is, what the code exports."""
    parser = argparse.ArgumentParser(prog="python deploy/prometheus/metrics.py", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when the file differs")
    if not parser.parse_args().check:
        FILE.write_text(table(), encoding="utf-8")
        return 0
    if FILE.exists() and FILE.read_text(encoding="utf-8") == table():
        return 0
    sys.stderr.write(f"{FILE} differs from the code: run python deploy/prometheus/metrics.py\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
