"""The platform, once for all that watch it."""

from collections.abc import Iterator

import pytest

from support.servers import KafkaServer, PostgresServer
from watched import platform as whole
from watched.platform import Platform


@pytest.fixture(scope="session")
def platform(
    postgres: PostgresServer, kafka: KafkaServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """All four services, watched."""
    with whole.running(postgres, kafka, tmp_path_factory.mktemp("watched")) as made:
        yield made
