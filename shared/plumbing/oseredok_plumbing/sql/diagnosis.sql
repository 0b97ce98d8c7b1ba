-- name: own_rights()^
-- What a runtime role must not have: more than rows of its own schema.
SELECT current_user::text AS role, current_schema()::text AS schema,
       array_remove(ARRAY[CASE WHEN r.rolsuper THEN 'SUPERUSER' END, CASE WHEN r.rolcreatedb THEN 'CREATEDB' END,
                          CASE WHEN r.rolcreaterole THEN 'CREATEROLE' END,
                          CASE WHEN r.rolreplication THEN 'REPLICATION' END,
                          CASE WHEN r.rolbypassrls THEN 'BYPASSRLS' END], NULL) AS powers,
       has_schema_privilege(current_schema(), 'CREATE') AS may_create,
       has_database_privilege(current_database(), 'CREATE') AS may_create_schemas,
       ARRAY(SELECT pg_get_userbyid(m.roleid)::text FROM pg_auth_members m WHERE m.member = r.oid ORDER BY 1) AS roles,
       ARRAY(SELECT c.relname::text FROM pg_class c
             WHERE c.relowner = r.oid AND c.relnamespace = current_schema()::regnamespace ORDER BY 1) AS owned,
       ARRAY(SELECT n.nspname::text FROM pg_namespace n
             WHERE n.nspname !~ '^pg_' AND n.nspname NOT IN ('information_schema', current_schema())
               AND (has_schema_privilege(n.oid, 'USAGE') OR has_schema_privilege(n.oid, 'CREATE'))
             ORDER BY 1) AS foreign_schemas
FROM pg_roles r
WHERE r.rolname = current_user;

-- name: sizes()^
SELECT pg_database_size(current_database()) AS database_bytes,
       (SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'm')) AS schema_bytes,
       (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database())::int AS connections,
       current_setting('max_connections')::int AS connections_max;

-- name: relay_owner(lock_id)^
-- The session that holds the relay's advisory lock; a 64-bit key stands in two halves.
SELECT coalesce(a.application_name, '') AS owner, coalesce(a.usename::text, '') AS role, a.backend_start AS since
FROM pg_locks l
LEFT JOIN pg_stat_activity a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (l.classid::bigint << 32 | l.objid::bigint) = :lock_id;

-- name: fences()
SELECT consumer_group, topic, partition, next_offset FROM offsets ORDER BY topic, partition;

-- name: applied_migrations()
SELECT number, name, sha256 FROM migrations ORDER BY number;
