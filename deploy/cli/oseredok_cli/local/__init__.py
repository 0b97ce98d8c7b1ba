"""The platform on one machine: real PostgreSQL, real Kafka, each service a process, all of it inside one folder."""

from oseredok_cli.local.errors import LocalError

__all__ = ["LocalError"]
