"""Libraries and territory put straight into a database of events, as if the registry had announced them.

Quick, for tests that are about something else: the programme's libraries, and the units down to the hromadas.
"""

import csv
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from oseredok_contracts.ids import library_id

PROGRAMME = Path(__file__).parents[2] / "deploy" / "programme"

KNOWN = """\
SET search_path = events;
INSERT INTO territory (code, version, category, name, path, units_total)
SELECT code, 1, category, name, string_to_array(path, ' '), count(*) OVER ()
FROM json_to_recordset($rows${units}$rows$) AS g (code text, category text, name text, path text);
INSERT INTO libraries (id, version, name, hromada, hromada_name, oblast, oblast_name, path, illustrative)
SELECT g.id, 1, g.name, u.code, u.name, o.code, o.name, u.path, g.illustrative
FROM json_to_recordset($rows${libraries}$rows$) AS g (id uuid, name text, hromada text, illustrative bool)
JOIN territory u ON u.code = g.hromada
JOIN territory o ON o.code = u.path[1];
INSERT INTO library_references (authority, reference, library)
SELECT authority, reference, id
FROM json_to_recordset($rows${libraries}$rows$) AS g (id uuid, authority text, reference text)
UNION ALL
SELECT 'oseredok', id::text, id FROM libraries;
"""


def rows(file: str) -> Iterator[dict[str, str]]:
    """Rows of one of the programme's CSV files."""
    with (PROGRAMME / file).open(encoding="utf-8", newline="") as content:
        yield from csv.DictReader(content)


@cache
def units() -> dict[str, dict[str, Any]]:
    """Every unit of the codifier by code, with its `path` from the top level down."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows("katottg/units.csv"):
        above = found[row["parent"]]["path"] if row["parent"] else []
        found[row["code"]] = {**row, "parent": row["parent"] or None, "path": [*above, row["code"]]}
    return found


@cache
def libraries() -> list[dict[str, str]]:
    """The programme's libraries."""
    return list(rows("libraries.csv"))


@cache
def known_sql() -> str:
    """Statements that make a migrated database of events know them."""
    down_to_hromadas = [{**u, "path": " ".join(u["path"])} for u in units().values() if u["category"] in "OKPH"]
    named = [
        {
            "id": str(library_id(row["authority"], row["id"])),
            "authority": row["authority"],
            "reference": row["id"],
            "name": row["name"],
            "hromada": row["hromada"],
            "illustrative": row["illustrative"] == "true",
        }
        for row in libraries()
    ]
    told = {"{units}": down_to_hromadas, "{libraries}": named}
    sql = KNOWN
    for mark, value in told.items():
        sql = sql.replace(mark, json.dumps(value, ensure_ascii=False))
    return sql
