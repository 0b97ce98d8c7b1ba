"""Use cases of events, one transaction each: a file per subject, and `facts` for the mixed list of intake."""
