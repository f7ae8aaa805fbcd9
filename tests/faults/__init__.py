"""Faults of a real database: stopped, frozen, restarted, full, locked; and what clients are answered meanwhile."""
