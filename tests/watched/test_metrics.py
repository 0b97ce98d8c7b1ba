"""What the four services really export: named as Prometheus wants it, and as METRICS.md has it."""

import re
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from support.servers import ROOT
from watched.platform import Platform
from watched.prometheus import SERVICES

TABLE = (ROOT / "deploy" / "prometheus" / "METRICS.md").read_text("utf-8")
ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([^|]*)\| [^|]+ \| [^|]+ \| (\w+) \|$", re.MULTILINE)
LABELS_VALUES_MAX = 200


@pytest.mark.parametrize("service", SERVICES)
def test_promtool_has_nothing_to_say(platform: Platform, service: str) -> None:
    """Names, units, suffixes, help."""
    told = platform.services[service].admin("/metrics").text
    checked = subprocess.run(["promtool", "check", "metrics"], input=told, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_exported_is_in_the_table(platform: Platform, service: str) -> None:
    """Each family with its type and its labels, whose values are few; none of another service."""
    known = {
        name: (kind, set(re.findall(r"`(\w+)`", labels)))
        for name, kind, labels, where in ROW.findall(TABLE)
        if where in {"all", service}
    }
    for family in text_string_to_metric_families(platform.services[service].admin("/metrics").text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        kind, labels = known[name]
        assert family.type == kind, name
        seen = [{label: text for label, text in sample.labels.items() if label != "le"} for sample in family.samples]
        assert all(set(found) == labels for found in seen), name
        for label in labels:
            assert len({found[label] for found in seen}) <= LABELS_VALUES_MAX, (name, label)
