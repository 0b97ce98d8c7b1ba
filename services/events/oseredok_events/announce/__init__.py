"""Domain to contract: states as the topics carry them and as the tables keep them."""
