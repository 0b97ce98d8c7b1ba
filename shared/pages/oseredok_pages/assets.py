"""The files that pages are drawn with: one stylesheet, fonts, two pictures. Read once, served from memory.

Each service serves its own copy under its own page's address, so that a page never depends on another service, and
during a rolling restart a page and its styles are of one version.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "assets"
STYLESHEET = "pages.css"
TYPES = {".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as the browser gets it."""

    content: bytes
    media_type: str
    digest: str


def load() -> dict[str, Asset]:
    """All of them by name. The stylesheet is the files of `styles/` in the order of their names."""
    sheets = b"".join(file.read_bytes() for file in sorted((FOLDER / "styles").glob("*.css")))
    files = [file for folder in (FOLDER, FOLDER / "fonts") for file in folder.iterdir() if file.suffix in TYPES]
    return {STYLESHEET: _asset(STYLESHEET, sheets)} | {
        file.name: _asset(file.name, file.read_bytes()) for file in files
    }


def _asset(name: str, content: bytes) -> Asset:
    return Asset(content, TYPES[Path(name).suffix], hashlib.sha256(content).hexdigest()[:12])
