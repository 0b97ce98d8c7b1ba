#!/bin/bash
# Puts a dump (pg_dump --format custom, on stdin) into the database, in place of what is there. Environment: as prepare.sh,
# which makes what the dump's tables belong to.
set -euo pipefail

owners=("$SECRETS"/postgres-oseredok_*_owner)
owners=("${owners[@]##*/postgres-oseredok_}")
"$(dirname "$0")/prepare.sh" "${owners[@]%_owner}" < /dev/null

PGPASSWORD=$(< "${PASSWORD_FILE:-$SECRETS/postgres-$PGUSER}")
export PGPASSWORD
pg_restore --no-password --dbname "$DATABASE" --clean --if-exists --single-transaction
echo "restored"
