"""The AsyncAPI 3.0 document of all topics, made from the table of topics, the schemas and the examples.

`python -m oseredok_contracts.asyncapi` writes it; with `--check` it compares, and exits 1 when the document differs.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any

from oseredok_contracts import documents, parts, topics
from oseredok_contracts.envelope import STRUCTURED
from oseredok_contracts.schemas import types
from oseredok_contracts.topics import Topic

BINDING = "0.5.0"
BINARY = "application/json"

Node = dict[str, Any]

ABOUT = """\
Every topic of the platform, seen from the platform: it *receives* what publishers write to their intake topics, and \
*sends* receipts, its own announcements and the journal. Whoever publishes does the reverse: writes to \
`oseredok.<service>.intake.<own name>.v1`, reads `oseredok.<service>.receipts.<own name>.v1`.

Messages are CloudEvents 1.0. Intake takes both content modes of the Kafka protocol binding: structured (the whole \
event as JSON, content-type `application/cloudevents+json`) and binary (attributes as `ce_` headers, data alone as the \
value). The platform itself sends structured ones. Batches may be compressed by gzip, snappy, lz4 or zstd.

Within a major version types only grow: consumers ignore fields and values that they don't know. Intake refuses fields \
that it doesn't know, so that a misspelt one does not vanish. What became of an event is told by its receipt, and by \
`GET /v1/receipts` of the service that owns the topic (see the OpenAPI document)."""

SERVICES: Mapping[str, str] = {
    "registry": "Libraries, territory and organisations: who takes part, where, since when.",
    "events": "Activities and their life, learning, outcomes, publications; the journal of every accepted event.",
    "notifications": "Who was told what, when and why. No name and no address is in it.",
}


def document() -> Node:
    """The whole document."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:oseredok:topics",
        "info": {
            "title": "Oseredok: topics",
            "version": "1",
            "description": ABOUT,
            "tags": [{"name": name, "description": text} for name, text in SERVICES.items()],
        },
        "defaultContentType": STRUCTURED,
        "servers": {"kafka": _server()},
        "channels": {_channel_name(topic): _channel(topic) for topic in topics.ALL},
        "operations": dict(_operation(topic) for topic in topics.ALL),
        "components": {
            "messages": dict(sorted(dict(_messages()).items())),
            "schemas": parts.parts(types()),
            "securitySchemes": {
                "scram": {
                    "type": "scramSha512",
                    "description": "A user in Kafka with the publisher's name; the operator hands out its password.",
                }
            },
        },
    }


def _server() -> Node:
    return {
        "host": "{address}",
        "protocol": "kafka-secure",
        "description": "The installation's Kafka, over SASL. Names are settled by the operator; no topic makes itself.",
        "variables": {"address": {"default": "localhost:9092", "description": "Host and port, from the operator."}},
        "security": [{"$ref": "#/components/securitySchemes/scram"}],
    }


def _channel_name(topic: Topic) -> str:
    """`events.intake` of `oseredok.events.intake.{publisher}.v1`."""
    return topic.name.removeprefix("oseredok.").removesuffix(".v1").replace(".{publisher}", "")


def _channel(topic: Topic) -> Node:
    publisher = {"description": "The publisher's name, as in its access entry.", "examples": ["biblioteka-plus"]}
    return {
        "address": topic.name,
        "title": _purpose(topic),
        "description": _described(topic),
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _message_names(topic)},
        **({"parameters": {"publisher": publisher}} if topic.per_publisher else {}),
        "tags": [{"name": topic.owner}],
        "bindings": {
            "kafka": {
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": ["compact" if topic.compacted else "delete"],
                    "retention.ms": topic.retention_ms,
                    "max.message.bytes": topic.record_bytes_max,
                },
                "bindingVersion": BINDING,
            }
        },
        "x-owner": topic.owner,
        "x-consumers": list(topic.consumers),
    }


def _purpose(topic: Topic) -> str:
    if topic.intake:
        return f"What a publisher tells {topic.owner}"
    if topic.for_publisher:
        return f"What became of a publisher's events at {topic.owner}"
    if not topic.compacted:
        return f"Every event that {topic.owner} accepted, as it came"
    return f"What {topic.owner} announces: {topic.name.split('.')[2]}"


def _described(topic: Topic) -> str:
    days = topic.retention_ms // topics.DAY_MS
    kept = f"Kept for {days} days." if topic.retention_ms > 0 else "Kept without end."
    if topic.compacted:
        kept = "Compacted: the last state of each key stays, whole, so that a new consumer can start from it."
    readers = " and ".join(topic.consumers) or "no service"
    who = "Only the publisher that the name carries may read it. " if topic.for_publisher else ""
    who += "Only the publisher that the name carries may write to it. " if topic.intake else ""
    return (
        f"{who}Owned by {topic.owner}, read by {readers}. Key: {topic.key}. Partitions: {topic.partitions}. {kept} "
        f"A record may have {topic.record_bytes_max} bytes."
    )


def _operation(topic: Topic) -> tuple[str, Node]:
    """The platform's part: it receives from intake topics, and answers on the receipts topic; it sends to others."""
    channel, action = _channel_name(topic), "receive" if topic.intake else "send"
    there = f"#/channels/{channel}"
    operation: Node = {
        "action": action,
        "channel": {"$ref": there},
        "title": _purpose(topic),
        "messages": [{"$ref": f"{there}/messages/{name}"} for name in _message_names(topic)],
        "tags": [{"name": topic.owner}],
    }
    if topic.intake:
        operation["reply"] = {"channel": {"$ref": f"#/channels/{topic.owner}.receipts"}}
        operation["description"] = "Each event gets a receipt: accepted, duplicate, waiting or quarantined, and why."
    return f"{action}.{channel}", operation


def _message_names(topic: Topic) -> list[str]:
    """Intake takes both content modes; what we send is structured."""
    return [name for event_type in topic.types for name in (event_type, *_binary_name(event_type, topic))]


def _binary_name(event_type: str, topic: Topic) -> list[str]:
    return [f"{event_type}.binary"] if topic.intake else []


def _messages() -> Iterator[tuple[str, Node]]:
    for topic in topics.ALL:
        for event_type in topic.types:
            yield event_type, _structured(event_type, topic)
            for name in _binary_name(event_type, topic):
                yield name, _binary(event_type, topic)


def _structured(event_type: str, topic: Topic) -> Node:
    return {
        **_titled(event_type, topic),
        "contentType": STRUCTURED,
        "headers": {
            "type": "object",
            "properties": {"content-type": {"type": "string", "const": STRUCTURED}},
            "required": ["content-type"],
        },
        "payload": parts.reference(event_type),
        "examples": [
            {"name": name, "headers": {"content-type": STRUCTURED}, "payload": event}
            for name, event in parts.examples(event_type)
        ],
    }


def _binary(event_type: str, topic: Topic) -> Node:
    """Attributes as headers (CloudEvents 1.0, Kafka protocol binding, 3.2), data as the value."""
    event = parts.parts([event_type])[event_type]
    attributes = {name: schema for name, schema in event["properties"].items() if name != "data"}
    del attributes["datacontenttype"]
    required = [f"ce_{name}" for name in event["required"] if name in attributes]
    return {
        **_titled(event_type, topic, "binary"),
        "contentType": BINARY,
        "headers": {
            "type": "object",
            "properties": {
                "content-type": {"type": "string", "const": BINARY},
                **{f"ce_{name}": schema for name, schema in attributes.items()},
            },
            "required": ["content-type", *required],
        },
        "payload": parts.reference(parts.model_part(event_type)),
        "examples": [
            {"name": name, "headers": _headers(event), "payload": event["data"]}
            for name, event in parts.examples(event_type)
        ],
    }


def _titled(event_type: str, topic: Topic, mode: str = "structured") -> Node:
    about = (types()[event_type].__doc__ or "").strip().splitlines()[0]
    key = {"kafka": {"key": {"type": "string", "description": topic.key}, "bindingVersion": BINDING}}
    return {
        "name": f"{event_type}.binary" if mode == "binary" else event_type,
        "title": f"{event_type} ({mode})",
        "summary": about,
        # A publisher's event travels under its own key, and under ours in the journal: its channels say which.
        **({"bindings": key} if topic.compacted else {}),
    }


def _headers(event: Node) -> dict[str, str]:
    told = {f"ce_{name}": str(value) for name, value in event.items() if name not in {"data", "datacontenttype"}}
    return {"content-type": BINARY, **told}


def main(arguments: list[str] | None = None) -> int:
    """Writes or checks. Returns the exit code."""
    return documents.keep("python -m oseredok_contracts.asyncapi", {documents.ASYNCAPI: document()}, arguments)


if __name__ == "__main__":
    sys.exit(main())
