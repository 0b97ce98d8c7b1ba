"""Who was told what, when, why, and did it arrive."""
