"""What the operator is told when something cannot be done."""


class LocalError(Exception):
    """One line: what went wrong, and what to do about it."""
