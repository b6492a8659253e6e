-- SPDX-License-Identifier: EUPL-1.2

-- name: rights_insert
-- for:  portal office
-- law:  GDPR 12(3)
-- does: write
-- in:   reference:text kind:text door:text contact_id:u64? language:text words_sealed:bytes? mailbox_sealed:bytes? state:text received_us:i64 received_day:day target_day:day working_day:day due_day:day
-- out:  one id:u64
INSERT INTO rights_request (reference, kind, door, contact_id, language,
       words_sealed, mailbox_sealed, state, received_us, received_day, target_day,
       working_day, due_day)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: rights_step_insert
-- for:  portal office keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   request_id:u64 verb:text actor:text staff_id:u64? at_us:i64
INSERT INTO rights_step (request_id, verb, actor, staff_id, at_us)
VALUES (?, ?, ?, ?, ?);

-- name: rights_mine
-- for:  portal
-- law:  GDPR 12(3)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 reference:text kind:text state:text received_us:i64 due_day:day answered_us:i64?
SELECT id, reference, kind, state, received_us, due_day, answered_us
  FROM rights_request
 WHERE contact_id = ?
 ORDER BY id DESC
 LIMIT 50;

-- name: rights_mine_one
-- for:  portal
-- law:  GDPR 12(3)
-- does: read
-- in:   id:u64 contact_id:u64
-- out:  one reference:text kind:text state:text received_us:i64 due_day:day extended_us:i64? answered_us:i64? outcome:text?
SELECT reference, kind, state, received_us, due_day, extended_us, answered_us,
       outcome
  FROM rights_request
 WHERE id = ? AND contact_id = ?;

-- name: rights_steps
-- for:  portal office
-- law:  GDPR 12(3)
-- does: read
-- in:   request_id:u64
-- out:  many verb:text actor:text at_us:i64
SELECT verb, actor, at_us
  FROM rights_step
 WHERE request_id = ?
 ORDER BY id
 LIMIT 100;

-- name: rights_restrict
-- for:  portal office
-- law:  GDPR 18(1)
-- does: write
-- in:   restricted_us:i64? restriction:text? updated_us:i64 id:u64
UPDATE contact
   SET restricted_us = ?, restriction = ?, updated_us = ?,
       version = version + 1
 WHERE id = ?;

-- name: rights_close
-- for:  portal office keeper
-- law:  GDPR 12(3)
-- does: write
-- in:   state:text outcome:text answered_us:i64 id:u64
UPDATE rights_request
   SET state = ?, outcome = ?, answered_us = ?
 WHERE id = ? AND state IN ('intent', 'open', 'waiting');

-- name: rights_open_restriction
-- for:  portal
-- law:  GDPR 18
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64
SELECT id
  FROM rights_request
 WHERE contact_id = ? AND kind = 'restriction'
   AND state IN ('intent', 'open', 'waiting')
 ORDER BY id DESC
 LIMIT 1;
