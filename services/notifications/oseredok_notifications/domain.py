"""What notifications decides. Never awaits, knows no other module."""
