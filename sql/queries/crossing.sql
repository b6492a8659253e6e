-- SPDX-License-Identifier: EUPL-1.2
-- Crossings of a silo: one record, one colleague, some hours.  Only the page
-- of the record and what is noted there open by them; lists, searches,
-- corrections and exports do not.

-- The record behind a reference, also one that it had before two became one;
-- but for one that is being erased.
-- name: crossing_find
-- for:  office
-- law:  GDPR 5(1)(f), 32(4)
-- does: read
-- in:   staff_id:u64 team_id:u64 staff_id:u64 now_us:i64 reference:text reference:text
-- out:  one id:u64 is_mine:bool is_open:bool
SELECT c.id, COALESCE(c.visibility = 'everyone' OR c.owner_id = ?
       OR (c.visibility = 'team' AND c.team_id = ?), FALSE),
       EXISTS (SELECT x.id
                 FROM crossing x
                WHERE x.contact_id = c.id AND x.staff_id = ?
                  AND x.until_us > ? AND x.ended_us IS NULL)
  FROM (SELECT id FROM contact WHERE reference = ?
         UNION
        SELECT survivor_id FROM contact_merge
         WHERE reference = ? AND state = 'done') f
  JOIN contact c ON c.id = f.id
 WHERE c.restriction IS NULL OR c.restriction <> 'erasure';

-- What opens a record that people_one() does not.
-- name: crossing_one
-- for:  office
-- law:  GDPR 5(1)(f), 32(4)
-- does: read
-- in:   contact_id:u64 staff_id:u64 now_us:i64
-- out:  many id:u64 reason:text until_us:i64 sort_name:text team:text?
SELECT x.id, x.reason, x.until_us, c.sort_name, t.name
  FROM crossing x
  JOIN contact c ON c.id = x.contact_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE x.contact_id = ? AND x.staff_id = ? AND x.until_us > ?
   AND x.ended_us IS NULL
   AND (c.restriction IS NULL OR c.restriction <> 'erasure')
 ORDER BY x.until_us DESC
 LIMIT 1;

-- name: crossing_begin
-- for:  office
-- law:  GDPR 5(1)(f), 32(4)
-- does: write
-- in:   staff_id:u64 contact_id:u64 reason:text begun_us:i64 until_us:i64
-- out:  new id:u64
INSERT INTO crossing (staff_id, contact_id, reason, begun_us, until_us)
VALUES (?, ?, ?, ?, ?);

-- name: crossing_end
-- for:  office
-- law:  GDPR 5(1)(f)
-- does: write
-- in:   ended_us:i64 id:u64 is_officer:bool staff_id:u64 now_us:i64
UPDATE crossing SET ended_us = ?
 WHERE id = ? AND (? OR staff_id = ?) AND ended_us IS NULL AND until_us > ?;

-- Whose it is, for the audit's line.
-- name: crossing_of
-- for:  office
-- law:  GDPR 5(2)
-- does: read
-- in:   id:u64
-- out:  one contact_id:u64
SELECT contact_id
  FROM crossing
 WHERE id = ?;

-- name: crossing_list
-- for:  office
-- law:  GDPR 5(2), 32(4)
-- does: read
-- in:   sees_all:bool staff_id:u64 before:u64?
-- out:  many id:u64 staff_id:u64 staff:text contact_id:u64 reference:text reason:text begun_us:i64 until_us:i64 ended_us:i64?
SELECT x.id, x.staff_id, s.name, x.contact_id, c.reference, x.reason,
       x.begun_us, x.until_us, x.ended_us
  FROM crossing x
  JOIN staff s ON s.id = x.staff_id
  JOIN contact c ON c.id = x.contact_id
 WHERE (? OR x.staff_id = ?)
   [AND x.id < ?]
 ORDER BY x.id DESC
 LIMIT 51;

-- What the owner of a record has not read of; where nobody who works here
-- owns it, the lead of its team.
-- name: crossing_told
-- for:  office
-- law:  GDPR 5(1)(f), 32(4)
-- does: read
-- in:   staff_id:u64 is_lead:bool team_id:u64 staff_id:u64
-- out:  many id:u64 staff:text contact_id:u64 reference:text reason:text begun_us:i64
SELECT x.id, s.name, x.contact_id, c.reference, x.reason, x.begun_us
  FROM crossing x
  JOIN staff s ON s.id = x.staff_id
  JOIN contact c ON c.id = x.contact_id
  LEFT JOIN staff o ON o.id = c.owner_id
 WHERE x.seen_us IS NULL
   AND (c.owner_id = ?
        OR (? AND c.visibility = 'team' AND c.team_id = ?
            AND (o.id IS NULL OR o.state <> 'active')))
   AND x.staff_id <> ?
 ORDER BY x.id
 LIMIT 8;

-- name: crossing_seen
-- for:  office
-- law:  GDPR 5(1)(f), 32(4)
-- does: write
-- in:   seen_us:i64 id:u64 staff_id:u64 is_lead:bool team_id:u64
UPDATE crossing x
  JOIN contact c ON c.id = x.contact_id
  LEFT JOIN staff o ON o.id = c.owner_id
   SET x.seen_us = ?
 WHERE x.id = ? AND x.seen_us IS NULL
   AND (c.owner_id = ?
        OR (? AND c.visibility = 'team' AND c.team_id = ?
            AND (o.id IS NULL OR o.state <> 'active')));

-- name: crossing_purge
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM crossing WHERE until_us < ? ORDER BY until_us LIMIT ?;
