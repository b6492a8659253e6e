-- SPDX-License-Identifier: EUPL-1.2
-- What the search after an erasure left for staff, and what they did.

-- name: erasure_task_case
-- for:  office
-- law:  GDPR 17(1)
-- does: read
-- in:   request_id:u64
-- out:  one reference:text due_day:day
SELECT reference, due_day
  FROM rights_request
 WHERE id = ?;

-- name: erasure_task_list
-- for:  office
-- law:  GDPR 5(2), 17(1)
-- does: read
-- in:   request_id:u64
-- out:  many id:u64 kind:text erasure_id:u64 detail:text state:text outcome:text? note:text? created_us:i64 done_us:i64? staff:text?
SELECT t.id, t.kind, COALESCE(t.erasure_id, 0), t.detail, t.state, t.outcome,
       t.note, t.created_us, t.done_us, p.name
  FROM task t
  LEFT JOIN staff p ON p.id = t.done_by
 WHERE t.request_id = ?
   AND t.kind IN ('erasure.second_copy', 'erasure.look')
 ORDER BY t.id DESC
 LIMIT 50;

-- name: erasure_task_settle
-- for:  office
-- law:  GDPR 5(2), 17(1)
-- does: write
-- in:   outcome:text note:text done_us:i64 done_by:u64 request_id:u64 kind:text
UPDATE task
   SET state = 'done', outcome = ?, note = ?, done_us = ?, done_by = ?
 WHERE request_id = ? AND kind = ? AND state = 'open';
