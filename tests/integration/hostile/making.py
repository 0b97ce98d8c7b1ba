"""Hostile records in all kinds, from one seed. A kind whose end is certain says its code."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from oseredok_contracts.codec import DEPTH_MAX, KEYS_MAX
from oseredok_contracts.topics import VALUE_BYTES_MAX
from oseredok_contracts.verdict import Code
from support.sample import event, report
from support.wire import Raw
from support.world import STRUCTURED

FACTS = ("planned", "rescheduled", "cancelled", "held", "corrected", "voided")
NOUNS = ("learning", "outcome", "publication")
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, -(2**63), 2**64 - 1, 10**30, 1e308, -0.0, 0.1),
    *("", " ", "\x00", "\u202e", "\ufeff", "a\u0301" * 50, "\U0001f3b2", "'; DROP TABLE inbox; --", "x" * 70_000),
    *([], {}, [[]], [None] * 40, {"": ""}, {"id": 1}, {"authority": "isil", "id": "\n"}),
)
ODD_NAMES = ("", "__proto__", "a/b~c", "\x00", "\u202e", "id", "x" * 300, "ключ")
ODD_TIMES = (-1, 0, 1, 1_000_000_000_000)
"""Milliseconds; the broker itself refuses times more than an hour ahead."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How records of a kind are made, and in how many of a hundred thousand."""

    make: Callable[[random.Random, str], Raw]
    share: int
    code: Code | None = None


def sound(rng: random.Random, name: str) -> dict[str, Any]:
    """An event of any type, about a thing of its own."""
    number = rng.randrange(len(FACTS) + len(NOUNS))
    if number < len(FACTS):
        return event(FACTS[number], name, name)
    return report(NOUNS[number - len(FACTS)], name, name)


def structured(told: object, *headers: tuple[str, bytes | None]) -> Raw:
    return Raw(json.dumps(told, ensure_ascii=False).encode(errors="surrogatepass"), [*STRUCTURED, *headers])


def binary(told: dict[str, Any]) -> Raw:
    headers = [(f"ce_{name}", str(text).encode()) for name, text in told.items() if name != "data"]
    return Raw(json.dumps(told["data"]).encode(), [*headers, ("content-type", b"application/json")])


def changed(rng: random.Random, told: Any) -> Any:
    """A copy with one value somewhere in it replaced, removed or added."""
    whole = copy.deepcopy(told)
    node = whole
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = rng.choice(keys)
        if not (isinstance(node[key], dict | list) and node[key] and rng.random() < 0.8):
            break
        node = node[key]
    match rng.randrange(4):
        case 0:
            del node[key]
        case 1 if isinstance(node, dict):
            node[rng.choice(ODD_NAMES)] = copy.deepcopy(rng.choice(ODD_VALUES))
        case _:
            node[key] = copy.deepcopy(rng.choice(ODD_VALUES))
    return whole


def mutated(rng: random.Random, name: str) -> Raw:
    """Some bytes of a sound event turned, cut or doubled."""
    raw = structured(sound(rng, name))
    value = bytearray(raw.value or b"")
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(value))
        match rng.randrange(3):
            case 0:
                value[place] = rng.randrange(256)
            case 1:
                del value[place : place + rng.randint(1, 20)]
            case _:
                value[place:place] = value[place : place + rng.randint(1, 20)]
    return Raw(bytes(value), raw.headers)


def spoilt_headers(rng: random.Random, name: str) -> Raw:
    """A binary event, one header of which is something else."""
    raw = binary(sound(rng, name))
    headers = list(raw.headers)
    headers[rng.randrange(len(headers))] = rng.choice(
        [("ce_id", b""), ("content-type", rng.randbytes(9)), ("ce_time", b"now"), ("ce_", b"x"), ("", b"")]
    )
    return Raw(raw.value, headers)


def cut(rng: random.Random, name: str) -> Raw:
    raw = structured(sound(rng, name))
    return Raw((raw.value or b"")[: rng.randrange(len(raw.value or b""))], raw.headers)


def with_nul(rng: random.Random, name: str) -> Raw:
    raw = structured(sound(rng, name))
    place = rng.randrange(len(raw.value or b""))
    return Raw((raw.value or b"")[:place] + b"\x00" + (raw.value or b"")[place:], raw.headers)


def nested(rng: random.Random, name: str) -> Raw:
    depth = rng.choice([DEPTH_MAX + 1, 200, 1023, 1025, 20_000])
    opening, closing = rng.choice([(b"[", b"]"), (b'{"a":', b"}")])
    return Raw(opening * depth + b"1" + closing * depth, STRUCTURED)


def odd_time(rng: random.Random, name: str) -> Raw:
    raw = structured(changed(rng, sound(rng, name)))
    return Raw(raw.value, raw.headers, rng.choice([None, b"", rng.randbytes(40)]), rng.choice(ODD_TIMES))


def huge(rng: random.Random, name: str) -> Raw:
    return structured(sound(rng, name) | {"data": "x" * rng.randint(VALUE_BYTES_MAX, 3 * VALUE_BYTES_MAX)})


def wide(rng: random.Random, name: str) -> Raw:
    return structured(sound(rng, name) | {"data": {f"k{n}": n for n in range(KEYS_MAX + rng.randint(1, 2000))}})


def _not_utf8(rng: random.Random) -> bytes:
    return rng.randbytes(4) + b"\xff"


KINDS: dict[str, Kind] = {
    "a tombstone": Kind(lambda rng, _: Raw(None, rng.choice([(), STRUCTURED])), 8_000, Code.VALUE_MISSING),
    "a null header": Kind(
        lambda rng, name: structured(sound(rng, name), (rng.choice(["note", "ce_id"]), None)),
        8_000,
        Code.HEADER_INVALID,
    ),
    "a header value not UTF-8": Kind(
        lambda rng, name: structured(sound(rng, name), ("note", _not_utf8(rng))), 8_000, Code.HEADER_INVALID
    ),
    "a header name not UTF-8": Kind(
        # The broker, where it unpacks a compressed batch, writes the name anew, with U+FFFD in it: then it is sound.
        lambda rng, name: structured(sound(rng, name), (_not_utf8(rng).decode(errors="surrogateescape"), b"x")),
        4_000,
    ),
    "spoilt headers": Kind(spoilt_headers, 8_000),
    "random bytes": Kind(lambda rng, _: Raw(rng.randbytes(rng.randint(0, 300)), rng.choice([(), STRUCTURED])), 8_000),
    "cut": Kind(cut, 8_000, Code.JSON_MALFORMED),
    "NUL": Kind(with_nul, 6_000, Code.JSON_MALFORMED),
    "nested": Kind(nested, 2_000, Code.NESTED_TOO_DEEP),
    "wide": Kind(wide, 500, Code.TOO_MANY_KEYS),
    "huge": Kind(huge, 500, Code.VALUE_TOO_LARGE),
    "mutated": Kind(mutated, 14_000),
    "a wrong value": Kind(lambda rng, name: structured(changed(rng, sound(rng, name))), 18_000),
    "an odd time": Kind(odd_time, 7_000),
}


def hostile(rng: random.Random, count: int) -> Iterator[tuple[str, Raw]]:
    """So many records, each with its kind."""
    names = rng.choices(list(KINDS), [kind.share for kind in KINDS.values()], k=count)
    for number, kind in enumerate(names):
        yield kind, KINDS[kind].make(rng, f"h-{number}")
