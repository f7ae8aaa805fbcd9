"""Attacks on the edge: what each of them is answered, and that others are served meanwhile."""
