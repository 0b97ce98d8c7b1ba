"""The table of topics, from which rights are made, says who reads what; the services' own tables say the same."""

from unittest.mock import Mock

import pytest

import oseredok_events.consumers
import oseredok_metrics.consumers
import oseredok_notifications.consumers
import oseredok_registry.consumers
from oseredok_contracts import topics

TABLES = {
    "registry": oseredok_registry.consumers.TABLE,
    "events": oseredok_events.consumers.TABLE,
    "notifications": oseredok_notifications.consumers.table(Mock()),
    "metrics": oseredok_metrics.consumers.TABLE,
}


@pytest.mark.parametrize("service", TABLES)
def test_a_service_may_read_what_it_reads(service: str) -> None:
    """No less, and no more."""
    allowed = {topic.name for topic in topics.ALL if service in topic.consumers}
    assert {subscription.topic.name for subscription in TABLES[service]} == allowed
