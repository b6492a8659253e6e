-- SPDX-License-Identifier: EUPL-1.2
-- What the back-office's first page shows.

-- name: office_figures
-- for:  office
-- law:  GDPR 12(3)
-- does: read
-- in:   today:day
-- out:  one open:u64 late:u64 erasures:u64 tasks:u64 mails_waiting:u64 mails_dead:u64
SELECT (SELECT COUNT(*) FROM rights_request
         WHERE state IN ('intent', 'open', 'waiting')),
       (SELECT COUNT(*) FROM rights_request
         WHERE state IN ('intent', 'open', 'waiting') AND due_day < ?),
       (SELECT COUNT(*) FROM erasure
         WHERE state NOT IN ('done', 'cancelled')),
       (SELECT COUNT(*) FROM task WHERE state = 'open'),
       (SELECT COUNT(*) FROM outbox
         WHERE state IN ('new', 'claimed', 'retry', 'ambiguous')),
       (SELECT COUNT(*) FROM task
         WHERE state = 'open' AND kind = 'mail.dead');

-- name: office_due
-- for:  office
-- law:  GDPR 12(3)
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64
-- out:  many id:u64 reference:text kind:text state:text target_day:day due_day:day
SELECT r.id, r.reference, r.kind, r.state, r.target_day, r.due_day
  FROM rights_request r
  LEFT JOIN contact c ON c.id = r.contact_id
 WHERE r.state IN ('intent', 'open', 'waiting')
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY r.due_day, r.id
 LIMIT 8;

-- name: office_tasks
-- for:  office
-- law:  GDPR 24
-- does: read
-- out:  many id:u64 kind:text request_id:u64? erasure_id:u64? due_day:day? created_us:i64
SELECT id, kind, request_id, erasure_id, due_day, created_us
  FROM task
 WHERE state = 'open'
 ORDER BY id
 LIMIT 8;

-- name: office_task_settle
-- for:  office
-- law:  GDPR 24
-- does: write
-- in:   done_us:i64 done_by:u64 id:u64
UPDATE task SET state = 'done', outcome = 'looked', done_us = ?, done_by = ?
 WHERE id = ? AND state = 'open'
   AND kind IN ('erasure.nobody', 'erasure.no_address', 'export.failed',
       'ledger.bad_mac', 'ledger.foreign_key', 'ledger.gap', 'site.restored');

-- name: office_months
-- for:  office
-- law:  GDPR 12(3)
-- does: read
-- in:   since_us:i64
-- out:  many month:u64 requests:u64
SELECT CAST(EXTRACT(YEAR_MONTH FROM received_day) AS UNSIGNED) AS month,
       COUNT(*)
  FROM rights_request
 WHERE received_us >= ?
 GROUP BY month
 ORDER BY month
 LIMIT 13;

-- name: office_log
-- for:  office
-- law:  GDPR 5(2)
-- does: read
-- in:   before_us:i64 before_us:i64
-- out:  one waiting:u64
SELECT (SELECT COUNT(*) FROM audit_event a
         WHERE a.id > s.audit_through AND a.at_us < ?) +
       (SELECT COUNT(*) FROM consent_event e
         WHERE e.id > s.consent_through AND e.at_us < ?)
  FROM log_state s
 WHERE s.id = 1;
