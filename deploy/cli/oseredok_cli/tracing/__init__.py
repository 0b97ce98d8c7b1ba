"""An event's whole way: through the services that got it, the topics it was told on, and whoever heard of it."""
