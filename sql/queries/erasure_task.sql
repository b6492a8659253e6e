-- SPDX-License-Identifier: EUPL-1.2
-- What the search after an erasure left for staff, and what they did.

-- An erasure by its case, or one that has none: a retention period had ended.
-- name: erasure_task_of
-- for:  office
-- law:  GDPR 17(1)
-- does: read
-- in:   request_id:u64? erasure_id:u64?
-- out:  many id:u64 request_id:u64? state:text reference:text? due_day:day?
SELECT e.id, e.request_id, e.state, r.reference, r.due_day
  FROM erasure e
  LEFT JOIN rights_request r ON r.id = e.request_id
 WHERE e.state <> 'cancelled' [AND e.request_id = ?]
   [AND e.id = ? AND e.request_id IS NULL]
 ORDER BY e.id DESC
 LIMIT 1;

-- name: erasure_task_list
-- for:  office
-- law:  GDPR 5(2), 17(1)
-- does: read
-- in:   erasure_id:u64
-- out:  many id:u64 kind:text detail:text state:text outcome:text? note:text? created_us:i64 done_us:i64? staff:text?
SELECT t.id, t.kind, t.detail, t.state, t.outcome, t.note, t.created_us,
       t.done_us, p.name
  FROM task t
  LEFT JOIN staff p ON p.id = t.done_by
 WHERE t.erasure_id = ?
   AND t.kind IN ('erasure.second_copy', 'erasure.look')
 ORDER BY t.id DESC
 LIMIT 50;

-- name: erasure_task_settle
-- for:  office
-- law:  GDPR 5(2), 17(1)
-- does: write
-- in:   outcome:text note:text done_us:i64 done_by:u64 erasure_id:u64 kind:text
UPDATE task
   SET state = 'done', outcome = ?, note = ?, done_us = ?, done_by = ?
 WHERE erasure_id = ? AND kind = ? AND state = 'open';
