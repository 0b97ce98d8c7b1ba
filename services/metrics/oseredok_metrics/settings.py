"""Environment of the service metrics: nothing beyond what every service has."""

from oseredok_plumbing.settings import Settings


class MetricsSettings(Settings):
    """`OSEREDOK_METRICS_…`"""
