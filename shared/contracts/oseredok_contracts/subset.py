"""Whether every value that one JSON Schema takes is taken by another, for the part of JSON Schema that our models make.

A keyword outside of that part raises NotImplementedError: better to stop than to overlook it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
Reason = tuple[str, str]
"""JSON pointer of the field, and the keyword that refuses what was taken."""

LOWER = ("minLength", "minimum", "minItems")
UPPER = ("maxLength", "maximum", "maxItems")
SAME = ("pattern", "format")
WORDS = ("title", "description", "default", "$schema", "$id", "$defs", "propertyNames")
"""Keywords that say nothing about values, or the same for every event."""
KNOWN = {
    *LOWER,
    *UPPER,
    *SAME,
    *WORDS,
    *("type", "const", "enum", "anyOf", "items", "properties", "required", "additionalProperties"),
}


class Subset:
    """Compares `inner` with `outer`. `open_ended`: outer takes unknown properties and new values of enumerations."""

    def __init__(self, inner: Schema, outer: Schema, *, open_ended: bool = False) -> None:
        self._inner = inner
        self._outer = outer
        self._open_ended = open_ended

    def reasons(self) -> Iterator[Reason]:
        """Where a value of inner is refused by outer; none when it is a subset."""
        return self._compare(self._inner, self._outer, "")

    def _compare(self, inner: Schema, outer: Schema, place: str) -> Iterator[Reason]:
        inner, outer = _resolved(inner, self._inner), _resolved(outer, self._outer)
        ways, taken = inner.get("anyOf", [inner]), outer.get("anyOf", [outer])
        if len(ways) == len(taken) == 1:
            yield from self._compare_one(_resolved(ways[0], self._inner), _resolved(taken[0], self._outer), place)
            return
        for way in ways:
            if not any(not list(self._compare(way, one, place)) for one in taken):
                yield from self._nearest(way, taken, place)

    def _nearest(self, way: Schema, taken: list[Schema], place: str) -> Iterator[Reason]:
        """Why not by the alternative of the same type; `type` where there is none."""
        kind = _resolved(way, self._inner).get("type")
        alike = [one for one in taken if _resolved(one, self._outer).get("type") == kind]
        yield from self._compare(way, alike[0], place) if alike else [(place or "/", "type")]

    def _compare_one(self, inner: Schema, outer: Schema, place: str) -> Iterator[Reason]:
        if odd := (inner.keys() | outer.keys()) - KNOWN:
            raise NotImplementedError(f"{place}: {', '.join(sorted(odd))}")
        here = place or "/"
        if not _types(inner) <= _types(outer):
            yield here, "type"
            return
        values, allowed = _values(inner), _values(outer)
        if allowed is not None and (values is None or not values <= allowed) and not self._may_grow(inner, outer):
            yield here, "const" if "const" in outer else "enum"
        yield from ((here, keyword) for keyword in _bounds(inner, outer))
        if isinstance(outer.get("items"), dict):
            yield from self._compare(inner.get("items", {}), outer["items"], place)
        yield from self._compare_properties(inner, outer, place)

    def _may_grow(self, inner: Schema, outer: Schema) -> bool:
        return self._open_ended and "enum" in outer and _values(inner) is not None

    def _compare_properties(self, inner: Schema, outer: Schema, place: str) -> Iterator[Reason]:
        for name in outer.get("required", ()):
            if name not in inner.get("required", ()):
                yield f"{place}/{name}", "required"
        known = outer.get("properties", {})
        for name, told in inner.get("properties", {}).items():
            if name in known:
                yield from self._compare(told, known[name], f"{place}/{name}")
            elif outer.get("additionalProperties") is False and not self._open_ended:
                yield f"{place}/{name}", "additionalProperties"


def _bounds(inner: Schema, outer: Schema) -> Iterator[str]:
    for keyword in LOWER:
        if keyword in outer and inner.get(keyword, float("-inf")) < outer[keyword]:
            yield keyword
    for keyword in UPPER:
        if keyword in outer and inner.get(keyword, float("inf")) > outer[keyword]:
            yield keyword
    for keyword in SAME:
        if keyword in outer and inner.get(keyword) != outer[keyword]:
            yield keyword


def _resolved(schema: Schema, root: Schema) -> Schema:
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    return schema


def _types(schema: Schema) -> set[str]:
    """What the schema takes; an integer is a number, and nothing said is everything."""
    told = schema.get("type")
    if told is None:
        values = _values(schema)
        if values is not None and all(isinstance(value, str) for value in values):
            return {"string"}
        return {"string", "number", "integer", "boolean", "null", "array", "object"}
    kinds = {told} if isinstance(told, str) else set(told)
    return kinds | {"integer"} if "number" in kinds else kinds


def _values(schema: Schema) -> set[Any] | None:
    if "const" in schema:
        return {schema["const"]}
    return set(schema["enum"]) if "enum" in schema else None
