"""The programme's indicators, as the settings directory has them."""

from oseredok_metrics.catalogue import parse
from support.servers import ROOT

FOLDER = ROOT / "deploy" / "programme" / "indicators"
FILES = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
CATALOGUE = parse(FILES)
