"""How a service of several copies stands: as bad as the worst of them, with what each holds up added together."""

import pytest

from oseredok_cli.described import DescribedPlatform, _File
from oseredok_cli.standing import Standing, together

GOOD = Standing("events", "ready", version="1", database=True, lag_records=3, outbox_rows=5, quarantined=2)


def test_copies_read_partitions_of_their_own() -> None:
    """What is not read adds up; of the tables, which are one, the newest look counts."""
    other = Standing("events", "ready", version="2", database=True, lag_records=4, outbox_rows=7, quarantined=2)
    found = together([GOOD, other])
    assert (found.lag_records, found.outbox_rows, found.quarantined) == (7, 7, 2)
    assert (found.copies, found.version, found.state) == (2, "1, 2", "ready")


def test_one_that_is_not_ready_is_told_of() -> None:
    """With what it lacks, in its own words."""
    found = together([GOOD, Standing("events", "not ready", "no Kafka", version="1")])
    assert (found.state, found.lacks, found.database, found.copies) == ("not ready", "no Kafka", False, 2)


def test_one_that_is_away_is_told_of() -> None:
    """The others' figures stand all the same."""
    found = together([Standing("events", "away", "does not answer"), GOOD])
    assert (found.state, found.lacks, found.outbox_rows) == ("away", "does not answer", 5)


@pytest.mark.parametrize(
    ("addresses", "urls"),
    [
        (["10.0.0.3"], ["http://events:9000"]),
        (["10.0.0.4", "10.0.0.3"], ["http://10.0.0.3:9000", "http://10.0.0.4:9000"]),
    ],
)
def test_a_name_of_several_addresses_is_several_copies(
    monkeypatch: pytest.MonkeyPatch, addresses: list[str], urls: list[str]
) -> None:
    """As Docker's names are; a single copy goes by its name."""
    monkeypatch.setattr("socket.getaddrinfo", lambda *_: [(0, 0, 0, "", (a, 9000)) for a in addresses])
    told = _File.model_construct(admin="http://{service}:9000")
    assert DescribedPlatform(told).admin_urls("events") == urls


def test_a_name_that_nobody_knows_is_asked_all_the_same() -> None:
    """So that it is told to be away, and where."""
    told = _File.model_construct(admin="http://{service}.invalid:9000")
    assert DescribedPlatform(told).admin_urls("events") == ["http://events.invalid:9000"]
