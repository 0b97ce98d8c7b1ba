#!/bin/bash
# Puts a dump (pg_dump --format custom, on stdin) into the database, in place of what is there. As prepare.sh otherwise,
# which has been here before: the dump's tables belong to the roles that it makes.
set -euo pipefail

PGPASSWORD=$(< "${PASSWORD_FILE:-$SECRETS/postgres-$PGUSER}")
export PGPASSWORD
# All of it or nothing, and no service looks on: whoever is still there holds locks that this waits for.
pg_restore --no-password --dbname "$DATABASE" --clean --if-exists --single-transaction
echo "restored"
