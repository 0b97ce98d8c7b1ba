"""Fixtures that every test may ask for."""

pytest_plugins = [
    "support.servers",
    "support.world",
    "support.inside",
    "support.reading",
    "support.relaying",
    "support.door",
]
