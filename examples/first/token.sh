TOKEN=$(curl -s "$TOKEN_URL" -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials |
  python3 -c 'import json, sys; print(json.load(sys.stdin)["access_token"])')
