-- name: take_seat(number)$
SELECT pg_try_advisory_lock(hashtext('copy ' || current_schema()), :number);
