#!/usr/bin/env bash
# What a container does: make a token on the first start, then serve.
#
# Options go to 'sluice serve'. SLUICE_TOKEN_FILE names the token's place.
set -euo pipefail

token=${SLUICE_TOKEN_FILE:-/var/lib/sluice/token}
if [ ! -s "$token" ]; then
  (umask 077 && head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$token")
  echo "sluice: made a token for the API and the page in $token: $(cat "$token")" >&2
fi
exec sluice serve --token-file "$token" "$@"
