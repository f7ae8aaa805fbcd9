curl -s "$GATEWAY/graphql" \
  -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json' \
  -H 'Accept: application/graphql-response+json' \
  -d '{"query": "query Who { viewer { name role purposes lapses recordsLeft } }"}'
