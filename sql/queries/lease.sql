-- SPDX-License-Identifier: EUPL-1.2
-- Leases: which process does a job now.  The fence grows with every taking, so
-- that what a late holder writes can be refused.

-- name: lease_take
-- for:  courier keeper owner
-- law:  GDPR 32(1)(b)
-- does: write
-- in:   owner:text until_us:i64 name:text now_us:i64 owner:text
UPDATE lease SET owner = ?, fence = fence + 1, until_us = ?
 WHERE name = ? AND (until_us < ? OR owner = ?);

-- name: lease_insert
-- for:  courier keeper owner
-- law:  GDPR 32(1)(b)
-- does: append
-- in:   name:text owner:text until_us:i64
INSERT INTO lease (name, owner, fence, until_us) VALUES (?, ?, 1, ?);

-- name: lease_load
-- for:  courier keeper owner
-- law:  GDPR 32(1)(b)
-- does: read
-- in:   name:text
-- out:  one owner:text? fence:u64 until_us:i64
SELECT owner, fence, until_us FROM lease WHERE name = ?;

-- name: lease_drop
-- for:  courier keeper owner
-- law:  GDPR 32(1)(b)
-- does: write
-- in:   name:text owner:text
UPDATE lease SET until_us = 0 WHERE name = ? AND owner = ?;
