"""deploy/compose/outside.yml against servers that are set up as an operator's own: TLS that is verified, SASL, a super
user each. An authority is made for it, and the folder that the override asks for.
"""

import os
import secrets
import shutil
from pathlib import Path

from compose.checks import require
from compose.engine import Project

GROUP = 20_000
KAFKA, POSTGRES = 1000, 999
"""Users of the servers' containers: each reads its own copy of the key."""
DAYS = "2"


def make(project: Project) -> None:
    """Certificates for own-kafka and own-postgres, passwords of their super users; and what outside.yml is told."""
    folder = project.checkout / ".local" / "rehearsal" / "own"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    subject = ("-subj", "/CN=an authority for the rehearsal")
    new = ("openssl", "req", "-newkey", "rsa:2048", "-nodes")  # libpq binds no channel to Ed25519
    usage = ("-addext", "keyUsage=critical,keyCertSign,cRLSign")  # without it Python from 3.13 on takes no authority
    project.ask(
        *new, "-x509", "-days", DAYS, *subject, *usage, "-keyout", f"{folder}/ca.key", "-out", f"{folder}/ca.pem"
    )
    for name, user in (("kafka", KAFKA), ("postgres", POSTGRES)):
        _certificate(project, folder, name)
        (folder / name / f"{name}-admin").write_text(secrets.token_urlsafe(24))
        (folder / name / "kafka-cluster").write_text(secrets.token_urlsafe(24))
        for file in (folder / name, *(folder / name).iterdir()):
            os.chown(file, user, user)
            file.chmod(0o700 if file.is_dir() else 0o400)
    told = folder / "told"
    told.mkdir()
    for file in (folder / "ca.pem", folder / "kafka" / "kafka-admin", folder / "postgres" / "postgres-admin"):
        shutil.copy(file, told)
        os.chown(told / file.name, 0, GROUP)
        (told / file.name).chmod(0o444 if file.name == "ca.pem" else 0o440)
    project.settings |= {
        "OWN": str(folder),
        "OSEREDOK_OUTSIDE": str(told),
        "OSEREDOK_OUTSIDE_GROUP": str(GROUP),
        "OSEREDOK_KAFKA_BOOTSTRAP": "own-kafka:9094",
        "OSEREDOK_DATABASE_HOST": "own-postgres",
        "OSEREDOK_DATABASE_NAME": "programme",
    }
    project.overrides = ("outside",)
    project.more = (Path(__file__).parent / "own.yml",)


def _certificate(project: Project, folder: Path, name: str) -> None:
    (folder / name).mkdir()
    key, request = folder / name / "tls.key", folder / f"{name}.csr"
    host = f"own-{name}"
    project.ask(
        *("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={host}"),
        *("-keyout", str(key), "-out", str(request)),
    )
    extensions = folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName=DNS:{host}\nauthorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n")
    project.ask(
        *("openssl", "x509", "-req", "-in", str(request), "-days", DAYS, "-extfile", str(extensions)),
        *("-CA", f"{folder}/ca.pem", "-CAkey", f"{folder}/ca.key", "-out", str(folder / name / "tls.pem")),
    )


def the_servers_are_there(project: Project) -> None:
    """As an operator has them before anything of ours starts."""
    up = ("up", "--detach", "--wait", "--wait-timeout", "400", "own-kafka", "own-postgres")
    project.run(*project.compose, *up, seconds=450, what="an operator's own servers")


def nothing_of_ours_stands_in_for_them(project: Project) -> None:
    """Neither our Kafka nor our PostgreSQL runs, and the way to theirs is encrypted."""
    running = project.ask(*project.compose, "ps", "--services").split()
    require(not {"kafka", "postgres"} & set(running), f"these run: {running}")
    query = (
        "SELECT count(*) FILTER (WHERE NOT ssl) || ' ' || count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
    )
    where = "WHERE usename LIKE 'oseredok_%'"
    words = ("exec", "-T", "-e", "PGPASSWORD", "own-postgres", "bash", "-c")
    sql = f'PGPASSWORD=$(< /own/postgres-admin) psql -h 127.0.0.1 -U postgres -Atc "{query} {where}"'
    plain, every = project.ask(*project.compose, *words, sql).split()
    require(int(every), "no session of ours is in PostgreSQL")
    require(plain == "0", f"{plain} of {every} sessions are not encrypted")
