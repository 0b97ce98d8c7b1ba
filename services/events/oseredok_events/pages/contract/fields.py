"""What a type takes, field by field, read from its JSON Schema: for people, who then need not read the schema."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from oseredok_contracts import schemas
from oseredok_contracts.fields import HttpUrl, TerritoryCode
from oseredok_contracts.intake.library import Isil

Schema = Mapping[str, Any]

FORMATS = {"date-time": "moment", "date": "day"}
PATTERNS = {
    TypeAdapter(kind).json_schema()["pattern"]: name
    for kind, name in ((TerritoryCode, "territory"), (HttpUrl, "url"), (Isil, "isil"))
}


@dataclass(frozen=True, slots=True)
class Field:
    """A field by its whole name: `attendance.cells[].sex`. `kind` is what it takes, in one of the page's words.

    `values` are all that it may be, where they are few; `at_most` bounds it: characters, items, or the number itself.
    """

    name: str
    required: bool
    kind: str
    meaning: str
    at_most: int | None = None
    values: tuple[str, ...] = ()
    default: str | None = None


def of_type(event_type: str) -> list[Field]:
    """Of the data of a type."""
    model = schemas.types()[event_type]
    schema = schemas.schema(event_type, model)
    return list(_fields(schema["$defs"][model.__name__], schema["$defs"], ""))


def of_envelope(event_type: str) -> list[Field]:
    """The attributes around the data, the same for every type."""
    schema = schemas.schema(event_type, schemas.types()[event_type])
    return [field for field in _fields(schema, schema["$defs"], "") if not field.name.startswith("data.")]


def _fields(schema: Schema, definitions: Mapping[str, Schema], prefix: str) -> Iterator[Field]:
    """Depth first; a field of a list's items is named `list[].field`."""
    for name, told in schema["properties"].items():
        shape = _shape(told, definitions)
        whole = prefix + name
        required = name in schema.get("required", ())
        items = _shape(shape["items"], definitions) if "items" in shape else {}
        yield _field(whole, told, shape, items, required=required)
        inner, mark = (items, "[].") if items else (shape, ".")
        if "properties" in inner:
            yield from _fields(inner, definitions, whole + mark)


def _field(name: str, told: Schema, shape: Schema, items: Schema, *, required: bool) -> Field:
    default, kind = told.get("default"), _kind(name, shape)
    values = items.get("enum") or shape.get("enum") or [shape[key] for key in ("const",) if key in shape]
    return Field(
        name,
        required,
        kind,
        told.get("description", ""),
        shape.get("maxItems", shape.get("maximum", shape.get("maxLength"))),
        tuple(map(str, values)) if kind != "type" else (),
        default if isinstance(default, str) else None,
    )


def _shape(told: Schema, definitions: Mapping[str, Schema]) -> Schema:
    """What is behind a reference, and the one of two alternatives that isn't null."""
    for alternative in told.get("anyOf", ()):
        if alternative.get("type") != "null":
            return _shape(alternative, definitions)
    if "$ref" in told:
        return definitions[told["$ref"].rpartition("/")[2]]
    return told


def _kind(name: str, shape: Schema) -> str:
    if name == "type":
        return "type"  # each schema has its own; together they are the page
    if "enum" in shape or "const" in shape:
        return "one_of"
    if shape["type"] != "string":
        return {"integer": "number", "array": "list", "object": "object"}[shape["type"]]
    return FORMATS.get(shape.get("format", ""), "") or PATTERNS.get(shape.get("pattern", ""), "text")
