"""deploy/compose/outside.yml, by a move to it: servers set up as an operator's own, at an address of their own, with
verified TLS, SASL, and a super user each; an authority, and the folder that the override asks for.
"""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from compose import readme
from compose.authority import Authority
from compose.checks import require, until
from compose.engine import Project
from compose.life import everything_is_there
from compose.publisher import let_in
from support.ports import REHEARSALS, free_ports

GROUP = 20_000
KAFKA, POSTGRES = 1000, 999
"""Users of the servers' containers: each reads its own copy of the key."""
DAYS = 2
UP_SECONDS = 450


@contextmanager
def own_servers(project: Project) -> Iterator[Project]:
    """An operator's Kafka and PostgreSQL, as they are before anything of ours comes; gone afterwards."""
    folder = project.checkout / ".local" / "rehearsal" / "own"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    gateway = "{{(index .IPAM.Config 0).Gateway}}"
    address = project.ask("docker", "network", "inspect", "bridge", "--format", gateway).strip()
    kafka, postgres = map(str, free_ports(2, REHEARSALS))
    settings = {"OWN": str(folder), "OWN_ADDRESS": address, "OWN_KAFKA_PORT": kafka, "OWN_POSTGRES_PORT": postgres}
    _make(project, folder, address)
    name = f"{project.name}-own"
    own = Project(project.checkout, name, settings, project.log, project.deadline, file="tests/compose/own.yml")
    project.settings |= {
        "OSEREDOK_OUTSIDE": str(folder / "told"),
        "OSEREDOK_OUTSIDE_GROUP": str(GROUP),
        "OSEREDOK_KAFKA_BOOTSTRAP": f"{address}:{kafka}",
        "OSEREDOK_DATABASE_HOST": address,
        "OSEREDOK_DATABASE_PORT": postgres,
        "OSEREDOK_DATABASE_NAME": "programme",
    }
    try:
        with project.step("an operator's own servers"):
            own.empty()
            own.run(*own.compose, "up", "--detach", "--wait", seconds=UP_SECONDS, what="an operator's own servers")
        yield own
    finally:
        own.empty()


def _make(project: Project, folder: Path, address: str) -> None:
    """Certificates of the servers, passwords of their super users, and what of it outside.yml is told."""
    authority = Authority(project, folder, DAYS)
    authority.make()
    for name, user in (("kafka", KAFKA), ("postgres", POSTGRES)):
        authority.give(address, folder / name)
        (folder / name / f"{name}-admin").write_text(secrets.token_urlsafe(24))
        for file in (folder / name, *(folder / name).iterdir()):
            os.chown(file, user, user)
            file.chmod(0o700 if file.is_dir() else 0o400)
    told = folder / "told"
    told.mkdir()
    for file in (folder / "ca.pem", folder / "kafka" / "kafka-admin", folder / "postgres" / "postgres-admin"):
        shutil.copy(file, told)
        os.chown(told / file.name, 0, GROUP)
        (told / file.name).chmod(0o444 if file.name == "ca.pem" else 0o440)


def all_of_it_moves(project: Project) -> None:
    """By the commands of deploy/README.md."""
    readme.follow(project, readme.TO_OWN_SERVERS)
    project.overrides = ("outside",)


def somebody_new_is_let_in(project: Project) -> None:
    """Users and rights are made on the new servers, too."""
    publisher = let_in(project, "settler")
    with publisher.at_work():
        until(lambda: publisher.published > 0, lambda: f"a publisher is answered {publisher.trouble[-3:]}")
    everything_is_there(project, publisher)


def nothing_of_ours_stands_in_for_them(project: Project, own: Project) -> None:
    """Neither our Kafka nor our PostgreSQL is there, and the way to theirs is encrypted."""
    running = project.ask(*project.compose, "ps", "--services", "--all").split()
    require(not {"kafka", "postgres"} & set(running), f"these are there: {running}")
    query = (
        "SELECT count(*) FILTER (WHERE NOT ssl) || ' ' || count(*) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
    )
    where = "WHERE usename LIKE 'oseredok_%'"
    sql = f'PGPASSWORD=$(< /own/postgres-admin) psql -h 127.0.0.1 -U postgres -Atc "{query} {where}"'
    plain, every = own.ask(*own.compose, "exec", "-T", "postgres", "bash", "-c", sql).split()
    require(int(every), "no session of ours is in PostgreSQL")
    require(plain == "0", f"{plain} of {every} sessions are not encrypted")
