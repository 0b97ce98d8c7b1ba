"""Invalid events that are kept, and what an operator does with them: look, mend, redrive, discard."""
