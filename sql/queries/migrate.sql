-- SPDX-License-Identifier: EUPL-1.2
-- Which steps the tables have been through.

-- name: migrate_ground
-- for:  owner
-- law:  - the first step makes the table that remembers steps
-- does: read
-- out:  one n:u64
SELECT COUNT(*) FROM information_schema.TABLES
 WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ('schema_version', 'lease');

-- name: migrate_list
-- for:  owner
-- law:  GDPR 32(1)(d)
-- does: read
-- out:  many version:u64 name:text checksum:bytes is_done:bool
SELECT version, name, checksum, state = 'done' FROM schema_version
 ORDER BY version LIMIT 9999;

-- name: migrate_begin
-- for:  owner
-- law:  GDPR 32(1)(d)
-- does: write
-- in:   version:u64 name:text checksum:bytes applied_us:i64
INSERT INTO schema_version (version, name, checksum, applied_us, state)
VALUES (?, ?, ?, ?, 'running')
ON DUPLICATE KEY UPDATE name = VALUES(name), checksum = VALUES(checksum),
       applied_us = VALUES(applied_us), state = 'running';

-- name: migrate_done
-- for:  owner
-- law:  GDPR 32(1)(d)
-- does: write
-- in:   applied_us:i64 version:u64
UPDATE schema_version SET state = 'done', applied_us = ? WHERE version = ?;
