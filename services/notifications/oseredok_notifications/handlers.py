"""Use cases of notifications, one transaction each."""
