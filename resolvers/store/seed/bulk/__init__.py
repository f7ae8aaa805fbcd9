"""Seeds in bulk: a city's worth of children, made as plain texts and loaded at one go."""
