"""How far the programme is, by territory and period: figures, and the activities behind each."""
