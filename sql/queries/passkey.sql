-- SPDX-License-Identifier: EUPL-1.2
-- Passkeys of staff.

-- name: passkey_ask
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   session_hash:bytes challenge:bytes expires_us:i64
INSERT INTO passkey_question (session_hash, challenge, expires_us)
VALUES (?, ?, ?)
    ON DUPLICATE KEY UPDATE challenge = VALUES(challenge),
       expires_us = VALUES(expires_us);

-- name: passkey_asked
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   session_hash:bytes now_us:i64
-- out:  one challenge:bytes
SELECT challenge
  FROM passkey_question
 WHERE session_hash = ? AND expires_us > ?;

-- name: passkey_spend
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   session_hash:bytes challenge:bytes
DELETE FROM passkey_question
 WHERE session_hash = ? AND challenge = ?;

-- Whose access is ended in this moment gets none: one waits for the other.
-- name: passkey_owner
-- for:  office
-- law:  GDPR 32(4)
-- does: write
-- in:   staff_id:u64
-- out:  one id:u64
SELECT id
  FROM staff
 WHERE id = ? AND state = 'active'
   FOR UPDATE;

-- name: passkey_insert
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   staff_id:u64 credential:bytes cose_alg:i64 public_key:bytes mac:bytes sign_count:u64 name:text created_us:i64
INSERT INTO staff_passkey (staff_id, credential, cose_alg, public_key, mac,
       sign_count, name, created_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- name: passkey_of
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   credential:bytes
-- out:  one id:u64 staff_id:u64 cose_alg:i64 public_key:bytes mac:bytes sign_count:u64 name:text
SELECT k.id, k.staff_id, k.cose_alg, k.public_key, k.mac, k.sign_count,
       k.name
  FROM staff_passkey k
  JOIN staff s ON s.id = k.staff_id
 WHERE k.credential = ? AND s.state = 'active';

-- Of two who use a copy of one key at the same time, one is late; so is who
-- uses one that is just being removed.
-- name: passkey_used
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   new_count:u64 mac:bytes used_us:i64 id:u64 old_count:u64
UPDATE staff_passkey SET sign_count = ?, mac = ?, used_us = ?
 WHERE id = ? AND sign_count = ?;

-- name: passkey_list
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   staff_id:u64
-- out:  many id:u64 credential:bytes name:text created_us:i64 used_us:i64?
SELECT id, credential, name, created_us, used_us
  FROM staff_passkey
 WHERE staff_id = ?
 ORDER BY id
 LIMIT 20;

-- name: passkey_own
-- for:  office
-- law:  GDPR 32
-- does: read
-- in:   id:u64 staff_id:u64
-- out:  one name:text
SELECT name
  FROM staff_passkey
 WHERE id = ? AND staff_id = ?;

-- name: passkey_remove
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   id:u64 staff_id:u64
DELETE FROM staff_passkey
 WHERE id = ? AND staff_id = ?;

-- name: passkey_forget
-- for:  office owner
-- law:  GDPR 32(4)
-- does: write
-- in:   staff_id:u64
DELETE FROM staff_passkey
 WHERE staff_id = ?;

-- name: passkey_purge
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM passkey_question WHERE expires_us < ? ORDER BY expires_us LIMIT ?;
