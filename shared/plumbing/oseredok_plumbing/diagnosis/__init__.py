"""What a service finds out about itself when an operator asks. The operator's command knows the cures."""
