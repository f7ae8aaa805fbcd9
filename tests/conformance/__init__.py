"""Whether the gateway is GraphQL over HTTP: the public audits of the `graphql-http` package, against a running server."""
