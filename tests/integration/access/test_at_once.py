"""Two commands at once on who may publish: each takes effect, and neither undoes the other."""

from confluent_kafka.admin import AclOperation

from integration.access.installation import NAME, SOURCE, Installation, ended
from oseredok_cli.access import acls
from support.servers import PUBLISHERS

ROUNDS = 2
OTHER = PUBLISHERS[0]


def writers(bare: Installation) -> set[str]:
    """Who may write to an intake topic of the service events, as Kafka has it."""
    bindings = acls._known(bare.world.kafka.admin())
    mine = [b for b in bindings if b.name.startswith("oseredok.events.intake.") and b.operation == AclOperation.WRITE]
    return {b.principal.removeprefix("User:") for b in mine}


def test_both_take_effect(bare: Installation) -> None:
    """One lets a publisher in or sends it away, the other shuts another out or lets it go on: files and Kafka agree."""
    for _ in range(ROUNDS):
        added = bare.started("add", NAME, "--source", SOURCE, "--same-publisher")
        suspended = bare.started("suspend", OTHER)
        ended(added), ended(suspended)
        for entries in (bare.own(), bare.served()):
            assert (NAME in entries, entries[OTHER].get("suspended")) == (True, True)
        assert {NAME, OTHER} & writers(bare) == {NAME}
        removed = bare.started("remove", NAME)
        resumed = bare.started("resume", OTHER)
        ended(removed), ended(resumed)
        assert NAME not in bare.own().keys() | bare.served().keys()
        assert {NAME, OTHER} & writers(bare) == {OTHER}
