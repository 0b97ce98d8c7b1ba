"""Runs every query of the dashboards against a Prometheus and names those without data. Standard library only: the
rehearsal has nothing else.
"""

import json
import math
import re
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

DASHBOARDS = Path(__file__).resolve().parents[2] / "deploy" / "grafana" / "dashboards"
ANSWER_SECONDS_MAX = 30.0
VALUES = re.compile(r"label_values\((?P<series>.+), (?P<label>\w+)\)")


def empty(url: str, folder: Path = DASHBOARDS, window: str = "5m") -> list[str]:
    """Dashboard, panel and expression of each query that has no value but NaN, for whatever its variable may be.

    `url` is Prometheus' own; `window` stands for Grafana's rate interval. Raises OSError when it doesn't answer.
    """
    found = []
    for file in sorted(folder.glob("*.json")):
        board = json.loads(file.read_text("utf-8"))
        choices = list(_choices(url, board))
        for panel in board["panels"]:
            for target in panel.get("targets", []):
                asked = [_substituted(target["expr"], {**choice, "__rate_interval": window}) for choice in choices]
                if not any(_has_data(url, expression) for expression in asked):
                    found.append(f"{board['title']} / {panel['title']}: {asked[:1]}")
    return found


def _choices(url: str, board: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Each value that the dashboard's variable may have; one empty choice without a variable."""
    [*variables] = board["templating"].get("list", [])
    if not variables:
        yield {}
    for variable in variables:
        asked = VALUES.fullmatch(variable["query"])
        if asked is None:
            raise ValueError(f"{board['title']}: {variable['query']} is not label_values(…, …)")
        for row in query(url, f"group by ({asked['label']}) ({asked['series']})"):
            yield {variable["name"]: row["metric"][asked["label"]]}


def _substituted(expression: str, values: Mapping[str, str]) -> str:
    for name, value in values.items():
        expression = expression.replace(f"${name}", value)
    if "$" in expression:
        raise ValueError(f"a variable is left in {expression}")
    return expression


def _has_data(url: str, expression: str) -> bool:
    return any(not math.isnan(float(row["value"][1])) for row in query(url, expression))


def query(url: str, expression: str) -> list[dict[str, Any]]:
    """What an expression has now."""
    body = urllib.parse.urlencode({"query": expression}).encode()
    with urllib.request.urlopen(f"{url}/api/v1/query", body, timeout=ANSWER_SECONDS_MAX) as answer:
        rows: list[dict[str, Any]] = json.load(answer)["data"]["result"]
        return rows
