"""Use cases of the registry, one transaction each: what publishers declare, and what operators load or change."""
