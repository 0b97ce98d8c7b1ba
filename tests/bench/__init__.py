"""How fast intake, door and relay are, beside the simplest code that does a part of the same."""
