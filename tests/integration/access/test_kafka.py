"""Publishers and Kafka part: it refuses midway, it has lost a user, it keeps the topics of who left, it is changed."""

import pytest

from integration.access.installation import NAME, SOURCE, Installation, handed
from oseredok_cli.access import acls, quotas, users
from oseredok_cli.access.client import Broker
from oseredok_cli.access.step import RefusedError, Step
from support.servers import PUBLISHERS

AGAIN = "--same-publisher"
OTHER = "https://other.example"


def test_refused_midway_nothing_stays(bare: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broker takes a user, topics and rights, and then no quota: user and rights go again, files are as before."""
    bare.command("apply")
    admin = bare.world.kafka.admin()
    before = (acls._known(admin), users._known(admin), bare.served().keys())
    plan, refusals = quotas.plan, iter(["no more quotas"])

    def refusing(broker: Broker, wanted: dict[str, int]) -> Step:
        def refuse() -> None:
            assert NAME in users._known(admin)
            assert any(binding.principal == f"User:{NAME}" for binding in acls._known(admin))
            raise RefusedError(refusal)

        refusal = next(refusals, None)
        return plan(broker, wanted) if refusal is None else Step(["quota"], refuse)

    monkeypatch.setattr(quotas, "plan", refusing)
    told = bare.command("add", NAME, "--source", SOURCE, AGAIN, code=1)
    assert "no more quotas. Of mriya only its topics stay; once more: --same-publisher" in told
    assert (acls._known(admin), users._known(admin), bare.served().keys()) == before
    assert not (bare.secrets / "publishers.toml").exists()
    assert bare.command("apply") == "Kafka is as the table of topics and the access file say.\n"
    assert handed(bare.command("add", NAME, "--source", SOURCE, AGAIN))["USER"] == NAME


def test_a_lost_user_is_told_of_with_its_cure(bare: Installation) -> None:
    """Nobody here knows its password: `apply`, dry or not, says so until `rotate --kafka` has made another."""
    bare.add()
    bare.world.kafka.grant()  # these know nothing of NAME: its user and rights are gone, as on a new broker
    cure = f"oseredok access rotate {NAME} --kafka"
    for words in (["--dry-run"], [], ["--dry-run"], []):
        told = bare.command("apply", *words).splitlines()
        assert told[-1] == f"user {NAME} is gone from Kafka, and its password is kept nowhere here; a new one: {cure}"
    assert len(told) == 1
    assert bare.asked("apply")["lost"] == [{"name": NAME, "cure": cure}]
    password = handed(bare.command(*cure.split()[2:]))["PASSWORD"]
    assert bare.world.kafka.broker.logs_in(NAME, password)
    assert bare.command("apply") == "Kafka is as the table of topics and the access file say.\n"


def test_a_name_is_not_inherited(bare: Installation) -> None:
    """Its topics and receipts are there still: only who says that it is the same one has them again."""
    bare.add()
    bare.command("remove", NAME)
    refused = bare.command("add", NAME, "--source", OTHER, code=1)
    assert "was here before" in refused
    assert AGAIN in refused
    assert NAME not in bare.own()
    password = handed(bare.command("add", NAME, "--source", SOURCE, AGAIN))["PASSWORD"]
    assert bare.world.kafka.broker.logs_in(NAME, password)


def test_an_entry_is_changed(bare: Installation) -> None:
    """What is named, and nothing else; told first, and not done where it is refused."""
    bare.add("--events-per-minute", "500")
    tokens = bare.own()[NAME]["tokens"]
    words = ["--source", OTHER, "--type", "*", "--receipts", "problems", "--bytes-per-second", "70000"]
    lines = [f"sources: {SOURCE} → {OTHER}", "receipts: all → problems", "bytes_per_second: as all have → 70000"]
    assert bare.command("change", NAME, *words, "--dry-run").splitlines() == [*lines, "A dry run: nothing was changed."]
    changes = [
        {"field": "sources", "before": [SOURCE], "after": [OTHER]},
        {"field": "receipts", "before": "all", "after": "problems"},
        {"field": "bytes_per_second", "before": None, "after": 70000},
    ]
    assert bare.asked("change", NAME, *words, "--dry-run") == {"name": NAME, "dry_run": True, "changes": changes}
    assert bare.own()[NAME]["sources"] == [SOURCE]
    assert bare.command("change", NAME, *words).splitlines() == lines
    wanted = {"sources": [OTHER], "types": ["*"], "receipts": "problems", "tokens": tokens}
    wanted["quota"] = {"events_per_minute": 500, "bytes_per_second": 70000}
    assert bare.own()[NAME] == bare.served()[NAME] == wanted
    assert quotas._run(bare.world.kafka.broker, quotas._present)[NAME] == 70_000
    assert bare.command("change", NAME, *words) == "It is so already.\n"
    assert bare.asked("change", NAME, *words) == {"name": NAME, "dry_run": False, "changes": []}
    assert "change what" in bare.command("change", NAME, code=1)
    assert "no unit of the codifier" in bare.command("change", NAME, "--territory", "UA1", code=1)
    of_programme = bare.served()[PUBLISHERS[0]]["sources"][0]
    assert f"a source of {PUBLISHERS[0]}" in bare.command("change", NAME, "--source", of_programme, code=1)
    bare.command("change", PUBLISHERS[0], "--territory", "UA71000000000010357")
    assert bare.served()[PUBLISHERS[0]]["territory"] == ["UA71000000000010357"]
    assert bare.served()[PUBLISHERS[0]]["sources"] == [of_programme]
