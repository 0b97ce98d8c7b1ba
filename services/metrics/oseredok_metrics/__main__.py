"""python -m oseredok_metrics serve | migrate | check"""

import sys

from oseredok_metrics.app import NAME, build
from oseredok_metrics.settings import MetricsSettings
from oseredok_plumbing.main import main

sys.exit(main(NAME, MetricsSettings, build))
