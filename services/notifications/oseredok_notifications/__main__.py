"""python -m oseredok_notifications serve | migrate | check"""

import sys

from oseredok_notifications.app import NAME, build
from oseredok_notifications.settings import NotificationsSettings
from oseredok_plumbing.main import main

sys.exit(main(NAME, NotificationsSettings, build))
