"""The local mode's servers are as closed as production: every role and principal reaches its own and nothing else."""

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaError, TopicAuthorizationFailedError

from support.refusing import refused
from support.servers import KafkaServer, PostgresServer

OWN = "oseredok.events.intake.biblioteka-plus.v1"
FOREIGN = "oseredok.events.intake.gromada-online.v1"


async def run(postgres: PostgresServer, database: str, role: str, *statements: str) -> None:
    """Executes statements as a role."""
    connection = await asyncpg.connect(postgres.dsn(database, role))
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_a_role_reads_and_writes_its_own_schema_only(postgres: PostgresServer) -> None:
    """A service's role works with rows of its schema; another's schema and any DDL are refused."""
    database = postgres.database()
    await run(postgres, database, "oseredok_events_owner", "CREATE TABLE activity (id bigserial PRIMARY KEY)")
    await run(postgres, database, "oseredok_events", "INSERT INTO activity DEFAULT VALUES", "SELECT * FROM activity")
    for role, statement in (
        ("oseredok_metrics", "SELECT * FROM events.activity"),
        ("oseredok_metrics_owner", "SELECT * FROM events.activity"),
        ("oseredok_events", "CREATE TABLE events.other (id int)"),
        ("oseredok_events", "CREATE TABLE public.other (id int)"),
        ("oseredok_events", "TRUNCATE activity"),
        ("oseredok_events", "CREATE TEMPORARY TABLE other (id int)"),
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await run(postgres, database, role, statement)


async def test_a_role_reaches_no_other_database(postgres: PostgresServer) -> None:
    """CONNECT is granted on the installation's database alone; nobody comes in without a password."""
    database = postgres.database()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(postgres, "postgres", "oseredok_events", "SELECT 1")
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(
            postgres.dsn(database, "oseredok_events").replace(":" + postgres.password("oseredok_events"), ":")
        )


async def test_runtime_roles_are_bounded(postgres: PostgresServer) -> None:
    """A runtime role's statements and idle transactions end by themselves; an owner's migration may take its time."""
    database = postgres.database()
    for role, expected in (("oseredok_metrics", ("30s", "5s")), ("oseredok_metrics_owner", ("0", "0"))):
        connection = await asyncpg.connect(postgres.dsn(database, role))
        names = ("statement_timeout", "idle_in_transaction_session_timeout")
        assert tuple([await connection.fetchval(f"SHOW {name}") for name in names]) == expected
        assert await connection.fetchval("SHOW search_path") == "metrics"
        await connection.close()


async def test_preparing_a_database_twice_changes_nothing(postgres: PostgresServer) -> None:
    """The SQL may run at every start, with data in place."""
    database = postgres.database()
    await run(postgres, database, "oseredok_events_owner", "CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)")
    postgres.database(database)
    await run(postgres, database, "oseredok_events", "UPDATE kept SET id = 2")


@pytest.mark.parametrize("idempotent", [False, True])
async def test_a_publisher_writes_its_own_topic_only(kafka: KafkaServer, idempotent: bool) -> None:
    """As publisher A a write to B's topic is refused, by a plain and by an idempotent producer."""
    async with AIOKafkaProducer(**kafka.client("biblioteka-plus"), enable_idempotence=idempotent) as producer:
        assert (await producer.send_and_wait(OWN, b"{}")).topic == OWN
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait(FOREIGN, b"{}")
        with pytest.raises(TopicAuthorizationFailedError):
            await producer.send_and_wait("oseredok.events.activity.v1", b"{}")


async def test_a_publisher_reads_no_intake(kafka: KafkaServer) -> None:
    """Not even its own: what it may read are its receipts."""
    consumer = AIOKafkaConsumer(OWN, **kafka.client("biblioteka-plus"), group_id="biblioteka-plus.reader")
    await refused(consumer)


async def test_a_stranger_is_not_let_in(kafka: KafkaServer) -> None:
    """Neither without a password nor with a wrong one."""
    wrong = {**kafka.client("biblioteka-plus"), "sasl_plain_password": "wrong"}
    for settings in (wrong, {"bootstrap_servers": kafka.bootstrap}):
        producer = AIOKafkaProducer(**settings, request_timeout_ms=3000)
        with pytest.raises(KafkaError):
            await producer.start()
        await producer.stop()


async def test_services_join_groups_of_their_own_name_only(kafka: KafkaServer) -> None:
    """events reads every publisher's intake by pattern; metrics reads activities and no intake."""
    events = AIOKafkaConsumer(**kafka.client("oseredok-events"), group_id="oseredok-events.intake")
    events.subscribe(pattern=r"^oseredok\.events\.intake\..*\.v1$")
    await events.start()
    try:
        assert {OWN, FOREIGN} <= {partition.topic for partition in events.assignment()}
    finally:
        await events.stop()
    metrics = AIOKafkaConsumer(OWN, **kafka.client("oseredok-metrics"), group_id="oseredok-metrics.activities")
    await refused(metrics)


async def test_applying_access_twice_changes_nothing(kafka: KafkaServer) -> None:
    """Topics, users and ACLs are made once; a new publisher adds its own and touches nobody else's."""
    kafka.grant()  # takes back what a neighbour's test was granted
    assert kafka.grant() == []
    added = kafka.grant("nova-chytalnia")
    assert "user nova-chytalnia created" in added
    assert all("nova-chytalnia" in line for line in added)
    assert kafka.grant("nova-chytalnia") == []
    removed = kafka.grant()
    assert removed
    assert all("nova-chytalnia" in line for line in removed)
