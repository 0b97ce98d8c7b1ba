"""What is wrong with a platform, and the cure of each fault: what services find out themselves, and what we see."""
