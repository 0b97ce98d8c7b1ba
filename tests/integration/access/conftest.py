"""Installations whose publishers come and go; what was let in is sent away at the end."""

from collections.abc import Iterator

import pytest

from integration.access.installation import Installation, Serving, described
from support.world import World


@pytest.fixture
def bare(world: World) -> Iterator[Installation]:
    """Without services: files and Kafka."""
    described(world, "http://127.0.0.1:1", "http://127.0.0.1:1")
    yield Installation(world)
    world.kafka.grant()


@pytest.fixture
def installation(world: World) -> Iterator[Serving]:
    """With the service events running."""
    world.migrate("events")
    events = world.start("events").wait_ready()
    described(world, f"http://127.0.0.1:{events.http_port}", f"http://127.0.0.1:{events.admin_port}")
    yield Serving(world, events)
    world.kafka.grant()
