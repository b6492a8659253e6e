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
