"""Use cases of registry, one transaction each."""
