"""Faults on purpose: what was acknowledged ends in the figures exactly once, whatever dies or freezes meanwhile."""
