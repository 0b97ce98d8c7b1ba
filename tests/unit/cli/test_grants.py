"""Rights in Kafka, made from the table of topics."""

from oseredok_cli.access.grants import Grant, grants

WHO = "gromada-online"
SERVICES = ("registry", "events")
"""Whom publishers tell things."""


def of(principal: str, granted: frozenset[Grant]) -> set[tuple[str, str]]:
    """Operation and name of each of its rights."""
    return {(grant.operation, grant.name) for grant in granted if grant.principal == principal}


def test_a_publisher_writes_its_intake_and_reads_its_receipts() -> None:
    """Its own, of both services that publishers tell things, and nothing else."""
    assert of(WHO, grants([WHO, "biblioteka-plus"])) == {
        *((operation, f"oseredok.{s}.intake.{WHO}.v1") for operation in ("WRITE", "DESCRIBE") for s in SERVICES),
        *((operation, f"oseredok.{s}.receipts.{WHO}.v1") for operation in ("READ", "DESCRIBE") for s in SERVICES),
        ("READ", f"{WHO}."),
    }


def test_a_suspended_one_only_reads() -> None:
    """It loses the right to write and no other; its neighbours lose none."""
    before, after = (grants([WHO, "biblioteka-plus"], suspended) for suspended in ((), (WHO,)))
    assert of(WHO, before - after) == {("WRITE", f"oseredok.{service}.intake.{WHO}.v1") for service in SERVICES}
    assert after < before
    assert {grant.principal for grant in before - after} == {WHO}
