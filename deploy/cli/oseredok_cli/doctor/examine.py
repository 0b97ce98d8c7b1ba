"""All of it: what services say, Kafka, disks, the front door, what watches, the files of secrets."""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from oseredok_cli.described import DescribedPlatform
from oseredok_cli.doctor import broker, certificate, disk, parts, secretfiles, services
from oseredok_cli.doctor.cures import with_cure
from oseredok_cli.doctor.finding import Finding, unknown
from oseredok_cli.doctor.ways import ways
from oseredok_cli.local.errors import LocalError
from oseredok_cli.platform import Platform


@dataclass(frozen=True, slots=True)
class Limits:
    """From when on something counts as wrong."""

    disk_free_min: float = 0.1
    """Share of a disk."""
    certificate_days_min: float = 14.0


def examine(platform: Platform, limits: Limits) -> list[Finding]:
    """Each finding with its cure, part by part. A part that cannot be looked at is unknown and says why."""
    looks: Mapping[str, Callable[[], Iterable[Finding]]] = {
        "services": lambda: services.examine(platform),
        broker.KAFKA: lambda: broker.examine(platform),
        "disk": lambda: [*disk.examine(platform, _folders(platform), limits.disk_free_min), *_unseen(platform)],
        certificate.FRONT: lambda: [
            certificate.examine(platform.front, limits.certificate_days_min, platform.front_authority)
        ],
        parts.PARTS: lambda: parts.examine(platform),
        secretfiles.SECRETS: lambda: secretfiles.examine(platform),
    }

    def look(part: str) -> list[Finding]:
        try:
            return list(looks[part]())
        except LocalError as error:
            return [unknown(part, part, str(error))]

    with ThreadPoolExecutor(len(looks)) as threads:
        found = [finding for findings in threads.map(look, looks) for finding in findings]
    known = ways(platform)
    return [with_cure(finding, known) for finding in found]


def _folders(platform: Platform) -> Mapping[str, Path]:
    return {"notes": platform.notes, "secrets": platform.secrets.folder}


def _unseen(platform: Platform) -> list[Finding]:
    """In the local mode the database's files lie on the disk of everything else."""
    if not isinstance(platform, DescribedPlatform):
        return []
    return [unknown("disk", "room", "PostgreSQL's disk is not seen from here: df on its machine")]
