"""LearningState, OutcomeState and PublicationState."""

from dataclasses import asdict
from typing import Any

from oseredok_contracts import topics
from oseredok_contracts.topics import Topic
from oseredok_events.domain.report import Report
from oseredok_plumbing.event import Event
from oseredok_plumbing.transaction import Transaction

_NOUNS: dict[str, tuple[Topic, str, str]] = {
    "learning": (topics.LEARNING, "org.oseredok.learning.reported.v1", "report"),
    "outcome": (topics.OUTCOMES, "org.oseredok.outcome.reported.v1", "outcome"),
    "publication": (topics.PUBLICATIONS, "org.oseredok.publication.released.v1", "publication"),
}
"""Noun to topic, type, and the field of the state that holds our id."""


def changed(tx: Transaction, report: Report, cause: Event[Any]) -> None:
    """Announces the full state after a telling."""
    topic, event_type, _ = _NOUNS[report.body.noun]
    tx.announce(topic, str(report.id), event_type, report.version, to_state(report), cause)


def to_state(report: Report) -> dict[str, Any]:
    """The contract's state, ready for orjson: bodies have the contract's field names, which a test holds together."""
    _, _, name = _NOUNS[report.body.noun]
    return {
        name: report.id,
        "publisher": report.publisher,
        "subject": report.subject,
        "version": report.version,
        **asdict(report.body),
        "cause": report.cause,
    }
