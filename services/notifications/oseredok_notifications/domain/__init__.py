"""What notifications decides: who is told what of an activity, and what becomes of a message. Never awaits."""
