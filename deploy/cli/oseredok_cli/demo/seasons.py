"""The files of this run and of earlier ones, a season and its acknowledgements: kept while the platform knows them.

demo/season.jsonl  demo/acks-<publisher>.jsonl      this run
demo/earlier/<number>/…                             the same of the runs before
"""

import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from oseredok_cli.demo import season
from oseredok_cli.demo.latency import Ack, read_acks
from oseredok_cli.demo.season.publishers import PUBLISHERS
from oseredok_cli.demo.tally import Tally, count

_SEASON = "season.jsonl"

COMING = timedelta(hours=24, seconds=40)
"""When that begins which is still to come: people are reminded of it a day before, while the platform settles."""


@dataclass(frozen=True, slots=True)
class Files:
    """Where a run's season and acknowledgements are."""

    folder: Path

    @property
    def season(self) -> Path:
        return self.folder / _SEASON

    def acks(self, publisher: str) -> Path:
        """Written by the publisher's process."""
        return self.folder / f"acks-{publisher}.jsonl"

    def log(self, publisher: str) -> Path:
        """What the publisher's process printed."""
        return self.folder / f"publisher-{publisher}.log"

    def read_acks(self) -> list[Ack]:
        """Those of all publishers."""
        return read_acks(self.acks(publisher.name) for publisher in PUBLISHERS)


def begin(directory: Path, programme: Path, seed: int, records: int, *, platform_is_empty: bool) -> Files:
    """Puts the last run's files away (or drops all, when the platform knows none of them) and writes a new season."""
    files, earlier = Files(directory), directory / "earlier"
    directory.mkdir(parents=True, exist_ok=True)
    if platform_is_empty:
        shutil.rmtree(earlier, ignore_errors=True)
    elif files.season.exists():
        folder = earlier / f"{_runs(directory) + 1:04d}"
        folder.mkdir(parents=True)
        for file in directory.glob("*.jsonl"):
            file.rename(folder / file.name)
    for file in [*directory.glob("*.jsonl"), *directory.glob("*.log")]:
        file.unlink()
    run = secrets.token_hex(3)
    coming = (datetime.now(UTC) + COMING).replace(microsecond=0)
    made = season.make(season.read_places(programme), run, seed=seed, records=records, starts_at=coming)
    season.write(made, files.season)
    return files


def tally_earlier(directory: Path, programme: Path) -> list[Tally]:
    """Counts the runs before, as far as they were published: one may have been interrupted."""
    folders = [Files(folder) for folder in sorted((directory / "earlier").glob("*"))]
    return [count(files.season, programme, {ack.line for ack in files.read_acks()}) for files in folders]


def _runs(directory: Path) -> int:
    return len(list((directory / "earlier").glob("*")))
