"""The generated documents of the contract: AsyncAPI for topics, OpenAPI for HTTP. What is committed is what is made."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).with_suffix("")
ASYNCAPI = "asyncapi.json"
OPENAPI = "openapi.json"
OPERATORS = "operators.json"

Document = Mapping[str, Any]


def keep(program: str, made: Mapping[str, Document], arguments: Sequence[str] | None = None) -> int:
    """Writes documents by file name; with `--check` compares, names those that differ. Returns the exit code."""
    parser = argparse.ArgumentParser(prog=program, description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a document differs")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    texts = {name: json.dumps(document, ensure_ascii=False, indent=1) + "\n" for name, document in made.items()}
    if not options.check:
        options.folder.mkdir(exist_ok=True)
        for name, text in texts.items():
            (options.folder / name).write_text(text, "utf-8")
        return 0
    differing = [name for name, text in texts.items() if _text(options.folder / name) != text]
    for name in differing:
        sys.stderr.write(f"{options.folder / name} differs from the code: run {program}\n")
    return 1 if differing else 0


def _text(path: Path) -> str | None:
    return path.read_text("utf-8") if path.exists() else None
