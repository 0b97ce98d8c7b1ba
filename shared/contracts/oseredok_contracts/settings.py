"""What services and the operator's command have in common about files of the settings directory."""

import hashlib

ACCESS_FILE = "access.toml"
HASH_METRIC = "oseredok_settings_hash"


def settings_hash(text: str) -> int:
    """A number that stands for a file's content: 48 bits of SHA-256, which a Prometheus sample holds exactly."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6])
