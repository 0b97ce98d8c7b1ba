"""The platform that a command speaks to: the one that a file describes, else the local mode."""

from oseredok_cli.described import described
from oseredok_cli.platform import Platform


def platform(*, sealed: bool = False) -> Platform:
    """Raises LocalError on a bad description, and, when asked for its ports, where the local mode never started.

    A sealed one makes no secret that is missing; one that a file describes never does.
    """
    found = described()
    if found is not None:
        return found
    from oseredok_cli.local.platform import LocalPlatform, default_home  # noqa: PLC0415 - not in every installation

    return LocalPlatform(default_home(), sealed=sealed)
