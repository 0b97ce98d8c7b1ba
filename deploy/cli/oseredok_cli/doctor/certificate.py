"""The certificate of the front door, where the platform's address is https: whose it is, and for how many days."""

import errno
import socket
import ssl
from datetime import UTC, datetime
from urllib.parse import urlsplit

from oseredok_cli.doctor.finding import Finding, ok, unknown, wrong
from oseredok_cli.local.errors import LocalError

FRONT = "front"
TIMEOUT_SECONDS = 8.0
HOSTNAME_MISMATCH, HAS_EXPIRED = 62, 10
"""OpenSSL's X509_V_ERR_… of these."""
OUT_OF_REACH = (errno.ENETUNREACH, errno.EHOSTUNREACH)
"""A command in a container may have no way out: that says nothing of the front door."""


def examine(front: str, days_min: float, authority: str | None = None) -> Finding:
    """Trusted as any client would: by the authority that is told (PEM), else by this machine's (or SSL_CERT_FILE's).

    Raises LocalError when what is told is no certificate.
    """
    parts = urlsplit(front)
    if parts.scheme != "https":
        return ok(FRONT, "certificate", f"none is needed at {front or 'addresses of this machine'}")
    host, port, tls = parts.hostname or "", parts.port or 443, _verifying(authority)
    try:
        with (
            socket.create_connection((host, port), TIMEOUT_SECONDS) as plain,
            tls.wrap_socket(plain, server_hostname=host) as connection,
        ):
            told = connection.getpeercert() or {}
    except ssl.SSLCertVerificationError as error:
        fault = {HOSTNAME_MISMATCH: "name", HAS_EXPIRED: "expired"}.get(error.verify_code, "untrusted")
        return wrong(FRONT, "certificate", fault, f"{host}:{port}: {error.verify_message}")
    except OSError as error:
        if isinstance(error, socket.gaierror) or error.errno in OUT_OF_REACH:
            return unknown(FRONT, "certificate", f"{host}:{port} can't be reached from here: {error}")
        return wrong(FRONT, "certificate", "away", f"{host}:{port} does not answer with TLS: {error}")
    except ValueError as error:
        return wrong(FRONT, "certificate", "away", f"{host}:{port} does not answer with TLS: {error}")
    return _judged(f"{host}:{port}", str(told.get("notAfter", "")), days_min)


def _verifying(authority: str | None) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cadata=authority)
    except (ssl.SSLError, ValueError):
        raise LocalError("what is told as the front door's authority holds no certificates in PEM") from None


def _judged(where: str, not_after: str, days_min: float) -> Finding:
    try:
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(not_after), UTC)
    except ValueError:
        return unknown(FRONT, "certificate", f"{where}: its end is not told")
    days = (ends - datetime.now(UTC)).total_seconds() / 86_400
    detail = f"{where}: valid until {ends:%Y-%m-%d}, {days:.0f} days"
    if days < days_min:
        return wrong(FRONT, "certificate", "soon", detail, days=round(days, 1))
    return ok(FRONT, "certificate", detail, days=round(days, 1))
