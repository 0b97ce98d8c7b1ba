-- One service's schema and its two roles: the owner migrates, the runtime role reads and writes rows and nothing else.
-- Neither reaches another service's schema. Run as superuser in the installation's database, as often as one likes.
-- Variable: service. Environment: OWNER_PASSWORD, RUNTIME_PASSWORD.

\getenv owner_password OWNER_PASSWORD
\getenv runtime_password RUNTIME_PASSWORD
\set owner 'oseredok_' :service '_owner'
\set runtime 'oseredok_' :service

BEGIN;

-- Roles belong to the whole server: two databases prepared at once must not meet here.
SELECT pg_advisory_xact_lock(hashtext('oseredok service.sql')) \g /dev/null

REVOKE ALL ON SCHEMA public FROM PUBLIC;

SELECT format('CREATE ROLE %I', role) FROM unnest(ARRAY[:'owner', :'runtime']) AS role
WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role) \gexec

ALTER ROLE :"owner" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'owner_password';
ALTER ROLE :"runtime" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION PASSWORD :'runtime_password';

SELECT format('GRANT CONNECT ON DATABASE %I TO %I, %I', current_database(), :'owner', :'runtime') \gexec

CREATE SCHEMA IF NOT EXISTS :"service" AUTHORIZATION :"owner";
REVOKE ALL ON SCHEMA :"service" FROM PUBLIC;
GRANT USAGE ON SCHEMA :"service" TO :"runtime";

ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"service"
    GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO :"runtime";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"service" GRANT USAGE, SELECT ON SEQUENCES TO :"runtime";
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE :"owner" IN SCHEMA :"service" GRANT EXECUTE ON FUNCTIONS TO :"runtime";

ALTER ROLE :"owner" SET search_path = :"service";
ALTER ROLE :"runtime" SET search_path = :"service";
ALTER ROLE :"runtime" SET statement_timeout = '30s';
-- A frozen process must not hold its locks against the one that takes over.
ALTER ROLE :"runtime" SET idle_in_transaction_session_timeout = '5s';

COMMIT;
