"""The house: sockets, time, keys and limits."""
