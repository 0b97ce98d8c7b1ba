"""The contract that other systems and our own services share: envelope, events, topics, verdicts."""
