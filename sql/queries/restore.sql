-- SPDX-License-Identifier: EUPL-1.2
-- After a backup was put back: whom to look up in the erasure journal, and
-- what of the past must not act again.

-- name: restore_contacts
-- for:  owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64
SELECT id
  FROM contact
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: restore_key_holders
-- for:  owner
-- law:  GDPR 17(1), 32(1)(a)
-- does: read
-- in:   after:u64 most:u64
-- out:  many contact_id:u64
SELECT contact_id
  FROM {keys}.person_key
 WHERE class = 'live' AND contact_id > ?
 ORDER BY contact_id
 LIMIT ?;

-- name: restore_keys
-- for:  owner
-- law:  GDPR 17(1), 32(1)(a)
-- does: read
-- out:  one held:u64
SELECT COUNT(*)
  FROM (SELECT 1 FROM {keys}.person_key LIMIT 1) AS some;

-- name: restore_last
-- for:  owner
-- law:  GDPR 5(1)(d)
-- does: read
-- out:  one at_us:i64?
SELECT at_us
  FROM audit_event
 ORDER BY id DESC
 LIMIT 1;

-- name: restore_portal_sessions
-- for:  owner
-- law:  GDPR 32(1)(b)
-- does: write
-- in:   now_us:i64
DELETE FROM portal_session
 WHERE created_us <= ?;

-- name: restore_office_sessions
-- for:  owner
-- law:  GDPR 32(1)(b)
-- does: write
-- in:   now_us:i64
DELETE FROM office_session
 WHERE created_us <= ?;

-- Which of them were removed since the backup nobody knows.
-- name: restore_passkeys
-- for:  owner
-- law:  GDPR 32(1)(b), 32(4)
-- does: write
-- in:   now_us:i64
DELETE FROM staff_passkey
 WHERE created_us <= ?;

-- name: restore_tokens
-- for:  owner
-- law:  GDPR 32(1)(b)
-- does: write
-- in:   now_us:i64
DELETE FROM token
 WHERE created_us <= ?;

-- name: restore_signups
-- for:  owner
-- law:  GDPR 7(3), 32(1)(b)
-- does: write
-- in:   now_us:i64 now_us:i64
UPDATE signup SET expires_us = ?
 WHERE used_us IS NULL AND expires_us > ?;

-- name: restore_epoch
-- for:  owner
-- law:  GDPR 5(2)
-- does: write
-- in:   epoch:u64
UPDATE log_state SET epoch = ?
 WHERE id = 1;

-- name: restore_mark
-- for:  owner
-- law:  GDPR 17(1)
-- does: write
-- in:   generation:bytes announced:u64 replayed_us:i64
INSERT INTO journal_mark (id, generation, announced, replayed_us)
VALUES (1, ?, ?, ?)
    ON DUPLICATE KEY UPDATE generation = VALUES(generation),
       announced = GREATEST(announced, VALUES(announced)),
       replayed_us = VALUES(replayed_us);

-- name: restore_task
-- for:  owner
-- law:  GDPR 5(2), 24
-- does: append
-- in:   kind:text detail:text now_us:i64
INSERT INTO task (kind, detail, state, created_us)
VALUES (?, ?, 'open', ?);
