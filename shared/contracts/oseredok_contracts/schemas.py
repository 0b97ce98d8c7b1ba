"""JSON Schema 2020-12 of every event type, as a file each: what `schemas/` holds is exactly what the models say.

`python -m oseredok_contracts.schemas` writes the files; with `--check` it compares, names those that differ, exits 1.
"""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from oseredok_contracts import topics
from oseredok_contracts.envelope import Envelope

DIALECT = "https://json-schema.org/draft/2020-12/schema"
FOLDER = Path(__file__).with_suffix("")

# Optional in CloudEvents and in Envelope: here every type has a subject and data.
_REQUIRED = ["specversion", "id", "source", "type", "subject", "time", "data"]


def types() -> dict[str, type[BaseModel]]:
    """Every event type of the topics table with the model of its data."""
    return {name: model for topic in topics.ALL for name, model in topic.types.items()}


def schema(name: str, model: type[BaseModel]) -> dict[str, Any]:
    """The schema of a whole structured event of this type."""
    data = _untitled(model.model_json_schema())
    definitions = data.pop("$defs", {})
    attributes = _untitled(Envelope.model_json_schema())["properties"]
    narrowed = {
        "specversion": {"const": "1.0"},
        "type": {"const": name},
        "subject": attributes["subject"]["anyOf"][0],
        "data": {"$ref": f"#/$defs/{model.__name__}"},
    }
    told = {key: {"description": attributes[key]["description"], **form} for key, form in narrowed.items()}
    return {
        "$schema": DIALECT,
        "$id": f"urn:oseredok:schema:{name}",
        "title": name,
        "description": model.__doc__,
        "type": "object",
        "properties": attributes | told,
        "required": _REQUIRED,
        "propertyNames": {"pattern": "^[a-z0-9]+$"},
        "additionalProperties": {
            "description": "Extensions without a meaning here are taken and dropped.",
            "type": ["string", "number", "boolean", "null"],
        },
        "$defs": {model.__name__: data, **definitions},
    }


def files() -> dict[str, str]:
    """File name to text, for every type."""
    return {
        f"{name}.json": json.dumps(schema(name, model), ensure_ascii=False, indent=2) + "\n"
        for name, model in types().items()
    }


def differences(folder: Path, wanted: Mapping[str, str]) -> list[str]:
    """Names of the files in folder that are missing, not wanted, or other than wanted."""
    found = {path.name: path.read_text("utf-8") for path in folder.glob("*.json")}
    return sorted(name for name in found.keys() | wanted.keys() if found.get(name) != wanted.get(name))


def write(folder: Path, wanted: Mapping[str, str]) -> None:
    """Makes the folder hold exactly the wanted files."""
    folder.mkdir(exist_ok=True)
    for name in differences(folder, wanted):
        if name in wanted:
            (folder / name).write_text(wanted[name], "utf-8")
        else:
            (folder / name).unlink()


def main(arguments: Sequence[str] | None = None) -> int:
    """Writes or checks. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m oseredok_contracts.schemas", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a file differs")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if not options.check:
        write(options.folder, files())
        return 0
    differing = differences(options.folder, files())
    for name in differing:
        sys.stderr.write(f"{options.folder / name} differs from the models: run python -m oseredok_contracts.schemas\n")
    return 1 if differing else 0


def _untitled(node: Any) -> Any:
    """Without the titles and defaults of null that pydantic makes up from field names."""
    if isinstance(node, list):
        return [_untitled(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if not _made_up(key, value, node)}
    return {key: _untitled(value) for key, value in kept.items()}


def _made_up(key: str, value: object, node: Mapping[str, object]) -> bool:
    if key == "default":
        return value is None
    # Models keep their title; a property that is called "title" holds a schema, not a text.
    return key == "title" and isinstance(value, str) and node.get("type") != "object"


if __name__ == "__main__":
    sys.exit(main())
