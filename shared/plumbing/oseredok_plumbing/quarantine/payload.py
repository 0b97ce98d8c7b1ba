"""Original bytes as they are shown to an operator."""

import base64
import json
from collections.abc import Mapping
from typing import Any

import orjson

from oseredok_plumbing.event import headers_from_json

PAGE_MAX = 500


def payload(row: Mapping[str, Any]) -> dict[str, Any]:
    """Key and value in base64, headers as pairs of name and base64, and the value as readable text where it is JSON."""
    return {
        "key": _base64(row["key"]),
        "value": _base64(row["value"]),
        "headers": [
            [name.encode(errors="backslashreplace").decode(), _base64(raw)]
            for name, raw in headers_from_json(row["headers"])
        ],
        "pretty": pretty(row["value"]),
    }


def pretty(value: bytes | None) -> str | None:
    """JSON with indents; None for what is none. Escaped, so that a hostile text can't steer a terminal or a page."""
    try:
        parsed = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    text = json.dumps(parsed, ensure_ascii=False, indent=2)
    return "".join(c if c.isprintable() or c == "\n" else f"\\u{ord(c):04x}" for c in text)


def _base64(raw: bytes | None) -> str | None:
    return None if raw is None else base64.b64encode(raw).decode()
