"""What stands around a platform that is open to other machines (world.yml): an authority, an operator's mail server
that demands TLS and a login, a public address, and all that public.yml and mail.yml are to be told.
"""

import hashlib
import os
import secrets
import shutil
from pathlib import Path

from compose.abroad import NAME, Abroad, Publisher
from compose.authority import Authority
from compose.engine import Project
from compose.publisher import added, exports, first_event
from support.ports import REHEARSALS, free_ports

LOGIN, MAIL_HOST = "oseredok", "mail.example"
"""Who logs in to the mail server, and its name."""
GROUP, NOTIFICATIONS, MAIL = 20_001, 10_003, 65_534
"""Who reads certificates; the group of notifications; the mail server's user."""
DAYS = 60
"""More than the doctor wants to see left."""


def folder(project: Project) -> Path:
    """Of all that is made for this part."""
    return project.checkout / ".local" / "rehearsal" / "public"


def authority(project: Project) -> Authority:
    """The one that gave the certificates."""
    return Authority(project, folder(project), DAYS)


def abroad(project: Project) -> Abroad:
    """Somebody on another machine."""
    return Abroad(project.settings["OSEREDOK_PUBLIC_ADDRESS"], authority(project).certificate)


def make(project: Project) -> None:
    """An authority, certificates for the platform and the mail server, a password; and what .env would say."""
    place = folder(project)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    authority(project).make()
    password = secrets.token_urlsafe(24)
    authority(project).give(MAIL_HOST, place / "mail")
    (place / "mail" / "users").write_text(f"{LOGIN}:{password}\n")
    _belongs(place / "mail", MAIL, MAIL)
    (place / "smtp-password").write_text(password)
    _belongs(place / "smtp-password", 0, NOTIFICATIONS)
    give_certificates(project)
    project.settings |= _told(project, place)
    project.overrides = ("public", "mail")
    project.more = (Path(__file__).parent / "world.yml",)


def _told(project: Project, place: Path) -> dict[str, str]:
    """Another checkout's rehearsal has another network."""
    number = int(hashlib.sha256(project.name.encode()).hexdigest()[:2], 16)
    smtp, mailbox = free_ports(2, REHEARSALS)
    return {
        "WORLD": str(place),
        "WORLD_SUBNET": f"198.18.{number}.0/24",
        "WORLD_MAILBOX_PORT": str(mailbox),
        "OSEREDOK_NAME": NAME,
        "OSEREDOK_PUBLIC_ADDRESS": f"198.18.{number}.1",
        "OSEREDOK_CERTIFICATES": str(place / "certificates"),
        "OSEREDOK_CERTIFICATES_GROUP": str(GROUP),
        "OSEREDOK_CERTIFICATES_CA_FILE": str(authority(project).certificate),
        "OSEREDOK_SMTP_HOST": MAIL_HOST,
        "OSEREDOK_SMTP_PORT": str(smtp),
        "OSEREDOK_SMTP_USER": LOGIN,
        "OSEREDOK_SMTP_PASSWORD_FILE": str(place / "smtp-password"),
        "OSEREDOK_SMTP_CA_FILE": str(authority(project).certificate),
        "OSEREDOK_MAIL_FROM": f"oseredok@{NAME}",
    }


def give_certificates(project: Project) -> None:
    """New ones for the platform, in the folder that OSEREDOK_CERTIFICATES names: for its group, and nobody else."""
    place = folder(project) / "certificates"
    authority(project).give(NAME, place)
    _belongs(place, 0, GROUP)


def _belongs(place: Path, user: int, group: int) -> None:
    for file in (place, *(place.iterdir() if place.is_dir() else ())):
        os.chown(file, user, group)
        file.chmod(0o750 if file.is_dir() else 0o440)


def let_in(project: Project, name: str) -> Publisher:
    """With one command, as deploy/README.md has it."""
    told = added(project, name)
    return Publisher(abroad(project), exports(told), first_event(told))
