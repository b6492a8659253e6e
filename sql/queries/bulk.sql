-- SPDX-License-Identifier: EUPL-1.2
-- What staff do to many contacts at once: counted first, then done part by
-- part under the silo of that moment, taken back for seven days.

-- name: bulk_insert
-- for:  office
-- law:  GDPR 5(2), 25
-- does: write
-- in:   staff_id:u64 action:text state:text snapshot_id:u64? reason:text has_owner:bool new_owner_id:u64? has_team:bool new_team_id:u64? new_visibility:text? tag_id:u64? ground:text? total:u64 created_us:i64 acted_us:i64? expires_us:i64
-- out:  one id:u64
INSERT INTO bulk (staff_id, action, state, snapshot_id, reason, has_owner,
       new_owner_id, has_team, new_team_id, new_visibility, tag_id, ground,
       total, created_us, acted_us, expires_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- Who can look after a contact, and no DPO (GDPR 38(6)); a lead gives within
-- the team.
-- name: bulk_people
-- for:  office
-- law:  GDPR 25(2)
-- does: read
-- in:   team_id:u64?
-- out:  many id:u64 name:text
SELECT id, name
  FROM staff
 WHERE state = 'active' AND role IN ('adviser', 'lead')
   [AND team_id = ?]
 ORDER BY name, id
 LIMIT 1000;

-- name: bulk_teams
-- for:  office
-- law:  GDPR 25(2)
-- does: read
-- in:   team_id:u64?
-- out:  many id:u64 name:text
SELECT id, name
  FROM team
 WHERE NOT is_closed
   [AND id = ?]
 ORDER BY name
 LIMIT 1000;

-- The list that is acted on.
-- name: bulk_source
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   id:u64 staff_id:u64 now_us:i64
-- out:  one state:text contacts:u64
SELECT state, n
  FROM snapshot
 WHERE id = ? AND staff_id = ? AND expires_us > ?;

-- name: bulk_source_insert
-- for:  office
-- law:  GDPR 25
-- does: write
-- in:   staff_id:u64 sealed:bytes created_us:i64 ready_us:i64 expires_us:i64
-- out:  one id:u64
INSERT INTO snapshot (staff_id, sealed, state, created_us, ready_us,
       expires_us)
VALUES (?, ?, 'ready', ?, ?, ?)
RETURNING id;

-- name: bulk_source_add
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: append
-- in:   snapshot_id:u64 contact_ids:text sees_all:bool staff_id:u64 team_id:u64
INSERT INTO snapshot_contact (snapshot_id, position, contact_id)
SELECT ?, ROW_NUMBER() OVER (ORDER BY j.place), c.id
  FROM JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY,
       id BIGINT UNSIGNED PATH '$')) j
  JOIN contact c ON c.id = j.id
 WHERE (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?));

-- name: bulk_source_count
-- for:  office
-- law:  GDPR 25
-- does: write
-- in:   contacts:u64 contacts:u64 contacts:u64 id:u64
UPDATE snapshot SET n = ?, total = ?, walked = ?
 WHERE id = ?;

-- name: bulk_load
-- for:  office keeper
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   id:u64
-- out:  one id:u64 staff_id:u64 staff:text role:text team_id:u64? is_active:bool action:text state:text snapshot_id:u64? reason:text has_owner:bool new_owner_id:u64? new_owner:text? new_role:text? is_owner_active:bool has_team:bool new_team_id:u64? new_team:text? is_team_manned:bool new_visibility:text? tag_id:u64? tag:text? ground:text? total:u64 done:u64 n:u64 n_restricted:u64 n_foreign:u64 n_same:u64 n_unseen:u64 n_undone:u64 n_kept:u64 created_us:i64 acted_us:i64? ended_us:i64? expires_us:i64 told_us:i64?
SELECT b.id, b.staff_id, m.name, m.role, m.team_id, m.state = 'active',
       b.action, b.state, b.snapshot_id, b.reason, b.has_owner,
       b.new_owner_id, o.name, o.role, COALESCE(o.state = 'active', FALSE),
       b.has_team, b.new_team_id, t.name,
       EXISTS (SELECT 1 FROM staff s
                WHERE s.team_id = b.new_team_id AND s.state = 'active'
                  AND s.role IN ('adviser', 'lead')),
       b.new_visibility, b.tag_id, g.name, b.ground, b.total, b.done, b.n,
       b.n_restricted, b.n_foreign, b.n_same, b.n_unseen, b.n_undone,
       b.n_kept, b.created_us, b.acted_us, b.ended_us, b.expires_us,
       b.told_us
  FROM bulk b
  JOIN staff m ON m.id = b.staff_id
  LEFT JOIN staff o ON o.id = b.new_owner_id
  LEFT JOIN team t ON t.id = b.new_team_id
  LEFT JOIN tag g ON g.id = b.tag_id
 WHERE b.id = ?;

-- Those of a snapshot, as they are now.
-- name: bulk_frozen
-- for:  office keeper
-- law:  GDPR 5(1)(f), 18(2), 25
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64? tag_id:u64? snapshot_id:u64 after:u64 until:u64 most:u64
-- out:  many position:u64 id:u64 is_seen:bool owner_id:u64? is_owner_active:bool team_id:u64? is_team_manned:bool visibility:text restriction:text? restricted_us:i64? has_tag:bool tagged_us:i64? email:text? language:text old_owner_id:u64? is_old_owner_active:bool old_team_id:u64? is_old_team_manned:bool old_visibility:text?
SELECT u.position, c.id,
       (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) IS TRUE,
       c.owner_id, COALESCE(o.state = 'active', FALSE), c.team_id,
       EXISTS (SELECT 1 FROM staff s
                WHERE s.team_id = c.team_id AND s.state = 'active'
                  AND s.role IN ('adviser', 'lead')),
       c.visibility, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
         'quarantine', c.restriction), c.restricted_us,
       g.tag_id IS NOT NULL, g.at_us, c.email, c.language, NULL, FALSE, NULL,
       FALSE, NULL
  FROM snapshot_contact u
  JOIN contact c ON c.id = u.contact_id
  LEFT JOIN staff o ON o.id = c.owner_id
  LEFT JOIN contact_tag g ON g.contact_id = c.id AND g.tag_id = ?
 WHERE u.snapshot_id = ? AND u.position > ? AND u.position <= ?
 ORDER BY u.position
 LIMIT ?;

-- Those that were counted, or changed, locked until they are done with.
-- name: bulk_part
-- for:  office keeper
-- law:  GDPR 5(1)(f), 18(2), 25
-- does: write
-- in:   sees_all:bool staff_id:u64 team_id:u64? tag_id:u64? bulk_id:u64 after:u64 is_done:bool most:u64
-- out:  many position:u64 id:u64 is_seen:bool owner_id:u64? is_owner_active:bool team_id:u64? is_team_manned:bool visibility:text restriction:text? restricted_us:i64? has_tag:bool tagged_us:i64? email:text? language:text old_owner_id:u64? is_old_owner_active:bool old_team_id:u64? is_old_team_manned:bool old_visibility:text?
SELECT u.position, c.id,
       (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) IS TRUE,
       c.owner_id, COALESCE(o.state = 'active', FALSE), c.team_id,
       EXISTS (SELECT 1 FROM staff s
                WHERE s.team_id = c.team_id AND s.state = 'active'
                  AND s.role IN ('adviser', 'lead')),
       c.visibility, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
         'quarantine', c.restriction), c.restricted_us,
       g.tag_id IS NOT NULL, g.at_us, c.email, c.language, u.old_owner_id,
       COALESCE(w.state = 'active', FALSE), u.old_team_id,
       EXISTS (SELECT 1 FROM staff s
                WHERE s.team_id = u.old_team_id AND s.state = 'active'
                  AND s.role IN ('adviser', 'lead')),
       u.old_visibility
  FROM bulk_contact u
  JOIN contact c ON c.id = u.contact_id
  LEFT JOIN staff o ON o.id = c.owner_id
  LEFT JOIN staff w ON w.id = u.old_owner_id
  LEFT JOIN contact_tag g ON g.contact_id = c.id AND g.tag_id = ?
 WHERE u.bulk_id = ? AND u.position > ? AND u.is_done = ?
 ORDER BY u.position
 LIMIT ?
   FOR UPDATE;

-- name: bulk_keep
-- for:  office keeper
-- law:  GDPR 25
-- does: write
-- each: bulk_id:u64 position:u64 contact_id:u64 is_done:bool old_owner_id:u64? old_team_id:u64? old_visibility:text?
INSERT INTO bulk_contact (bulk_id, position, contact_id, is_done,
       old_owner_id, old_team_id, old_visibility)
VALUES {(?, ?, ?, ?, ?, ?, ?)}
    ON DUPLICATE KEY UPDATE is_done = VALUES(is_done),
       old_owner_id = VALUES(old_owner_id), old_team_id = VALUES(old_team_id),
       old_visibility = VALUES(old_visibility);

-- name: bulk_drop
-- for:  office keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   bulk_id:u64
-- each: position:u64
DELETE FROM bulk_contact
 WHERE bulk_id = ? AND position IN ({?});

-- name: bulk_counted
-- for:  office keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   done:u64 n_good:u64 n_restricted:u64 n_foreign:u64 n_same:u64 n_unseen:u64 n_undone:u64 n_kept:u64 id:u64 before:u64 state:text
UPDATE bulk
   SET done = ?, n = ?, n_restricted = ?, n_foreign = ?, n_same = ?,
       n_unseen = ?, n_undone = ?, n_kept = ?
 WHERE id = ? AND done = ? AND state = ?;

-- name: bulk_move
-- for:  office keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   new_state:text done:u64 acted_us:i64? ended_us:i64? expires_us:i64 id:u64 old_state:text
UPDATE bulk
   SET state = ?, done = ?, acted_us = COALESCE(?, acted_us), ended_us = ?,
       expires_us = ?
 WHERE id = ? AND state = ?;

-- From here on n says how many were changed.
-- name: bulk_begin
-- for:  office keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   id:u64
UPDATE bulk SET n = 0
 WHERE id = ?;

-- name: bulk_first
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   bulk_id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  many id:u64 given_name:text family_name:text email:text?
SELECT c.id, c.given_name, c.family_name, c.email
  FROM bulk_contact u
  JOIN contact c ON c.id = u.contact_id
 WHERE u.bulk_id = ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY u.position
 LIMIT 10;

-- name: bulk_list
-- for:  office
-- law:  GDPR 5(2)
-- does: read
-- in:   staff_id:u64 decides:bool
-- out:  many id:u64 staff:text action:text state:text n:u64 total:u64 created_us:i64 expires_us:i64
SELECT b.id, m.name, b.action, b.state, b.n, b.total, b.created_us,
       b.expires_us
  FROM bulk b
  JOIN staff m ON m.id = b.staff_id
 WHERE b.staff_id = ? OR (? AND b.state = 'proposed')
 ORDER BY b.id DESC
 LIMIT 50;

-- What colleagues gave to somebody, who has not read of it yet.
-- name: bulk_given
-- for:  office
-- law:  GDPR 25(2)
-- does: read
-- in:   staff_id:u64 staff_id:u64
-- out:  many id:u64 staff:text n:u64 reason:text acted_us:i64 contact_id:u64?
SELECT b.id, m.name, b.n, b.reason, b.acted_us,
       (SELECT u.contact_id FROM bulk_contact u
         WHERE b.n = 1 AND u.bulk_id = b.id AND u.is_done LIMIT 1)
  FROM bulk b
  JOIN staff m ON m.id = b.staff_id
 WHERE b.new_owner_id = ? AND b.told_us IS NULL AND b.staff_id <> ?
   AND b.state IN ('done', 'cancelled') AND b.n > 0
 ORDER BY b.id DESC
 LIMIT 8;

-- What somebody assigns on one record, as it is now.
-- name: bulk_record
-- for:  office
-- law:  GDPR 5(1)(f), 25(2)
-- does: read
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one owner_id:u64? owner:text? team_id:u64? visibility:text restriction:text?
SELECT c.owner_id, o.name, c.team_id, c.visibility, c.restriction
  FROM contact c
  LEFT JOIN staff o ON o.id = c.owner_id
 WHERE c.id = ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?));

-- name: bulk_told
-- for:  office
-- law:  GDPR 25(2)
-- does: write
-- in:   told_us:i64 id:u64 new_owner_id:u64
UPDATE bulk SET told_us = ?
 WHERE id = ? AND new_owner_id = ? AND told_us IS NULL;

-- name: bulk_open
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   staff_id:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM bulk
 WHERE staff_id = ? AND state IN ('counting', 'waiting', 'running', 'undoing');

-- name: bulk_next
-- for:  keeper
-- law:  GDPR 25
-- does: read
-- out:  many id:u64
SELECT id
  FROM bulk
 WHERE state IN ('counting', 'waiting', 'running', 'undoing')
 ORDER BY id
 LIMIT 2;

-- name: bulk_over
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: read
-- in:   before_us:i64 now_us:i64 before_us:i64
-- out:  many id:u64 state:text is_old:bool
SELECT id, state, created_us <= ?
  FROM bulk
 WHERE state NOT IN ('waiting', 'running', 'undoing')
   AND ((expires_us <= ?
         AND (state IN ('counting', 'ready', 'proposed')
              OR EXISTS (SELECT 1 FROM bulk_contact u
                          WHERE u.bulk_id = bulk.id)))
        OR created_us <= ?)
 ORDER BY id
 LIMIT 20;

-- name: bulk_clear
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   bulk_id:u64
DELETE FROM bulk_contact
 WHERE bulk_id = ?
 LIMIT 5000;

-- name: bulk_delete
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   id:u64
DELETE FROM bulk
 WHERE id = ?;

-- name: bulk_task_over
-- for:  office keeper
-- law:  GDPR 24
-- does: write
-- in:   outcome:text done_us:i64 done_by:u64? detail:text
UPDATE task SET state = 'done', outcome = ?, done_us = ?, done_by = ?
 WHERE kind = 'bulk.to_decide' AND detail = ? AND state = 'open';

-- name: bulk_task
-- for:  office keeper
-- law:  GDPR 24
-- does: write
-- in:   detail:text created_us:i64
INSERT INTO task (kind, detail, state, created_us)
VALUES ('bulk.to_decide', ?, 'open', ?);

-- ---- what is changed

-- name: bulk_assign
-- for:  office keeper
-- law:  GDPR 25(2)
-- does: write
-- in:   has_owner:bool owner_id:u64? has_team:bool team_id:u64? visibility:text? updated_us:i64
-- each: id:u64
UPDATE contact
   SET owner_id = IF(?, ?, owner_id), team_id = IF(?, ?, team_id),
       visibility = COALESCE(?, visibility), updated_us = ?,
       version = version + 1
 WHERE id IN ({?});

-- name: bulk_assign_back
-- for:  office keeper
-- law:  GDPR 25(2)
-- does: write
-- in:   owner_id:u64? team_id:u64? visibility:text updated_us:i64 id:u64
UPDATE contact
   SET owner_id = ?, team_id = ?, visibility = ?, updated_us = ?,
       version = version + 1
 WHERE id = ?;

-- name: bulk_label
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- each: contact_id:u64 tag_id:u64 staff_id:u64 at_us:i64
INSERT INTO contact_tag (contact_id, tag_id, staff_id, at_us)
VALUES {(?, ?, ?, ?)};

-- name: bulk_unlabel
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   tag_id:u64
-- each: contact_id:u64
DELETE FROM contact_tag
 WHERE tag_id = ? AND contact_id IN ({?});

-- name: bulk_restrict
-- for:  office keeper
-- law:  GDPR 18(1)
-- does: write
-- in:   restricted_us:i64 restriction:text updated_us:i64
-- each: id:u64
UPDATE contact
   SET restricted_us = ?, restriction = ?, updated_us = ?,
       version = version + 1
 WHERE restricted_us IS NULL AND id IN ({?});

-- A freeze has its case, which says how it ends (GDPR 18(3)).
-- name: bulk_case
-- for:  office keeper
-- law:  GDPR 18(1), 18(3)
-- does: write
-- each: reference:text contact_id:u64 language:text received_us:i64 received_day:day target_day:day working_day:day due_day:day answered_us:i64 matched_us:i64
INSERT INTO rights_request (reference, kind, door, contact_id, language, state,
       received_us, received_day, target_day, working_day, due_day,
       answered_us, matched_us)
VALUES {(?, 'restriction', 'staff', ?, ?, 'answered', ?, ?, ?, ?, ?, ?, ?)};

-- name: bulk_step
-- for:  office keeper
-- law:  GDPR 5(2), 18(3)
-- does: write
-- in:   verb:text staff_id:u64 at_us:i64 received_us:i64
-- each: contact_id:u64
INSERT INTO rights_step (request_id, verb, actor, staff_id, at_us)
SELECT id, ?, 'staff', ?, ?
  FROM rights_request
 WHERE kind = 'restriction' AND door = 'staff' AND received_us = ?
   AND contact_id IN ({?});
