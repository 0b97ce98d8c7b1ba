"""topics: the table of topics beside what Kafka has."""

import sys

from cyclopts import App
from rich.table import Table

from oseredok_cli.commands import here
from oseredok_cli.commands.told import AsJson, busy, tell, wide_console
from oseredok_cli.seen import DAY_MS, Seen, look

console = wide_console()
MEBIBYTE = 1024 * 1024


def register(app: App) -> None:
    """Adds the command."""
    app.command(topics)


def topics(*, as_json: AsJson = False) -> None:
    """List the topics: partitions, how long records are kept, how many, how large, and how far behind consumers are.

    Exit code 1 when one is missing or not as the table of topics says: oseredok access apply.

    Parameters
    ----------
    as_json
        Print JSON: each topic with its end offsets and settings that differ.
    """
    with busy("asking Kafka"):
        seen = look(here.platform())
    sound = all(topic.sound for topic in seen)
    if as_json:
        tell({"sound": sound, "topics": [topic.facts() for topic in seen]})
    else:
        _show(seen)
    sys.exit(0 if sound else 1)


def _show(seen: list[Seen]) -> None:
    table = Table("topic", "partitions", "kept", "records", "MiB", "not read yet by", "", box=None, pad_edge=False)
    for topic in seen:
        wrong = [f"{name} is {value}" for name, value in topic.differs.items()]
        if topic.partitions < topic.partitions_wanted:
            wrong.insert(0, f"should have {topic.partitions_wanted} partitions" if topic.partitions else "is missing")
        size = "" if topic.size_bytes is None else f"{topic.size_bytes / MEBIBYTE:.1f}"
        lag = ", ".join(f"{service} {records:,}" for service, records in topic.lag.items() if records)
        table.add_row(
            topic.name, str(topic.partitions), _kept(topic), f"{topic.records:,}", size, lag, ", ".join(wrong)
        )
    console.print(table)


def _kept(topic: Seen) -> str:
    if topic.retention_ms is None:
        return ""
    if topic.compacted:
        return "the last of each key"
    return "for ever" if topic.retention_ms < 0 else f"{topic.retention_ms / DAY_MS:g} days"
