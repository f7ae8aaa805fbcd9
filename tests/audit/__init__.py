"""The journal as evidence: what tampering is found, and what an extract proves."""
