"""Alerts seen firing by real faults and clearing after, on a real Prometheus; and panels that have data."""
