-- SPDX-License-Identifier: EUPL-1.2
-- The keeper's jobs: who leads one, and the tasks they leave for staff.

-- name: job_hold
-- for:  keeper owner
-- law:  GDPR 32(1)(b)
-- does: write
-- in:   until_us:i64 name:text owner:text fence:u64
UPDATE lease SET until_us = ?
 WHERE name = ? AND owner = ? AND fence = ?;

-- name: job_task
-- for:  keeper
-- law:  GDPR 5(2)
-- does: append
-- in:   kind:text detail:text created_us:i64 kind:text detail:text
INSERT INTO task (kind, detail, state, created_us)
SELECT ?, ?, 'open', ?
  FROM health
 WHERE health.id = 1
   AND NOT EXISTS (SELECT 1 FROM task WHERE state = 'open' AND kind = ?
                    AND detail = ?);
