"""Environment of the service notifications."""

import ssl
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from oseredok_contracts.fields import HttpUrl
from oseredok_plumbing.settings import Certificates, Port, Settings, verifying


class NotificationsSettings(Settings):
    """`OSEREDOK_NOTIFICATIONS_…`"""

    smtp_host: str = "127.0.0.1"
    smtp_port: Port = 25
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: Literal["none", "starttls", "tls"] = "none"
    """`starttls` and `tls` refuse a server without it, or with a certificate that can't be verified."""
    smtp_ca: Certificates | None = None
    """Certificates (PEM) of the authority that the mail server's is of, where it isn't one that the system knows."""
    smtp_timeout_seconds: Annotated[float, Field(gt=0, le=60)] = 20.0
    """For each answer of the mail server."""
    mail_from: Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,190}$")]
    """Sender and organiser of invitations; its domain makes the Message-IDs."""
    mail_from_name: Annotated[str, Field(pattern=r"^[^\r\n]{1,100}$")] = "Осередок"
    public_url: HttpUrl
    """Where recipients reach this service's public API, for the address to unsubscribe at."""
    unsubscribe_key: Annotated[SecretStr, Field(min_length=16)]
    """Signs the addresses to unsubscribe at. Another key makes those in mails sent before useless."""
    mails_per_second_max: Annotated[float, Field(gt=0)] = 20.0
    attempts_max: Annotated[int, Field(ge=1)] = 12
    retry_first_seconds: Annotated[float, Field(gt=0)] = 30.0
    lease_seconds: Annotated[float, Field(gt=0)] = 150.0
    """How long an attempt may take before it counts as lost; longer than four answers of the mail server."""
    send_for_past: bool = False
    """Tell of activities that have begun already: for the demonstration only, whose season lies in the past."""

    def smtp_context(self) -> ssl.SSLContext | None:
        """How to verify the mail server's certificate; None without TLS."""
        return None if self.smtp_tls == "none" else verifying(self.smtp_ca)
