"""The smallest service there can be: what an author writes, the plumbing does the rest."""
