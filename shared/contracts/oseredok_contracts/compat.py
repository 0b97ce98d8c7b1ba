"""Whether the contract of today keeps what the last release promised, within a major version of each type.

To publishers: what was taken is still taken. To consumers: what is announced still fits the schema that they know, and
no field of it is gone. They ignore fields, and values of an enumeration, that they don't know: those may be added.

`python -m oseredok_contracts.compat` compares with `released/` and names each breach; with `--release` today's contract
becomes the released one.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from oseredok_contracts import schemas, topics
from oseredok_contracts.subset import Subset

FOLDER = Path(__file__).with_name("released")
TOPICS = "topics.json"
INTAKE = "org.oseredok.intake."

Files = Mapping[str, str]
"""File name to text: a schema for each type, and the topics."""


def contract() -> dict[str, str]:
    """Today's."""
    told = {
        topic.name: {"key": topic.key, "compacted": topic.compacted, "types": sorted(topic.types)}
        for topic in topics.ALL
    }
    return schemas.files() | {TOPICS: json.dumps(told, ensure_ascii=False, indent=2) + "\n"}


def breaches(released: Files, today: Files) -> list[str]:
    """A sentence each: which type or topic, which field, and what would become of whom."""
    found = [*_of_topics(json.loads(released[TOPICS]), json.loads(today[TOPICS]))]
    for name in sorted(released.keys() - {TOPICS}):
        event_type = name.removesuffix(".json")
        if name not in today:
            found.append(f"{event_type}: the type is gone")
            continue
        found += [f"{event_type}: {why}" for why in _of_schema(event_type, released[name], today[name])]
    return found


def _of_schema(event_type: str, released: str, today: str) -> Iterator[str]:
    old, new = json.loads(released), json.loads(today)
    if event_type.startswith(INTAKE):
        for place, keyword in Subset(old, new).reasons():
            yield f"{place}: {keyword} is stricter than it was, publishers would be refused"
        return
    for place, keyword in Subset(new, old, open_ended=True).reasons():
        yield f"{place}: {keyword} is not what it was, consumers would meet what they don't expect"
    for place in sorted(_fields(old, old, "") - _fields(new, new, "")):
        yield f"{place}: the field is gone, consumers would miss it"


def _of_topics(released: Mapping[str, Any], today: Mapping[str, Any]) -> Iterator[str]:
    for name, old in sorted(released.items()):
        if (new := today.get(name)) is None:
            yield f"topic {name} is gone"
            continue
        if lost := sorted(set(old["types"]) - set(new["types"])):
            yield f"topic {name} no longer carries {', '.join(lost)}"
        for what in ("key", "compacted"):
            if old[what] != new[what]:
                yield f"topic {name}: {what} was {old[what]!r} and is {new[what]!r}"


def _fields(node: Any, root: Any, place: str) -> set[str]:
    """Pointers of all properties; schemas here hold no circles."""
    if "$ref" in node:
        return _fields(root["$defs"][node["$ref"].rpartition("/")[2]], root, place)
    found: set[str] = set()
    for name, inner in node.get("properties", {}).items():
        found |= {f"{place}/{name}", *_fields(inner, root, f"{place}/{name}")}
    for inner in (*node.get("anyOf", ()), *([node["items"]] if isinstance(node.get("items"), dict) else [])):
        found |= _fields(inner, root, place)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Compares or releases. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m oseredok_contracts.compat", description=__doc__)
    parser.add_argument("--release", action="store_true", help="make today's contract the released one")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.release:
        schemas.write(options.folder, contract())
        return 0
    found = breaches({path.name: path.read_text("utf-8") for path in options.folder.glob("*.json")}, contract())
    for breach in found:
        sys.stderr.write(f"{breach}\n")
    if found:
        sys.stderr.write("Within a major version the contract only grows: add a new version of the type instead.\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
