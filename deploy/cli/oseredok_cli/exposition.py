"""Reads the Prometheus text format (version 0.0.4) as far as sums of counters and gauges need it."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

_SAMPLE = re.compile(r"(?P<name>[a-zA-Z_:][\w:]*)(?:\{(?P<labels>.*)\})?\s+(?P<value>[^\s]+)(?:\s+-?\d+)?\Z")
_LABEL = re.compile(r'([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Sample:
    """One line: a metric's value under its labels."""

    name: str
    labels: dict[str, str]
    value: float


def parse(text: str) -> list[Sample]:
    """Every sample of a scrape; comments are left out."""
    found = (_SAMPLE.match(line) for line in text.splitlines() if line and not line.startswith("#"))
    return [Sample(m["name"], dict(_LABEL.findall(m["labels"] or "")), float(m["value"])) for m in found if m]


def total(samples: list[Sample], name: str) -> int:
    """A metric summed over all its labels."""
    return round(sum(sample.value for sample in samples if sample.name == name))


def by_label(
    samples: list[Sample], name: str, label: str, having: Callable[[dict[str, str]], bool] = lambda _: True
) -> dict[str, int]:
    """A metric summed by one label, over the samples whose labels are as asked for. Zeros are left out."""
    sums: Counter[str] = Counter()
    for sample in samples:
        if sample.name == name and having(sample.labels):
            sums[sample.labels.get(label, "")] += round(sample.value)
    return {value: count for value, count in sums.items() if count}
