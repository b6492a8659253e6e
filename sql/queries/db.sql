-- SPDX-License-Identifier: EUPL-1.2
-- What the db room itself says: the session, the transaction, the request key
-- that makes a repeated POST one act (GDPR 5(1)(d), (f)), health.

-- name: db_session
-- for:  portal office courier keeper owner
-- law:  - strict mode: a value is stored as given or refused; rows of statistics that nobody keeps count in no LIMIT ROWS EXAMINED
-- does: order
SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ZERO_DATE,NO_ZERO_IN_DATE,NO_ENGINE_SUBSTITUTION',
       time_zone = '+00:00', max_statement_time = {seconds},
       innodb_lock_wait_timeout = {lock_seconds}, autocommit = 1,
       tx_isolation = 'REPEATABLE-READ',
       collation_connection = 'utf8mb4_nopad_bin',
       use_stat_tables = 'never';

-- name: db_session_snapshot
-- for:  portal office courier keeper owner
-- law:  - a row changed since our snapshot is refused (1020), not overwritten
-- does: order
SET SESSION innodb_snapshot_isolation = 1;

-- name: db_session_cluster
-- for:  portal office courier keeper owner
-- law:  - on a cluster, no read is older than a commit that was answered
-- does: order
SET SESSION wsrep_sync_wait = 1;

-- name: db_durable
-- for:  portal office courier keeper owner
-- law:  GDPR 5(1)(f)
-- does: read
-- out:  one flush:u64
SELECT @@innodb_flush_log_at_trx_commit;

-- name: db_start
-- for:  portal office courier keeper owner
-- law:  - the transaction
-- does: order
START TRANSACTION;

-- name: db_commit
-- for:  portal office courier keeper owner
-- law:  - the transaction
-- does: order
COMMIT;

-- name: db_rollback
-- for:  portal office courier keeper owner
-- law:  - the transaction
-- does: order
ROLLBACK;

-- name: db_key_insert
-- for:  portal office courier keeper owner
-- law:  GDPR 5(1)(d)
-- does: append
-- in:   k:bytes route:text body_mac:bytes created_us:i64
INSERT INTO request_key (k, route, body_mac, created_us)
VALUES (?, ?, ?, ?);

-- name: db_key_result
-- for:  portal office courier keeper owner
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   result:text k:bytes
UPDATE request_key SET result = ? WHERE k = ?;

-- name: db_key_load
-- for:  portal office courier keeper owner
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   k:bytes
-- out:  one route:text body_mac:bytes result:text?
SELECT route, body_mac, result FROM request_key WHERE k = ?;

-- name: db_key_prune
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM request_key WHERE created_us < ? ORDER BY created_us LIMIT ?;

-- name: db_health
-- for:  portal office courier keeper owner
-- law:  GDPR 32(1)(b)
-- does: read
-- out:  one v:u64
SELECT v FROM health WHERE id = 1;

-- name: db_schema
-- for:  portal office courier keeper owner
-- law:  GDPR 32(1)(b)
-- does: read
-- out:  one version:u64
SELECT CAST(COALESCE(MAX(version), 0) AS UNSIGNED) FROM schema_version
 WHERE state = 'done';
