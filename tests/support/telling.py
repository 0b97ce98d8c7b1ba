"""What is told of a desk's events: receipts for their publisher, and figures of a scrape."""

import json
from collections import Counter

from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from oseredok_contracts.receipts import Receipt, Receipts
from oseredok_plumbing import telemetry
from oseredok_plumbing.telemetry.rows import Ledger
from support.copies import PUBLISHER
from support.door import Desk


async def told(desk: Desk) -> list[Receipt]:
    """Receipts on their way to the publisher, by the contract's own model, and as strictly."""
    rows = await desk.inside.pool.fetch("SELECT topic, value FROM outbox WHERE topic LIKE '%receipts%' ORDER BY id")
    found = []
    for row in rows:
        assert row["topic"] == f"oseredok.events.receipts.{PUBLISHER}.v1"
        envelope = json.loads(row["value"])
        assert (envelope["type"], envelope["subject"]) == ("org.oseredok.receipts.issued.v1", PUBLISHER)
        for receipt in envelope["data"]["receipts"]:
            assert set(receipt) <= set(Receipt.model_fields)
        found += Receipts.model_validate(envelope["data"]).receipts
    return found


async def metrics(desk: Desk) -> dict[str, float]:
    """Sums of the samples of a scrape."""
    collector = Ledger()
    try:
        await collector.refresh(desk.inside.pool)
        text = generate_latest(telemetry.REGISTRY).decode()
    finally:
        telemetry.REGISTRY.unregister(collector)
    sums: Counter[str] = Counter()
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.name == "oseredok_intake_verdicts_total":
                assert (sample.labels["code"] != "") == (sample.labels["verdict"] in {"quarantined", "rejected"})
                sums[sample.labels["verdict"]] += int(sample.value)
            elif sample.name == "oseredok_quarantine_released_total":
                sums["quarantined"] -= int(sample.value)
            elif sample.name in {"oseredok_intake_received_total", "oseredok_intake_waiting"}:
                sums[sample.name.split("_")[2]] += int(sample.value)
    return dict(sums)
