"""The guide for publishers, run as it stands by clients that nobody here wrote."""
