"""The gateway killed at random while it answers: what was answered is in the journal, and the chains verify."""
