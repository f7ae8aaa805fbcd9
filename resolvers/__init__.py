"""The stacks: data out and in. Knows the law, not the GraphQL types."""
