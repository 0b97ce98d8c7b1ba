"""`python -m oseredok_dashboards` writes deploy/grafana/dashboards/*.json; `--check` compares."""

import argparse
import sys
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from oseredok_dashboards import platform, programme, publisher, service
from oseredok_dashboards.parts import build

FOLDER = Path(__file__).resolve().parents[1] / "dashboards"
BOARDS = (platform.BOARD, service.BOARD, publisher.BOARD, programme.BOARD)


def texts() -> dict[str, str]:
    """Each dashboard's JSON by file name."""
    return {
        f"{board.uid.removeprefix('oseredok-')}.json": JSONEncoder(indent=1, sort_keys=True).encode(build(board)) + "\n"
        for board in BOARDS
    }


def main(arguments: list[str] | None = None, folder: Path = FOLDER) -> int:
    """Exit code: 0 when the files are, or now are, what the tables say."""
    parser = argparse.ArgumentParser(prog="python -m oseredok_dashboards", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare only; exit 1 when a dashboard differs")
    made = texts()
    if not parser.parse_args(arguments).check:
        for name, text in made.items():
            (folder / name).write_text(text, "utf-8")
        return 0
    found = {file.name: file.read_text("utf-8") for file in folder.glob("*.json")}
    differing = sorted(name for name in made.keys() | found.keys() if made.get(name) != found.get(name))
    for name in differing:
        sys.stderr.write(f"{folder / name} differs from the code: run make dashboards\n")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
