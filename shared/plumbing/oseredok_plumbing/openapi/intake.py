"""The door for events, as OpenAPI shows it: what a request may carry, and what each status answers."""

from typing import Any
from urllib.parse import quote

from oseredok_contracts import parts
from oseredok_contracts.envelope import BATCH, STRUCTURED
from oseredok_contracts.topics import Topic
from oseredok_contracts.verdict import Code, Verdict
from oseredok_plumbing.openapi.app import CODING, JSON_MEDIA, TOO_LARGE, Node, refused

TAKEN = (Verdict.ACCEPTED, Verdict.DUPLICATE)

_IDENTITY: Node = {
    "source": {"type": ["string", "null"], "description": "The event's source; null where it couldn't be read."},
    "id": {"type": ["string", "null"], "description": "The event's id; null where it couldn't be read."},
    "replayof": {"type": "string", "description": "As the event has it; operators' replays say whose they are."},
    "received_at": {"type": "string", "format": "date-time", "description": "When it was judged; not in a dry run."},
}


def components(topic: Topic) -> dict[str, Node]:
    """Schemas that `operation` refers to: the types that the topic takes, and the answer."""
    return {
        **parts.parts(topic.types),
        _event_of(topic): {
            "description": "One CloudEvent of a type that is taken here; `type` says which.",
            "oneOf": [parts.reference(event_type) for event_type in topic.types],
            "discriminator": {
                "propertyName": "type",
                "mapping": {event_type: parts.PLACE + event_type for event_type in topic.types},
            },
        },
        "IntakeTaken": _result("The event is in effect, now or since before.", TAKEN, {}),
        "IntakeWaiting": _result(
            "The event waits for something unknown yet, and takes effect by itself when that comes.",
            (Verdict.WAITING,),
            {"waits_for": {"type": "string", "description": "For what, like library:isil/UA-CK-0011."}},
        ),
        "IntakeRejected": _result(
            "The event is invalid. Nothing of it was kept: mend it, and send it again.",
            (Verdict.REJECTED,),
            {
                "code": {"type": "string", "enum": [code.value for code in Code], "description": "Why; stable."},
                "detail": {"type": "string", "description": "What exactly is wrong, in English."},
                "pointer": {"type": "string", "description": "Where in the event (RFC 6901); empty: the whole."},
                "hint": {"type": "string", "description": "What can be done about it."},
            },
        ),
        "IntakeResults": {
            "title": "IntakeResults",
            "description": "A verdict on each event, in the order of the request.",
            "type": "object",
            "properties": {
                "results": {
                    "type": "array",
                    "minItems": 1,
                    "items": {"oneOf": [parts.reference(f"Intake{name}") for name in ("Taken", "Waiting", "Rejected")]},
                }
            },
            "required": ["results"],
        },
    }


def _event_of(topic: Topic) -> str:
    """What a service takes is not what another takes."""
    return f"{topic.owner}.IntakeEvent"


def _result(description: str, verdicts: tuple[Verdict, ...], more: Node) -> Node:
    verdict = {"type": "string", "enum": [verdict.value for verdict in verdicts]}
    return {
        "type": "object",
        "description": description,
        "properties": {"verdict": verdict, **_IDENTITY, **more},
        "required": ["verdict", "source", "id", *more],
    }


def operation(topic: Topic, events_max: int) -> Node:
    """What the routes of intake have in common."""
    return {
        "parameters": [*_attributes(topic), _CODING_HEADER],
        "requestBody": {"required": True, "description": _BODY, "content": _content(topic, events_max)},
        "responses": {
            "200": _answer("Every event is accepted, a duplicate, or waits."),
            "207": _answer("Some events were rejected, others not; each result says which."),
            "400": _unreadable(),
            "413": TOO_LARGE,
            "415": CODING,
        },
        "security": [{"publisher": []}],
    }


_BODY = (
    "One event as a CloudEvent in JSON (structured mode); several as an array of such (batch mode); or the data of one "
    "event alone, with its attributes as ce- headers (binary mode). It may be packed: Content-Encoding: gzip."
)
_CODING_HEADER: Node = {
    "name": "Content-Encoding",
    "in": "header",
    "description": "How the body is packed. Limits hold for what it unpacks to.",
    "schema": {"type": "string", "enum": ["gzip", "identity"]},
}


def _content(topic: Topic, events_max: int) -> Node:
    event = parts.reference(_event_of(topic))
    told = {name: example for event_type in topic.types for name, example in _examples(event_type)}
    data = [parts.reference(parts.model_part(event_type)) for event_type in topic.types]
    binary = "The data of one event, where ce- headers carry its attributes; without them, one whole event."
    first = next(iter(told.values()))["value"]
    return {
        STRUCTURED: {"schema": event, "examples": told},
        BATCH: {
            "schema": {"type": "array", "minItems": 1, "maxItems": events_max, "items": event},
            "example": [example["value"] for example in told.values()],
        },
        JSON_MEDIA: {"schema": {"description": binary, "anyOf": [*data, event]}, "example": first["data"]},
    }


def _examples(event_type: str) -> list[tuple[str, Node]]:
    noun, fact = event_type.split(".")[3:5]
    return [
        (f"{noun}-{fact}-{name}", {"summary": f"{noun} {fact}", "value": event})
        for name, event in parts.examples(event_type)
    ]


def _attributes(topic: Topic) -> list[Node]:
    """Headers of binary mode (CloudEvents 1.0, HTTP protocol binding, 3.1.3); examples go with that of the body."""
    first = next(iter(topic.types))
    event, example = parts.parts([first])[first], _examples(first)[0][1]["value"]
    attributes: dict[str, Any] = dict(event["properties"])
    attributes["type"] = {"enum": list(topic.types), "description": attributes["type"]["description"]}
    return [
        {
            "name": f"ce-{name}",
            "in": "header",
            "description": f"Binary mode only{', needed there' if name in event['required'] else ''}. "
            f"{schema.get('description', '')}",
            "schema": {key: value for key, value in schema.items() if key != "description"},
            **({"example": quote(example[name], safe=_PRINTABLE)} if name in example else {}),
        }
        for name, schema in attributes.items()
        if name not in {"data", "datacontenttype"}
    ]


_PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
"""What a header carries as it is (3.1.3.2); the rest is escaped by percent."""


def _answer(description: str) -> Node:
    return {"description": description, "content": {JSON_MEDIA: {"schema": parts.reference("IntakeResults")}}}


def _unreadable() -> Node:
    """Of one status, two kinds: results when there were events to judge, else a problem."""
    problem = refused("Every event was rejected; or a batch that is no array of events, or gzip that is none.")
    return problem | {"content": {**_answer("")["content"], **problem["content"]}}
