-- SPDX-License-Identifier: EUPL-1.2
-- What only the owner's program asks: a first member of staff, and whether the
-- server is set up as it must be.

-- name: cli_team
-- for:  owner
-- law:  GDPR 32(4)
-- does: read
-- in:   name:text
-- out:  one id:u64
SELECT id FROM team WHERE name = ?;

-- name: cli_staff_insert
-- for:  owner
-- law:  GDPR 32(4)
-- does: append
-- in:   email:text email_key:bytes name:text role:text team_id:u64? language:text created_us:i64
-- out:  new id:u64
INSERT INTO staff (email, email_key, name, role, team_id, language, state,
       created_us)
VALUES (?, ?, ?, ?, ?, ?, 'active', ?);

-- name: cli_staff_secrets
-- for:  owner
-- law:  GDPR 32
-- does: write
-- in:   password_hash:bytes password_mac:bytes totp_sealed:bytes id:u64
UPDATE staff SET password_hash = ?, password_mac = ?, totp_sealed = ?
 WHERE id = ?;

-- name: cli_staff_by_key
-- for:  owner
-- law:  GDPR 32(4)
-- does: read
-- in:   email_key:bytes
-- out:  one id:u64 name:text email:text role:text state:text
SELECT id, name, email, role, state
  FROM staff
 WHERE email_key = ?;

-- name: cli_staff_reset
-- for:  owner
-- law:  GDPR 32(4)
-- does: write
-- in:   id:u64
UPDATE staff SET state = 'active', totp_step = 0
 WHERE id = ?;

-- name: cli_settings
-- for:  owner
-- law:  GDPR 5(1)(f), 17
-- does: read
-- out:  one version:text flush:u64 has_binlog:bool binlog_expire_s:u64 sync_binlog:u64 has_rollback_on_timeout:bool has_local_infile:bool sql_mode:text has_scrub:bool charset:text
SELECT VERSION(), @@GLOBAL.innodb_flush_log_at_trx_commit, @@GLOBAL.log_bin,
       CAST(@@GLOBAL.binlog_expire_logs_seconds AS UNSIGNED),
       @@GLOBAL.sync_binlog, @@GLOBAL.innodb_rollback_on_timeout,
       @@GLOBAL.local_infile, @@GLOBAL.sql_mode,
       @@GLOBAL.innodb_immediate_scrub_data_uncompressed,
       (SELECT DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA
         WHERE SCHEMA_NAME = DATABASE());
