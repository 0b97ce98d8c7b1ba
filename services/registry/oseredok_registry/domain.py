"""What registry decides. Never awaits, knows no other module."""
