"""python -m oseredok_registry serve | migrate | check"""

import sys

from oseredok_plumbing.main import main
from oseredok_registry.app import NAME, build
from oseredok_registry.settings import RegistrySettings

sys.exit(main(NAME, RegistrySettings, build))
