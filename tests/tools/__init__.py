"""Tools that read the schema: the contract they read, clients that are made from it, and the examples."""
