"""Where an event has been in one service, for an operator who follows it through the platform."""
