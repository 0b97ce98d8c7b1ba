"""Both modes of CloudEvents survive the way there and back, and the SDK of CloudEvents reads what we write."""

from datetime import UTC, datetime

import orjson
import pytest
from cloudevents.core.base import BaseCloudEvent
from cloudevents.core.bindings import kafka
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given

from oseredok_contracts import codec
from oseredok_contracts.envelope import STRUCTURED, Envelope, content, identity
from support import examples
from unit.contracts import strategies

STRUCTURED_HEADERS = [("content-type", STRUCTURED.encode())]


@given(strategies.envelopes())
def test_structured_there_and_back(envelope: Envelope) -> None:
    """With the header, and without it where no ce_ header says otherwise."""
    value = codec.encode(envelope)
    assert codec.decode(value, STRUCTURED_HEADERS) == envelope
    assert codec.decode(value) == envelope


@given(strategies.envelopes())
def test_binary_there_and_back(envelope: Envelope) -> None:
    """Attributes in ce_ headers, content-type beside them, data alone as the value."""
    headers, value = codec.encode_binary(envelope)
    assert codec.decode(value, headers) == envelope


@given(strategies.envelopes())
def test_the_way_does_not_change_what_an_event_is(envelope: Envelope) -> None:
    """An event repeated in the other mode is a duplicate, not a conflict."""
    headers, value = codec.encode_binary(envelope)
    there, here = codec.decode(value, headers), codec.decode(codec.encode(envelope))
    assert identity(there.source, there.id) == identity(here.source, here.id)
    assert content(there) == content(here) == content(envelope)


@given(strategies.envelopes(strategies.json_objects))
def test_the_sdk_reads_what_we_write(envelope: Envelope) -> None:
    """cloudevents, structured and binary."""
    headers, value = codec.encode_binary(envelope)
    structured = kafka.KafkaMessage(dict(STRUCTURED_HEADERS), None, codec.encode(envelope))
    for message in (structured, kafka.KafkaMessage(dict(headers), None, value)):
        assert _ours(kafka.from_kafka(message, JSONFormat(), CloudEvent)) == envelope


@given(strategies.envelopes(strategies.json_objects))
def test_we_read_what_the_sdk_writes(envelope: Envelope) -> None:
    """cloudevents, structured and binary."""
    attributes = envelope.model_dump(exclude={"data"}, exclude_none=True)
    event = CloudEvent(attributes, envelope.data)
    for message in (kafka.to_structured(event, JSONFormat()), kafka.to_binary(event, JSONFormat())):
        assert codec.decode(message.value, list(message.headers.items())) == envelope


@pytest.mark.parametrize(
    "content_type",
    [
        "application/cloudevents+json",
        "application/cloudevents+json; charset=utf-8",
        "application/cloudevents+json;charset=UTF-8",
        "Application/CloudEvents+JSON",
        "application/json",
        "application/json; charset=utf-8",
    ],
)
def test_structured_is_told_by_its_media_type(content_type: str) -> None:
    """Parameters and letter case of a media type don't matter (RFC 9110, 8.3.1)."""
    event = examples.held()
    assert codec.decode(orjson.dumps(event), [("Content-Type", content_type.encode())]).id == event["id"]


def test_structured_wins_over_stray_headers() -> None:
    """A gateway that copies attributes into ce_ headers doesn't turn the event into a binary one."""
    event = examples.held()
    headers = [*STRUCTURED_HEADERS, ("ce_id", b"another")]
    assert codec.decode(orjson.dumps(event), headers).id == event["id"]


def test_unknown_extensions_are_taken_and_dropped() -> None:
    """In both modes."""
    event = examples.held() | {"traceparent": "00-ab-cd-01", "samplingrate": 3, "flag": True, "nothing": None}
    assert codec.decode(orjson.dumps(event)) == codec.from_object(examples.held())
    headers, value = codec.encode_binary(codec.from_object(event))
    assert codec.decode(value, [*headers, ("ce_traceparent", b"00"), ("x-other", b"1")]).id == event["id"]


def test_text_is_brought_into_one_form() -> None:
    """The same id typed on another keyboard is the same id (NFC)."""
    event = examples.held() | {"id": "подія-и\u0306"}
    assert codec.decode(orjson.dumps(event)).id == "подія-й"


def test_content_is_type_subject_time_and_data() -> None:
    """An instant written in another zone and reordered keys are the same content; each other change is not."""
    event = codec.from_object(examples.held())
    same = event.model_copy(
        update={
            "time": event.time.astimezone(UTC),
            "data": dict(reversed(event.data.items())),
            "correlationid": "another",
            "sequence": "000009",
        }
    )
    assert content(same) == content(event)
    for change in (
        {"type": "org.oseredok.intake.activity.corrected.v1"},
        {"subject": "another"},
        {"time": datetime(2019, 6, 14, tzinfo=UTC)},
        {"data": event.data | {"title": "Інша назва"}},
    ):
        assert content(event.model_copy(update=change)) != content(event)


def test_identity_is_source_and_id() -> None:
    """Neither alone, and where one ends the other begins."""
    assert identity("urn:a", "b") != identity("urn:a", "c")
    assert identity("urn:a", "b") != identity("urn:b", "b")
    assert identity("urn:ab", "c") != identity("urn:a", "bc")
    assert len(identity("urn:a", "b")) == 16


def _ours(event: BaseCloudEvent) -> Envelope:
    return Envelope.model_validate({**event.get_attributes(), "data": event.get_data()})
