#!/bin/bash
# Brings a PostgreSQL server to what database.sql and service.sql say; changes nothing that is right.
# Arguments: the services. Environment: PGHOST, PGUSER (a super user) and libpq's others, SECRETS (folder), DATABASE,
# PASSWORD_FILE of PGUSER where it is not among the secrets.
set -euo pipefail

here=$(dirname "$0")
file=${PASSWORD_FILE:-$SECRETS/postgres-$PGUSER}
PGPASSWORD=$(< "$file")
export PGPASSWORD
sql() { psql --no-psqlrc --quiet --no-password --set ON_ERROR_STOP=1 "$@"; }

# A super user's password that was renewed is set by the one before.
if [ -e "$file.former" ] && ! sql --dbname postgres --command 'SELECT 1' > /dev/null 2>&1; then
  NEW_PASSWORD=$PGPASSWORD PGPASSWORD=$(< "$file.former") sql --dbname postgres <<'SQL'
\getenv new NEW_PASSWORD
SELECT format('ALTER ROLE %I PASSWORD %L', current_user, :'new') \gexec
SQL
  echo "the super user's password is renewed"
fi

sql --dbname postgres --set database="$DATABASE" --file "$here/database.sql"
for service; do
  # By environment, since an argument would show them in ps.
  OWNER_PASSWORD=$(< "$SECRETS/postgres-oseredok_${service}_owner")
  RUNTIME_PASSWORD=$(< "$SECRETS/postgres-oseredok_$service")
  export OWNER_PASSWORD RUNTIME_PASSWORD
  sql --dbname "$DATABASE" --set service="$service" --file "$here/service.sql"
  echo "$service: schema and roles are in place"
done
