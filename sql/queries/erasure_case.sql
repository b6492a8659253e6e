-- SPDX-License-Identifier: EUPL-1.2
-- The person's side of an erasure: what would go, the case, cancelling it.

-- name: erasure_case_counts
-- for:  portal office
-- law:  GDPR 17(1)
-- does: read
-- in:   c1:u64 c2:u64 c3:u64 c4:u64 c5:u64 c6:u64
-- out:  one history:u64 choices:u64 looks:u64 interactions:u64 packages:u64 kept:u64 kept_last:day?
SELECT (SELECT COUNT(*) FROM contact_history WHERE contact_id = ?),
       (SELECT COUNT(*) FROM consent_subject WHERE contact_id = ?),
       (SELECT COUNT(*) FROM access_subject WHERE contact_id = ?),
       (SELECT COUNT(*) FROM interaction WHERE contact_id = ?),
       (SELECT COUNT(*) FROM package WHERE contact_id = ?),
       r.kept, r.last
  FROM (SELECT COUNT(*) kept, MAX(received_day) last
          FROM rights_request
         WHERE contact_id = ?
           AND (words_sealed IS NOT NULL OR mailbox_sealed IS NOT NULL
                OR answer_sealed IS NOT NULL OR extended_sealed IS NOT NULL)) r;

-- What else the person asked for, which ends with them, unanswered.
-- name: erasure_case_others
-- for:  portal office
-- law:  GDPR 12(3), 17
-- does: read
-- in:   contact_id:u64
-- out:  many reference:text kind:text received_us:i64
SELECT reference, kind, received_us
  FROM rights_request
 WHERE contact_id = ? AND state IN ('intent', 'open', 'waiting')
   AND id NOT IN (SELECT e.request_id FROM erasure e
                   WHERE e.contact_id = rights_request.contact_id
                     AND e.request_id IS NOT NULL)
 ORDER BY id
 LIMIT 20;

-- name: erasure_case_held
-- for:  portal office
-- law:  GDPR 17(3)
-- does: read
-- in:   contact_id:u64 today:day
-- out:  many title:text hold_law:text hold_until:day
SELECT title, hold_law, hold_until
  FROM interaction
 WHERE contact_id = ? AND hold_law IS NOT NULL AND hold_until >= ?
 ORDER BY hold_until, id
 LIMIT 100;

-- name: erasure_case_active
-- for:  portal
-- law:  GDPR 17
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 request_id:u64 state:text proof:text? due_us:i64 reference:text received_us:i64 due_day:day
SELECT e.id, e.request_id, e.state, e.proof, e.due_us, r.reference,
       r.received_us, r.due_day
  FROM erasure e
  JOIN rights_request r ON r.id = e.request_id
 WHERE e.contact_id = ? AND e.state NOT IN ('done', 'cancelled')
 ORDER BY e.id DESC
 LIMIT 1;

-- name: erasure_case_load
-- for:  portal
-- law:  GDPR 17
-- does: read
-- in:   id:u64
-- out:  one request_id:u64 contact_id:u64 state:text reference:text received_us:i64 due_day:day given_name:text email:text? language:text
SELECT e.request_id, e.contact_id, e.state, r.reference, r.received_us,
       r.due_day, c.given_name, c.email, c.language
  FROM erasure e
  JOIN rights_request r ON r.id = e.request_id
  JOIN contact c ON c.id = e.contact_id
 WHERE e.id = ?;

-- name: erasure_case_insert
-- for:  portal office
-- law:  GDPR 17
-- does: write
-- in:   request_id:u64 contact_id:u64 state:text proof:text? due_us:i64 created_us:i64
-- out:  one id:u64
INSERT INTO erasure (request_id, contact_id, state, proof, due_us,
       created_us)
VALUES (?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: erasure_case_prove
-- for:  portal
-- law:  GDPR 12(6)
-- does: write
-- in:   due_us:i64 id:u64
UPDATE erasure SET state = 'cooling', proof = 'link', due_us = ?
 WHERE id = ? AND state = 'intent';

-- name: erasure_case_open
-- for:  portal
-- law:  GDPR 12(3)
-- does: write
-- in:   id:u64
UPDATE rights_request SET state = 'open'
 WHERE id = ? AND state = 'intent';

-- name: erasure_case_hasten
-- for:  portal
-- law:  GDPR 17
-- does: write
-- in:   due_us:i64 decided_us:i64 contact_id:u64
UPDATE erasure SET state = 'decided', due_us = ?, decided_us = ?
 WHERE contact_id = ? AND state = 'cooling';

-- name: erasure_case_cancel
-- for:  portal
-- law:  GDPR 17
-- does: write
-- in:   ended_us:i64 contact_id:u64
UPDATE erasure SET state = 'cancelled', ended_us = ?
 WHERE contact_id = ? AND state IN ('intent', 'cooling');

-- name: erasure_case_restrict
-- for:  portal office
-- law:  GDPR 18
-- does: write
-- in:   restricted_us:i64 updated_us:i64 id:u64
UPDATE contact
   SET restricted_us = ?, restriction = 'erasure', updated_us = ?,
       version = version + 1
 WHERE id = ? AND restricted_us IS NULL;

-- name: erasure_case_lift
-- for:  portal
-- law:  GDPR 18(3)
-- does: write
-- in:   updated_us:i64 id:u64
UPDATE contact
   SET restricted_us = NULL, restriction = NULL, updated_us = ?,
       version = version + 1
 WHERE id = ? AND restriction = 'erasure';
