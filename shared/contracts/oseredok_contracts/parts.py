"""The schemas as parts of a larger document, whose references begin at that document's own root (OpenAPI, AsyncAPI)."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from oseredok_contracts import schemas
from oseredok_contracts.compat import INTAKE

Schema = dict[str, Any]

PLACE = "#/components/schemas/"
EXAMPLES = Path(__file__).with_name("examples")
EXAMPLES_MAX = 2
"""Of a type; the others stand beside them in the folder."""


def reference(part: str) -> Schema:
    """A schema that points to a part."""
    return {"$ref": PLACE + part}


def model_part(event_type: str) -> str:
    """The part that holds a type's data alone, as binary mode sends it."""
    return _part(event_type, schemas.types()[event_type].__name__)


def parts(event_types: Iterable[str]) -> dict[str, Schema]:
    """By name: each type's whole event under the type, each model under its own name, publishers' as `intake.<name>`.

    Raises ValueError when two models of one name differ.
    """
    models = schemas.types()
    found: dict[str, Schema] = {}
    for event_type in event_types:
        whole = _moved(schemas.schema(event_type, models[event_type]), event_type)
        definitions = whole.pop("$defs")
        for part, schema in {event_type: whole, **{_part(event_type, n): s for n, s in definitions.items()}}.items():
            if found.setdefault(part, schema) != schema:
                raise ValueError(f"two models are called {part}")
    return {part: found[part] for part in sorted(found)}


def examples(event_type: str) -> list[tuple[str, Schema]]:
    """The first of the type's committed examples: name and event."""
    found = sorted((EXAMPLES / event_type).glob("*.json"))[:EXAMPLES_MAX]
    return [(path.stem, json.loads(path.read_bytes())) for path in found]


def _part(event_type: str, model: str) -> str:
    return f"intake.{model}" if event_type.startswith(INTAKE) else model


def _moved(schema: Schema, event_type: str) -> Schema:
    """Without dialect and id, which the larger document settles, and with its references led to the parts."""

    def led(node: Schema) -> Schema:
        if "$ref" in node:
            node["$ref"] = PLACE + _part(event_type, node["$ref"].removeprefix("#/$defs/"))
        return node

    moved: Schema = json.loads(json.dumps(schema), object_hook=led)
    return {key: value for key, value in moved.items() if key not in {"$schema", "$id"}}
