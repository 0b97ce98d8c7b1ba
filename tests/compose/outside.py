"""deploy/compose/outside.yml against servers that are set up as an operator's own: TLS that is verified, SASL, a super
user each. An authority is made for it, and the folder that the override asks for.
"""

import os
import secrets
import shutil
from pathlib import Path

from compose.authority import Authority
from compose.checks import require
from compose.engine import Project

GROUP = 20_000
KAFKA, POSTGRES = 1000, 999
"""Users of the servers' containers: each reads its own copy of the key."""
DAYS = 2


def make(project: Project) -> None:
    """Certificates for own-kafka and own-postgres, passwords of their super users; and what outside.yml is told."""
    folder = project.checkout / ".local" / "rehearsal" / "own"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    authority = Authority(project, folder, DAYS)
    authority.make()
    for name, user in (("kafka", KAFKA), ("postgres", POSTGRES)):
        authority.give(f"own-{name}", folder / name)
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
