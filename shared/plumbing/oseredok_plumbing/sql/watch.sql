-- name: ledger_rows()
SELECT publisher, way, verdict, code, sum(events)::bigint AS events FROM ledger GROUP BY publisher, way, verdict, code ORDER BY 1, 2, 3, 4;

-- name: waiting_rows()
SELECT publisher, way, count(*) AS events FROM waiting GROUP BY publisher, way ORDER BY 1, 2;

-- name: outbox_backlog()^
SELECT count(*) AS rows, coalesce(extract(epoch FROM clock_timestamp() - min(created_at)), 0)::float8 AS age_seconds FROM outbox;

-- name: quarantine_codes()
SELECT publisher, way, code, count(*) AS events FROM quarantine WHERE state = 'held' GROUP BY publisher, way, code ORDER BY 1, 2, 3;

-- name: table_sizes()
SELECT c.relname AS table, pg_total_relation_size(c.oid) AS bytes FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'r' ORDER BY 1;
