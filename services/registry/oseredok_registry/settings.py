"""Environment of the service registry: nothing beyond what every service has."""

from oseredok_plumbing.settings import Settings


class RegistrySettings(Settings):
    """`OSEREDOK_REGISTRY_…`"""
