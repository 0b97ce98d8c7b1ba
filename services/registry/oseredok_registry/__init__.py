"""Who takes part, where, since when."""
