curl -s "$GATEWAY/graphql" \
  -H "Authorization: Bearer $TOKEN" \
  -H 'Content-Type: application/json' \
  -H 'Accept: application/graphql-response+json' \
  -d '{
    "query": "query Open($number: String!) { child(directoryNumber: $number) { phone withheld { group } } }",
    "variables": {"number": "'"$NUMBER"'"},
    "extensions": {"access": {"purpose": "COORDINATE_CARE", "reason": "Planning the visits of next week"}}}'
