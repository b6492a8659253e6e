-- SPDX-License-Identifier: EUPL-1.2
-- What the back-office's first page shows.

-- What waits for whom; of a silo its own cases only.  Counts stop at 1,000.
-- name: office_needs
-- for:  office
-- law:  GDPR 12(3), 25
-- does: read
-- in:   today:day sees_all:bool staff_id:u64 team_id:u64 today:day staff_id:u64 staff_id:u64 staff_id:u64 since_us:i64 now_us:i64 staff_id:u64 may_all:bool team_id:u64
-- out:  many name:text n:u64 late:u64? day:day?
(SELECT 'requests' AS name, COUNT(*), CAST(SUM(d.due_day < ?) AS UNSIGNED),
        MIN(d.due_day)
   FROM (SELECT r.due_day
           FROM rights_request r
           LEFT JOIN contact c ON c.id = r.contact_id
          WHERE r.state IN ('intent', 'open', 'waiting')
            AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
                 OR (c.visibility = 'team' AND c.team_id = ?))
          ORDER BY r.due_day
          LIMIT 1000) d)
UNION ALL
(SELECT 'given', COUNT(*), CAST(SUM(due_day < ?) AS UNSIGNED), MIN(due_day)
   FROM rights_request
  WHERE assigned_id = ? AND state IN ('intent', 'open', 'waiting'))
UNION ALL
(SELECT 'exports', COUNT(*), NULL, NULL
   FROM staff_export x
  WHERE x.staff_id = ? AND x.state = 'ready'
    AND NOT EXISTS (SELECT 1 FROM staff_export_download d
                     WHERE d.export_id = x.id))
UNION ALL
(SELECT IF(state = 'done', 'imports_rejected', 'imports_checked'), COUNT(*),
        NULL, NULL
   FROM import
  WHERE staff_id = ?
    AND (state = 'checked'
         OR (state = 'done' AND n_rejected > 0 AND ended_us >= ?))
  GROUP BY state)
UNION ALL
(SELECT 'askings', COUNT(*), NULL, NULL
   FROM staff_export x
   JOIN staff s ON s.id = x.staff_id
  WHERE x.state = 'asked' AND x.expires_us > ? AND x.staff_id <> ?
    AND s.state = 'active'
    AND (? OR (s.team_id = ? AND s.role IN ('adviser', 'lead'))))
UNION ALL
(SELECT 'erasures', COUNT(*), NULL, NULL
   FROM erasure WHERE state NOT IN ('done', 'cancelled'))
UNION ALL
(SELECT IF(kind = 'mail.dead', 'mails_dead', 'tasks'), COUNT(*), NULL,
        MIN(due_day)
   FROM task WHERE state = 'open'
  GROUP BY kind = 'mail.dead')
UNION ALL
(SELECT 'mails_waiting', COUNT(*), NULL, NULL
   FROM (SELECT 1 FROM outbox
          WHERE state IN ('new', 'claimed', 'retry', 'ambiguous')
          LIMIT 1000) o)
UNION ALL
(SELECT CONCAT('staff_', state), COUNT(*), NULL, NULL
   FROM staff
  GROUP BY state)
ORDER BY name
LIMIT 30;

-- The oldest ones first, until a page's worth is found or the bound is met.
-- name: office_inactive
-- for:  office
-- law:  GDPR 5(1)(e), 25
-- does: read
-- in:   before_us:i64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64
SELECT c.id
  FROM contact c FORCE INDEX (by_person)
 WHERE c.last_person_us < ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY c.last_person_us, c.id
 LIMIT ? ROWS EXAMINED ?;

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
       'ledger.bad_mac', 'ledger.foreign_key', 'ledger.gap', 'notice.late',
       'quarantine.late', 'site.restored');

-- name: office_months
-- for:  office
-- law:  GDPR 12(3), 25
-- does: read
-- in:   since_us:i64 sees_all:bool staff_id:u64 team_id:u64
-- out:  many month:u64 requests:u64
SELECT CAST(EXTRACT(YEAR_MONTH FROM d.received_day) AS UNSIGNED) AS month,
       COUNT(*)
  FROM (SELECT r.received_day
          FROM rights_request r
          LEFT JOIN contact c ON c.id = r.contact_id
         WHERE r.received_us >= ?
           AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
                OR (c.visibility = 'team' AND c.team_id = ?))
         ORDER BY r.received_us DESC
         LIMIT 5000) d
 GROUP BY month
 ORDER BY month
 LIMIT 13;

-- name: office_log
-- for:  office
-- law:  GDPR 5(2)
-- does: read
-- in:   before_us:i64 before_us:i64
-- out:  one waiting:u64 signed_us:i64?
SELECT (SELECT COUNT(*) FROM audit_event a
         WHERE a.id > s.audit_through AND a.at_us < ?) +
       (SELECT COUNT(*) FROM consent_event e
         WHERE e.id > s.consent_through AND e.at_us < ?),
       (SELECT at_us FROM log_head ORDER BY id DESC LIMIT 1)
  FROM log_state s
 WHERE s.id = 1;
