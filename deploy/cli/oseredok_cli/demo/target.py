"""The platform that the demonstration runs against: the local mode, compose, or any other."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from oseredok_cli.mail import Mailbox


@dataclass(frozen=True, slots=True)
class Target:
    """Where the platform listens. `directory` takes what the demonstration writes, `programme` has the fixed files.

    A platform may lack the registry (its addresses are empty) or notifications (no mailbox); then nothing of theirs is
    looked at.
    """

    events_url: str
    events_admin_url: str
    metrics_url: str
    metrics_admin_url: str
    kafka_bootstrap: str
    passwords: Mapping[str, str]
    """Kafka password of each publisher, by name."""
    directory: Path
    programme: Path
    kafka_security: str = "SASL_PLAINTEXT"
    kafka_authority: Path | None = None
    """Certificates (PEM) of the authority that Kafka's is of, where the system doesn't know it."""
    registry_url: str = ""
    registry_admin_url: str = ""
    notifications_url: str = ""
    notifications_admin_url: str = ""
    mailbox: Mailbox | None = None
    """Where the mail that the platform sends is caught."""
    front: str = ""
    """The one address of every page and public API, as people reach them; empty where each service has its own."""

    def page(self, service_url: str, page: str) -> str:
        """Address of a service's page for people."""
        return service_url and f"{self.front or service_url}/{page}"

    def api(self, service: str, service_url: str) -> str:
        """Address of a service's public API, for people."""
        return f"{self.front}/api/{service}" if self.front else service_url

    @property
    def report_file(self) -> Path:
        """Where the report of the last run is kept as JSON."""
        return self.directory / "report.json"

    @property
    def admin_urls(self) -> list[str]:
        """Of every service that is there."""
        every = (self.registry_admin_url, self.events_admin_url, self.notifications_admin_url, self.metrics_admin_url)
        return [url for url in every if url]
