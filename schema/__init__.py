"""The counter: what may be asked. Types and declarations; no SQL, no decision."""
