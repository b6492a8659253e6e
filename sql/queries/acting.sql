-- SPDX-License-Identifier: EUPL-1.2

-- name: acting_insert
-- for:  portal office keeper owner
-- law:  GDPR 32
-- does: write
-- in:   hash:bytes purpose:text subject_id:u64 address_hash:bytes code_hash:bytes? created_us:i64 expires_us:i64
INSERT INTO token (hash, purpose, subject_id, address_hash, code_hash,
       created_us, expires_us)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: acting_find
-- for:  portal office
-- law:  GDPR 32
-- does: read
-- in:   hash:bytes purpose:text
-- out:  one subject_id:u64 created_us:i64 expires_us:i64 used_us:i64?
SELECT subject_id, created_us, expires_us, used_us
  FROM token
 WHERE hash = ? AND purpose = ?;

-- name: acting_by_address
-- for:  portal
-- law:  GDPR 32
-- does: read
-- in:   address_hash:bytes purpose:text
-- out:  many hash:bytes subject_id:u64 code_hash:bytes? created_us:i64 expires_us:i64 used_us:i64?
SELECT hash, subject_id, code_hash, created_us, expires_us, used_us
  FROM token
 WHERE address_hash = ? AND purpose = ?
 ORDER BY created_us DESC
 LIMIT 3;

-- name: acting_count_try
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   hash:bytes most:u64
UPDATE token SET tries = tries + 1
 WHERE hash = ? AND tries < ?;

-- name: acting_spend
-- for:  portal office
-- law:  GDPR 32
-- does: write
-- in:   used_us:i64 used_request:bytes hash:bytes now_us:i64 same_request:bytes
UPDATE token SET used_us = ?, used_request = ?
 WHERE hash = ?
   AND ((used_us IS NULL AND expires_us > ?) OR used_request = ?);

-- name: acting_end
-- for:  portal office owner
-- law:  GDPR 32
-- does: write
-- in:   now_us:i64 purpose:text subject_id:u64 now_us:i64
UPDATE token SET expires_us = ?
 WHERE purpose = ? AND subject_id = ? AND used_us IS NULL
   AND expires_us > ?;
