"""HTTP of notifications: counts and the way out for everybody, recipients and the log for operators."""
