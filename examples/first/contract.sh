# The contract; a tag tells whether it has changed.
curl -s "$GATEWAY/schema.graphql" --output schema.graphql --etag-save schema.tag --etag-compare schema.tag
