"""Who may do what in Kafka: topics, users and ACLs, made from the contract's topics table."""
