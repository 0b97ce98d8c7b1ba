"""python -m oseredok_events serve | migrate | check"""

import sys

from oseredok_events.app import NAME, build
from oseredok_events.settings import EventsSettings
from oseredok_plumbing.main import main

sys.exit(main(NAME, EventsSettings, build))
