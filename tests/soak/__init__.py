"""Soaking: many clients for minutes, and a database that fails in the middle of it."""
