"""Programme activities: what was planned, held, changed, and who told us."""
