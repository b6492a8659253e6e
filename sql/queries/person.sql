-- SPDX-License-Identifier: EUPL-1.2

-- name: person_key_load
-- for:  portal office keeper owner
-- law:  GDPR 32(1)(a)
-- does: read
-- in:   contact_id:u64 class:text
-- out:  one wrapped:bytes
SELECT wrapped
  FROM {keys}.person_key
 WHERE contact_id = ? AND class = ?;

-- name: person_key_insert
-- for:  portal office keeper owner
-- law:  GDPR 32(1)(a)
-- does: write
-- in:   contact_id:u64 class:text wrapped:bytes created_us:i64
INSERT IGNORE INTO {keys}.person_key (contact_id, class, wrapped, created_us)
VALUES (?, ?, ?, ?);

-- name: person_keys_load
-- for:  office keeper owner
-- law:  GDPR 32(1)(a)
-- does: read
-- in:   class:text
-- each: contact_id:u64
-- out:  many contact_id:u64 wrapped:bytes
SELECT contact_id, wrapped
  FROM {keys}.person_key
 WHERE class = ? AND contact_id IN ({?})
 ORDER BY contact_id
 LIMIT 100;

-- name: person_keys_insert
-- for:  office keeper owner
-- law:  GDPR 32(1)(a)
-- does: write
-- each: contact_id:u64 class:text wrapped:bytes created_us:i64
INSERT IGNORE INTO {keys}.person_key (contact_id, class, wrapped, created_us)
VALUES {(?, ?, ?, ?)};
