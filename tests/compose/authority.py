"""An authority and its certificates, by openssl: RSA, since libpq binds no channel to Ed25519 with SCRAM."""

from dataclasses import dataclass
from pathlib import Path

from compose.engine import Project

NEW = ("openssl", "req", "-newkey", "rsa:2048", "-nodes")
USAGE = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")
"""Without it Python from 3.13 on takes no authority."""


@dataclass(frozen=True)
class Authority:
    """Of the rehearsal's own: its key and certificate lie in `folder`, and what it gives is good for `days`."""

    project: Project
    folder: Path
    days: int

    @property
    def certificate(self) -> Path:
        """For those who are to trust it (PEM)."""
        return self.folder / "ca.pem"

    def make(self) -> None:
        """Its own key and certificate."""
        subject = ("-subj", "/CN=an authority for the rehearsal")
        files = ("-keyout", f"{self.folder}/ca.key", "-out", str(self.certificate))
        self.project.ask(*NEW, "-x509", "-days", str(self.days), *subject, *USAGE, *files)

    def give(self, host: str, folder: Path) -> None:
        """A new tls.key (PKCS #8) and tls.pem for a name or an address. Those before are replaced at once."""
        folder.mkdir(exist_ok=True)
        request, extensions = self.folder / f"{host}.csr", self.folder / f"{host}.ext"
        key, made = self.folder / f"{host}.key", self.folder / f"{host}.pem"
        self.project.ask(*NEW, "-subj", f"/CN={host}", "-keyout", str(key), "-out", str(request))
        extensions.write_text(
            f"subjectAltName={_kind(host)}:{host}\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n"
        )
        self.project.ask(
            *("openssl", "x509", "-req", "-in", str(request), "-days", str(self.days), "-extfile", str(extensions)),
            *("-CA", str(self.certificate), "-CAkey", f"{self.folder}/ca.key", "-out", str(made)),
        )
        key.replace(folder / "tls.key")
        made.replace(folder / "tls.pem")


def _kind(host: str) -> str:
    """Of an alternative name (RFC 5280, section 4.2.1.6)."""
    return "IP" if host.replace(".", "").isdigit() else "DNS"
