-- SPDX-License-Identifier: EUPL-1.2
-- Contacts out of a file: who of them is known already, new ones, and what is
-- newer in the file.

-- name: import_known
-- for:  keeper owner
-- law:  GDPR 5(1)(d)
-- does: read
-- each: email_key:bytes
-- out:  many id:u64 email_key:bytes kind:text given_name:text family_name:text language:text phone:text? street:text postcode:text city:text country:text source:text collected_us:i64 restricted_us:i64? visibility:text owner_id:u64? team_id:u64? version:u64
SELECT id, email_key, kind, given_name, family_name, language, phone, street,
       postcode, city, country, source, collected_us, restricted_us,
       visibility, owner_id, team_id, version
  FROM contact
 WHERE email_key IN ({?})
 ORDER BY id
 LIMIT 3200;

-- name: import_known_beside
-- for:  keeper owner
-- law:  GDPR 5(1)(d)
-- does: read
-- each: value_key:bytes
-- out:  many id:u64 email_key:bytes kind:text given_name:text family_name:text language:text phone:text? street:text postcode:text city:text country:text source:text collected_us:i64 restricted_us:i64? visibility:text owner_id:u64? team_id:u64? version:u64
SELECT c.id, r.value_key, c.kind, c.given_name, c.family_name, c.language,
       c.phone, c.street, c.postcode, c.city, c.country, c.source,
       c.collected_us, c.restricted_us, c.visibility, c.owner_id, c.team_id,
       c.version
  FROM contact_reach r
  JOIN contact c ON c.id = r.contact_id
 WHERE r.value_key IN ({?})
 ORDER BY c.id
 LIMIT 3200;

-- name: import_origins
-- for:  keeper owner
-- law:  GDPR 5(1)(d)
-- does: read
-- each: contact_id:u64
-- out:  many contact_id:u64 field:text source:text basis:text notice_version_id:u64? at_us:i64
SELECT contact_id, field, source, basis, notice_version_id, at_us
  FROM contact_provenance
 WHERE contact_id IN ({?})
 ORDER BY contact_id, field
 LIMIT 6400;

-- Their words are stored in the same transaction: is_indexed.
-- name: import_contact
-- for:  keeper owner
-- law:  GDPR 5(1)(c), 14
-- does: write
-- each: reference:text kind:text given_name:text family_name:text sort_name:text language:text email:text email_key:bytes phone:text? street:text postcode:text city:text country:text visibility:text team_id:u64? source:text basis:text quarantined_us:i64? collected_us:i64 last_person_us:i64 created_us:i64 updated_us:i64
-- out:  many id:u64 email_key:bytes
INSERT INTO contact (reference, kind, given_name, family_name, sort_name,
       language, email, email_key, phone, street, postcode, city, country,
       visibility, team_id, source, basis, quarantined_us, collected_us,
       last_person_us, created_us, updated_us, is_indexed)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
        TRUE)}
RETURNING id, email_key;

-- name: import_notice
-- for:  keeper owner
-- law:  GDPR 14(3)
-- does: write
-- each: contact_id:u64 state:text due_day:day send_us:i64 created_us:i64
INSERT INTO notice_duty (contact_id, state, due_day, send_us, created_us)
VALUES {(?, ?, ?, ?, ?)};

-- name: import_quarantine
-- for:  keeper owner
-- law:  GDPR 6(1), 14(1)(c)
-- does: write
-- each: contact_id:u64 import_id:u64? lacks:text remove_day:day
INSERT INTO quarantine (contact_id, import_id, lacks, remove_day)
VALUES {(?, ?, ?, ?)};

-- name: import_organisations_numbered
-- for:  keeper owner
-- law:  GDPR 5(1)(d), 25
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64
-- each: registration:text
-- out:  many id:u64 name:text registration:text
SELECT o.id, o.name, o.registration
  FROM organisation o
 WHERE (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?))
   AND o.registration IN ({?})
 ORDER BY o.registration, o.id
 LIMIT 6400;

-- name: import_organisations_named
-- for:  keeper owner
-- law:  GDPR 5(1)(d), 25
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64
-- each: sort_name:text
-- out:  many id:u64 name:text sort_name:text registration:text
SELECT o.id, o.name, o.sort_name, o.registration
  FROM organisation o
 WHERE (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?))
   AND o.sort_name IN ({?})
 ORDER BY o.sort_name, o.id
 LIMIT 6400;

-- name: import_organisations_lock
-- for:  keeper owner
-- law:  GDPR 5(1)(d), 5(1)(f)
-- does: write
-- each: id:u64
-- out:  many id:u64
SELECT id
  FROM organisation
 WHERE id IN ({?})
 ORDER BY id
 LIMIT 100
   FOR UPDATE;

-- name: import_organisation
-- for:  keeper owner
-- law:  GDPR 5(1)(c)
-- does: write
-- each: name:text sort_name:text registration:text language:text visibility:text team_id:u64? import_id:u64? created_us:i64 updated_us:i64
-- out:  many id:u64 sort_name:text registration:text
INSERT INTO organisation (name, sort_name, registration, language, visibility,
       team_id, import_id, created_us, updated_us)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?, ?)}
RETURNING id, sort_name, registration;

-- name: import_members
-- for:  keeper owner
-- law:  GDPR 5(1)(d)
-- does: read
-- each: contact_id:u64
-- out:  many contact_id:u64 organisation_id:u64 name:text job_title:text since:day? is_own:bool at_us:i64
SELECT m.contact_id, m.organisation_id, o.name, m.job_title, m.since,
       o.trader_id IS NOT NULL AND o.trader_id = m.contact_id, m.at_us
  FROM membership m
  JOIN organisation o ON o.id = m.organisation_id
 WHERE m.contact_id IN ({?})
 ORDER BY m.contact_id
 LIMIT 100;

-- name: import_members_put
-- for:  keeper owner
-- law:  GDPR 5(1)(d), 15(1)
-- does: write
-- each: contact_id:u64 organisation_id:u64 at_us:i64
INSERT INTO membership (contact_id, organisation_id, at_us)
VALUES {(?, ?, ?)}
    ON DUPLICATE KEY UPDATE organisation_id = VALUES(organisation_id),
       job_title = '', since = NULL, at_us = VALUES(at_us);

-- name: import_edit
-- for:  keeper owner
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   kind:text given_name:text family_name:text sort_name:text language:text phone:text? street:text postcode:text city:text country:text updated_us:i64 id:u64
UPDATE contact
   SET kind = ?, given_name = ?, family_name = ?, sort_name = ?,
       language = ?, phone = ?, street = ?, postcode = ?, city = ?,
       country = ?, updated_us = ?, is_indexed = FALSE, version = version + 1
 WHERE id = ?;

-- name: import_new
-- for:  office
-- law:  GDPR 5(1)(d), 5(2)
-- does: write
-- in:   staff_id:u64 contact_id:u64? size_bytes:u64 file_mac:bytes created_us:i64 expires_us:i64
-- out:  one id:u64
INSERT INTO import (staff_id, contact_id, state, size_bytes, file_mac,
       created_us, expires_us)
VALUES (?, ?, 'waiting', ?, ?, ?, ?)
RETURNING id;

-- name: import_key_insert
-- for:  office
-- law:  GDPR 32(1)(a)
-- does: write
-- in:   import_id:u64 wrapped:bytes created_us:i64
INSERT INTO {keys}.import_key (import_id, wrapped, created_us)
VALUES (?, ?, ?);

-- name: import_key_load
-- for:  office keeper
-- law:  GDPR 32(1)(a)
-- does: read
-- in:   import_id:u64
-- out:  one wrapped:bytes
SELECT wrapped
  FROM {keys}.import_key
 WHERE import_id = ?;

-- name: import_chunk_insert
-- for:  office keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   import_id:u64 kind:text number:u64 sealed:bytes
INSERT INTO import_chunk (import_id, kind, number, sealed)
VALUES (?, ?, ?, ?);

-- name: import_chunk_load
-- for:  office keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   import_id:u64 kind:text number:u64
-- out:  one sealed:bytes
SELECT sealed
  FROM import_chunk
 WHERE import_id = ? AND kind = ? AND number = ?;

-- name: import_chunk_next
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   import_id:u64 kind:text number:u64
-- out:  many number:u64 sealed:bytes
SELECT number, sealed
  FROM import_chunk
 WHERE import_id = ? AND kind = ? AND number >= ?
 ORDER BY number
 LIMIT 1;

-- name: import_list
-- for:  office
-- law:  GDPR 5(2), 24
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64? before_id:u64? most:u64
-- out:  many id:u64 name:text state:text format:text? source:text? n_rows:u64 n_created:u64 n_updated:u64 created_us:i64
SELECT i.id, s.name, i.state, i.format, i.source, i.n_rows, i.n_created,
       i.n_updated, i.created_us
  FROM import i
  JOIN staff s ON s.id = i.staff_id
 WHERE (? OR i.staff_id = ? OR (s.team_id = ? AND i.team_id = s.team_id))
   AND i.contact_id IS NULL
   [AND i.id < ?]
 ORDER BY i.id DESC
 LIMIT ?;

-- name: import_one
-- for:  office
-- law:  GDPR 5(2), 24
-- does: read
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64?
-- out:  one name:text state:text fault:text? fault_line:u64? size_bytes:u64 file_mac:bytes format:text? is_cp1252:bool delimiter:text? has_names:bool mapping:text? policy:text? basis:text? source:text? collected:day? team_id:u64? team:text? snapshot_id:u64? n_rows:u64 n_done:u64 n_created:u64 n_updated:u64 n_same:u64 n_suppressed:u64 n_rejected:u64 n_quarantined:u64 n_organisations:u64 n_undone:u64 n_kept:u64 created_us:i64 started_us:i64? ended_us:i64? expires_us:i64 destroyed_us:i64? undo_until_us:i64?
SELECT s.name, i.state, i.fault, i.fault_line, i.size_bytes, i.file_mac,
       i.format, i.is_cp1252, i.delimiter, i.has_names, i.mapping, i.policy,
       i.basis, i.source, i.collected, i.team_id, t.name,
       (SELECT n.id FROM snapshot n
         WHERE n.id = i.snapshot_id AND n.staff_id = i.staff_id),
       i.n_rows, i.n_done,
       i.n_created, i.n_updated, i.n_same, i.n_suppressed, i.n_rejected,
       i.n_quarantined, i.n_organisations, i.n_undone, i.n_kept,
       i.created_us, i.started_us, i.ended_us,
       i.expires_us, i.destroyed_us, i.undo_until_us
  FROM import i
  JOIN staff s ON s.id = i.staff_id
  LEFT JOIN team t ON t.id = i.team_id
 WHERE i.id = ?
   AND (? OR i.staff_id = ? OR (s.team_id = ? AND i.team_id = s.team_id))
   AND i.contact_id IS NULL;

-- name: import_return_one
-- for:  office
-- law:  GDPR 16
-- does: read
-- in:   id:u64 contact_id:u64
-- out:  one state:text fault:text? fault_line:u64? has_names:bool n_rows:u64 expires_us:i64 destroyed_us:i64?
SELECT state, fault, fault_line, has_names, n_rows, expires_us, destroyed_us
  FROM import
 WHERE id = ? AND contact_id = ?;

-- name: import_return_end
-- for:  office
-- law:  GDPR 5(1)(e), 16
-- does: write
-- in:   state:text ended_us:i64 expires_us:i64 id:u64 contact_id:u64
UPDATE import
   SET state = ?, ended_us = ?, expires_us = ?
 WHERE id = ? AND contact_id = ? AND state IN ('waiting', 'read');

-- name: import_by_reference
-- for:  office
-- law:  GDPR 16, 25
-- does: read
-- in:   reference:text reference:text sees_all:bool staff_id:u64 team_id:u64
-- out:  one id:u64
SELECT c.id
  FROM (SELECT id FROM contact WHERE reference = ?
         UNION
        SELECT survivor_id FROM contact_merge
         WHERE reference = ? AND state = 'done') f
  JOIN contact c ON c.id = f.id
 WHERE (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?));

-- name: import_compared
-- for:  office
-- law:  GDPR 16
-- does: read
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64?
-- out:  one contact_id:u64
SELECT i.contact_id
  FROM import i
  JOIN staff s ON s.id = i.staff_id
 WHERE i.id = ? AND (? OR i.staff_id = ? OR s.team_id = ?)
   AND i.contact_id IS NOT NULL;

-- name: import_compare
-- for:  office
-- law:  GDPR 16
-- does: write
-- in:   contact_id:u64 id:u64
UPDATE import
   SET contact_id = ?, state = 'read'
 WHERE id = ? AND contact_id IS NULL AND n_rows = 1 AND has_names
   AND state IN ('read', 'checked');

-- name: import_map
-- for:  office
-- law:  GDPR 5(1)(d), 6(1), 14(2)(f)
-- does: write
-- in:   mapping:text policy:text basis:text? source:text? collected:day? team_id:u64? id:u64
UPDATE import
   SET state = 'checking', fault = NULL, mapping = ?, policy = ?, basis = ?, source = ?,
       collected = ?, team_id = ?, n_done = 0, next_chunk = 0
 WHERE id = ? AND state IN ('read', 'checked');

-- name: import_start
-- for:  office
-- law:  GDPR 5(1)(d), 5(2)
-- does: write
-- in:   effect_mac:bytes started_us:i64 id:u64
UPDATE import
   SET state = 'running', effect_mac = ?, started_us = ?, n_done = 0,
       next_chunk = 0
 WHERE id = ? AND state = 'checked';

-- name: import_like
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   effect_mac:bytes
-- out:  one id:u64 name:text started_us:i64?
SELECT i.id, s.name, i.started_us
  FROM import i
  JOIN staff s ON s.id = i.staff_id
 WHERE i.effect_mac = ?;

-- name: import_cancel
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   expires_us:i64 id:u64
UPDATE import
   SET state = 'cancelled', expires_us = ?
 WHERE id = ? AND state IN ('waiting', 'read', 'checking', 'checked');

-- name: import_faults
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   import_id:u64
-- out:  many reason:text field:text? n:u64 first:u64
SELECT reason, field, COUNT(*), MIN(line)
  FROM import_row
 WHERE import_id = ? AND reason IS NOT NULL
 GROUP BY reason, field
 ORDER BY COUNT(*) DESC, reason
 LIMIT 60;

-- name: import_fault_lines
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   import_id:u64
-- out:  many line:u64 reason:text field:text?
SELECT line, reason, field
  FROM import_row
 WHERE import_id = ? AND reason IS NOT NULL
 ORDER BY line, fault
 LIMIT 50;

-- name: import_teams
-- for:  office
-- law:  GDPR 25
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM team
 WHERE NOT is_closed
 ORDER BY name
 LIMIT 200;

-- name: import_waiting
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 size_bytes:u64 tries:u64
SELECT id, size_bytes, tries
  FROM import
 WHERE state = 'waiting' AND expires_us > ?
 ORDER BY id
 LIMIT 1;

-- name: import_begin
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   id:u64 tries:u64
UPDATE import
   SET tries = tries + 1
 WHERE id = ? AND tries = ? AND state = 'waiting';

-- name: import_was_read
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   format:text is_cp1252:bool delimiter:text? has_names:bool n_rows:u64 id:u64
UPDATE import
   SET state = 'read', format = ?, is_cp1252 = ?, delimiter = ?,
       has_names = ?, n_rows = ?
 WHERE id = ? AND state = 'waiting';

-- name: import_refuse
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   fault:text fault_line:u64? expires_us:i64 id:u64
UPDATE import
   SET state = 'refused', fault = ?, fault_line = ?, expires_us = ?
 WHERE id = ? AND state = 'waiting';

-- name: import_work
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- out:  many id:u64 staff_id:u64 state:text has_names:bool mapping:text? policy:text? basis:text? source:text? collected:day? team_id:u64? role:text staff_team_id:u64? decided_by:u64? decided_role:text? decided_team_id:u64? n_rows:u64 n_done:u64 next_chunk:u64 n_created:u64 n_updated:u64 n_same:u64 n_suppressed:u64 n_rejected:u64 n_quarantined:u64 n_organisations:u64 n_undone:u64 n_kept:u64
SELECT i.id, i.staff_id, i.state, i.has_names, i.mapping, i.policy, i.basis,
       i.source, i.collected, i.team_id, s.role, s.team_id, d.id, d.role,
       d.team_id, i.n_rows, i.n_done, i.next_chunk, i.n_created, i.n_updated,
       i.n_same, i.n_suppressed, i.n_rejected, i.n_quarantined,
       i.n_organisations, i.n_undone, i.n_kept
  FROM import i
  JOIN staff s ON s.id = i.staff_id
  LEFT JOIN staff d ON d.id = COALESCE(i.decided_by, i.staff_id)
       AND d.state = 'active'
 WHERE i.state IN ('checking', 'running', 'undoing', 'stating', 'removing')
 ORDER BY i.id
 LIMIT 1;

-- name: import_step
-- for:  keeper
-- law:  GDPR 5(1)(d), 5(2)
-- does: write
-- in:   n_done:u64 next_chunk:u64 n_created:u64 n_updated:u64 n_same:u64 n_suppressed:u64 n_rejected:u64 n_quarantined:u64 n_organisations:u64 id:u64 state:text was:u64
UPDATE import
   SET n_done = ?, next_chunk = ?, n_created = ?, n_updated = ?, n_same = ?,
       n_suppressed = ?, n_rejected = ?, n_quarantined = ?,
       n_organisations = ?
 WHERE id = ? AND state = ? AND next_chunk = ?;

-- name: import_checked
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   id:u64
UPDATE import
   SET state = 'checked'
 WHERE id = ? AND state = 'checking';

-- name: import_field_gone
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   id:u64
UPDATE import
   SET state = 'read', fault = 'field', effect_mac = NULL, started_us = NULL,
       n_done = 0, next_chunk = 0
 WHERE id = ? AND state IN ('checking', 'running');

-- name: import_fault
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   fault:text id:u64
UPDATE import
   SET fault = ?
 WHERE id = ? AND state = 'running';

-- name: import_give_up
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   id:u64
UPDATE import
   SET state = 'expired'
 WHERE id = ? AND state = 'checking';

-- name: import_done
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   ended_us:i64 expires_us:i64 undo_until_us:i64? id:u64
UPDATE import
   SET state = 'done', ended_us = ?, expires_us = ?, undo_until_us = ?
 WHERE id = ? AND state = 'running';

-- name: import_row_insert
-- for:  keeper
-- law:  GDPR 5(1)(d), 5(2)
-- does: write
-- each: import_id:u64 line:u64 fault:u64 contact_id:u64? outcome:text reason:text? field:text? version:u64? before_sealed:bytes?
INSERT INTO import_row (import_id, line, fault, contact_id, outcome, reason,
       field, version, before_sealed)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?, ?)};

-- name: import_rows_delete
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   import_id:u64 most:u64
DELETE FROM import_row
 WHERE import_id = ?
 ORDER BY line
 LIMIT ?;

-- name: import_chunks_delete
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   import_id:u64 kind:text?
DELETE FROM import_chunk
 WHERE import_id = ? [AND kind = ?];

-- name: import_key_delete
-- for:  keeper
-- law:  GDPR 5(1)(e), 32(1)(a)
-- does: write
-- in:   import_id:u64
DELETE FROM {keys}.import_key
 WHERE import_id = ?;

-- name: import_ended
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 state:text
SELECT id, state
  FROM import
 WHERE expires_us <= ? AND destroyed_us IS NULL
   AND state NOT IN ('running', 'undoing')
 ORDER BY id
 LIMIT 20;

-- name: import_destroyed
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   destroyed_us:i64 id:u64
UPDATE import
   SET destroyed_us = ?,
       state = IF(state IN ('waiting', 'read', 'checking', 'checked'),
                  'expired', state)
 WHERE id = ? AND destroyed_us IS NULL
   AND state NOT IN ('running', 'undoing');

-- name: import_settled
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64
SELECT i.id
  FROM import i
 WHERE i.destroyed_us IS NOT NULL
   AND (i.undo_until_us IS NULL OR i.undo_until_us <= ?)
   AND i.state <> 'undoing'
   AND EXISTS (SELECT 1 FROM import_row r WHERE r.import_id = i.id)
 ORDER BY i.id
 LIMIT 5;

-- name: import_free
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   now_us:i64
UPDATE import
   SET effect_mac = NULL
 WHERE effect_mac IS NOT NULL AND undo_until_us <= ?
   AND state NOT IN ('running', 'undoing');

-- name: import_forget
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64
DELETE FROM import
 WHERE created_us < ? AND destroyed_us IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.import_id = import.id)
   AND NOT EXISTS (SELECT 1 FROM import_row r WHERE r.import_id = import.id);

-- name: import_undo
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   id:u64 now_us:i64
UPDATE import
   SET state = 'undoing'
 WHERE id = ? AND state = 'done' AND undo_until_us > ?;

-- name: import_undo_next
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   import_id:u64 after:u64
-- out:  many line:u64 contact_id:u64 outcome:text before_sealed:bytes? is_later:bool is_touched:bool
SELECT r.line, r.contact_id, r.outcome, r.before_sealed,
       c.version <> r.version,
       c.identity_id IS NOT NULL OR c.restricted_us IS NOT NULL
       OR EXISTS (SELECT 1 FROM consent_state x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM consent_subject x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM consent_soft_opt_in x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_history x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM interaction x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM rights_request x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM package x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM outbox x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM address_change x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_reach x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM organisation x WHERE x.trader_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_tag x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM snapshot_contact x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM import x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM notice_duty x
                   WHERE x.contact_id = c.id AND x.state IN ('told', 'exempt'))
       OR EXISTS (SELECT 1 FROM bulk_contact x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM staff_export x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM evidence x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM crossing x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_merge x WHERE x.survivor_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_merge x WHERE x.merged_id = c.id)
  FROM import_row r
  JOIN contact c ON c.id = r.contact_id
 WHERE r.import_id = ? AND r.line > ?
   AND r.outcome IN ('created', 'updated')
   AND r.version IS NOT NULL
 ORDER BY r.line
 LIMIT 32;

-- name: import_undo_record
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   id:u64
-- out:  one kind:text given_name:text family_name:text language:text phone:text? street:text postcode:text city:text country:text
SELECT kind, given_name, family_name, language, phone, street, postcode, city,
       country
  FROM contact
 WHERE id = ?;

-- name: import_undo_origin
-- for:  keeper
-- law:  GDPR 15(1)(g)
-- does: write
-- in:   contact_id:u64 field:text
DELETE FROM contact_provenance
 WHERE contact_id = ? AND field = ?;

-- name: import_undo_access
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM access_subject
 WHERE contact_id IN ({?});

-- name: import_undo_audit
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM audit_subject
 WHERE contact_id IN ({?});

-- name: import_undo_words
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM contact_word
 WHERE contact_id IN ({?});

-- name: import_undo_origins
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM contact_provenance
 WHERE contact_id IN ({?});

-- name: import_undo_custom
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM custom_value
 WHERE contact_id IN ({?});

-- name: import_undo_members
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM membership
 WHERE contact_id IN ({?});

-- What nobody has touched or needs.
-- name: import_undo_founded
-- for:  keeper
-- law:  GDPR 5(1)(d), 5(1)(e)
-- does: read
-- in:   import_id:u64
-- out:  many id:u64
SELECT o.id
  FROM organisation o
 WHERE o.import_id = ? AND o.version = 1 AND o.trader_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM membership m WHERE m.organisation_id = o.id)
 ORDER BY o.id
 LIMIT 32;

-- name: import_undo_founded_words
-- for:  keeper
-- law:  GDPR 5(1)(d), 5(1)(e)
-- does: write
-- each: organisation_id:u64
DELETE FROM organisation_word
 WHERE organisation_id IN ({?});

-- name: import_undo_organisations
-- for:  keeper
-- law:  GDPR 5(1)(d), 5(1)(e)
-- does: write
-- each: id:u64
DELETE FROM organisation
 WHERE id IN ({?});

-- name: import_undo_quarantine
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM quarantine
 WHERE contact_id IN ({?});

-- name: import_undo_notices
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM notice_duty
 WHERE contact_id IN ({?});

-- name: import_undo_rows
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM import_row
 WHERE contact_id IN ({?});

-- name: import_undo_lines
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   import_id:u64
-- each: line:u64
DELETE FROM import_row
 WHERE import_id = ? AND line IN ({?});

-- name: import_undo_keys
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM {keys}.person_key
 WHERE contact_id IN ({?});

-- name: import_undo_contacts
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: id:u64
DELETE FROM contact
 WHERE version = 1 AND identity_id IS NULL AND restricted_us IS NULL
   AND id IN ({?});

-- name: import_undo_count
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   n_undone:u64 n_kept:u64 id:u64
UPDATE import
   SET n_undone = n_undone + ?, n_kept = n_kept + ?
 WHERE id = ? AND state = 'undoing';

-- name: import_undone
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   ended_us:i64 expires_us:i64 id:u64
UPDATE import
   SET state = 'undone', ended_us = ?, effect_mac = NULL,
       undo_until_us = NULL, expires_us = LEAST(expires_us, ?)
 WHERE id = ? AND state = 'undoing';

-- name: import_quarantined
-- for:  keeper
-- law:  GDPR 6(1)
-- does: read
-- in:   is_there:bool sees_all:bool staff_id:u64 team_id:u64 import_id:u64 after:u64
-- out:  many contact_id:u64 is_theirs:bool is_touched:bool
SELECT c.id,
       (? AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))) IS TRUE,
       c.version > 1 OR c.identity_id IS NOT NULL
       OR c.restricted_us IS NOT NULL
       OR EXISTS (SELECT 1 FROM consent_state x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM consent_subject x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM consent_soft_opt_in x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_history x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM interaction x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM rights_request x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM package x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM outbox x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM address_change x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_tag x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM snapshot_contact x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM import x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM notice_duty x
                   WHERE x.contact_id = c.id AND x.state IN ('told', 'exempt'))
       OR EXISTS (SELECT 1 FROM bulk_contact x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_reach x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM organisation x WHERE x.trader_id = c.id)
       OR EXISTS (SELECT 1 FROM staff_export x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM evidence x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM crossing x WHERE x.contact_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_merge x WHERE x.survivor_id = c.id)
       OR EXISTS (SELECT 1 FROM contact_merge x WHERE x.merged_id = c.id)
  FROM quarantine q
  JOIN contact c ON c.id = q.contact_id
 WHERE q.import_id = ? AND q.contact_id > ?
 ORDER BY q.contact_id
 LIMIT 32;

-- name: import_state
-- for:  office keeper
-- law:  GDPR 5(1)(b), 6(1), 14(2)(f)
-- does: write
-- in:   basis:text source:text collected_us:i64 collected_us:i64 updated_us:i64 first:u64 last:u64 import_id:u64?
UPDATE contact c
  JOIN quarantine q ON q.contact_id = c.id
   SET c.basis = IF(FIND_IN_SET('basis', q.lacks) > 0, ?, c.basis),
       c.source = IF(FIND_IN_SET('source', q.lacks) > 0, ?, c.source),
       c.last_person_us = IF(FIND_IN_SET('collected', q.lacks) > 0
         AND c.last_person_us <= c.created_us, ?, c.last_person_us),
       c.collected_us = IF(FIND_IN_SET('collected', q.lacks) > 0, ?,
         c.collected_us),
       c.quarantined_us = NULL, c.updated_us = ?, c.version = c.version + 1
 WHERE q.contact_id BETWEEN ? AND ? [AND q.import_id = ?];

-- name: import_state_origins
-- for:  office keeper
-- law:  GDPR 14(2)(f), 15(1)(g)
-- does: write
-- in:   source:text collected_us:i64 first:u64 last:u64 import_id:u64?
UPDATE contact_provenance p
  JOIN quarantine q ON q.contact_id = p.contact_id
   SET p.source = IF(FIND_IN_SET('source', q.lacks) > 0, ?, p.source),
       p.at_us = IF(FIND_IN_SET('collected', q.lacks) > 0, ?, p.at_us)
 WHERE p.source LIKE 'import%' AND q.contact_id BETWEEN ? AND ?
   [AND q.import_id = ?];

-- name: import_state_notices
-- for:  office keeper
-- law:  GDPR 14(3)
-- does: write
-- in:   first:u64 last:u64 import_id:u64?
UPDATE notice_duty d
  JOIN quarantine q ON q.contact_id = d.contact_id
   SET d.state = 'due'
 WHERE d.state = 'held' AND q.contact_id BETWEEN ? AND ?
   [AND q.import_id = ?];

-- name: import_state_end
-- for:  office keeper
-- law:  GDPR 6(1)
-- does: write
-- in:   first:u64 last:u64 import_id:u64?
DELETE FROM quarantine
 WHERE contact_id BETWEEN ? AND ? [AND import_id = ?];

-- name: import_quarantine_done
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   id:u64
UPDATE import
   SET state = 'done'
 WHERE id = ? AND state IN ('stating', 'removing');

-- What some of them still lack was not said by the import itself: who decides
-- later on those whom the first may not see says it anew.
-- name: import_quarantine_act
-- for:  office
-- law:  GDPR 5(1)(b), 6(1)
-- does: write
-- in:   state:text decided_by:u64 basis:text? basis:text? source:text? source:text? collected:day? collected:day? id:u64
UPDATE import
   SET state = ?, decided_by = ?,
       basis = IF((SELECT q.contact_id FROM quarantine q
                    WHERE q.import_id = import.id
                      AND FIND_IN_SET('basis', q.lacks) > 0 LIMIT 1)
                  IS NULL, COALESCE(basis, ?), COALESCE(?, basis)),
       source = IF((SELECT q.contact_id FROM quarantine q
                     WHERE q.import_id = import.id
                       AND FIND_IN_SET('source', q.lacks) > 0 LIMIT 1)
                   IS NULL, COALESCE(source, ?), COALESCE(?, source)),
       collected = IF((SELECT q.contact_id FROM quarantine q
                        WHERE q.import_id = import.id
                          AND FIND_IN_SET('collected', q.lacks) > 0 LIMIT 1)
                      IS NULL, COALESCE(collected, ?), COALESCE(?, collected))
 WHERE id = ? AND state = 'done';

-- name: import_quarantine_list
-- for:  office
-- law:  GDPR 6(1), 25
-- does: read
-- in:   import_id:u64 after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64
-- out:  many id:u64 given_name:text family_name:text email:text? lacks:text remove_day:day
SELECT c.id, c.given_name, c.family_name, c.email, q.lacks, q.remove_day
  FROM quarantine q
  JOIN contact c ON c.id = q.contact_id
 WHERE q.import_id = ? AND q.contact_id > ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY q.contact_id
 LIMIT ?;

-- name: import_quarantine_count
-- for:  office
-- law:  GDPR 6(1)
-- does: read
-- in:   import_id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM (SELECT 1
          FROM quarantine q
          JOIN contact c ON c.id = q.contact_id
         WHERE q.import_id = ?
           AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
                OR (c.visibility = 'team' AND c.team_id = ?))
         LIMIT 1001) some;

-- name: import_quarantine_one
-- for:  office
-- law:  GDPR 6(1)
-- does: read
-- in:   contact_id:u64
-- out:  one import_id:u64? lacks:text remove_day:day
SELECT import_id, lacks, remove_day
  FROM quarantine
 WHERE contact_id = ?;

-- name: import_untold
-- for:  keeper
-- law:  GDPR 14
-- does: read
-- in:   now_us:i64
-- out:  many contact_id:u64 email:text? email_key:bytes? given_name:text family_name:text phone:text? street:text postcode:text city:text country:text language:text source:text basis:text collected_us:i64 epoch:u64? is_member:bool
SELECT d.contact_id, c.email, c.email_key, c.given_name, c.family_name,
       c.phone, c.street, c.postcode, c.city, c.country, c.language, c.source,
       c.basis, c.collected_us, i.epoch,
       EXISTS (SELECT 1 FROM membership m WHERE m.contact_id = c.id)
  FROM notice_duty d
  JOIN contact c ON c.id = d.contact_id
  LEFT JOIN identity i ON i.id = c.identity_id
 WHERE d.state = 'due' AND d.send_us <= ?
   AND c.quarantined_us IS NULL
   AND (c.restriction IS NULL OR c.restriction <> 'erasure')
 ORDER BY d.due_day, d.contact_id
 LIMIT 200;

-- name: import_told
-- for:  keeper
-- law:  GDPR 5(2), 14
-- does: write
-- in:   told_us:i64 notice_version_id:u64 contact_id:u64
UPDATE notice_duty
   SET state = 'told', how = 'mail', told_us = ?, notice_version_id = ?
 WHERE contact_id = ? AND state = 'due';

-- name: import_tell_by_post
-- for:  keeper
-- law:  GDPR 14
-- does: write
-- in:   contact_id:u64
UPDATE notice_duty
   SET state = 'post'
 WHERE contact_id = ? AND state = 'due';

-- name: import_late
-- for:  keeper
-- law:  GDPR 6(1), 14(3)(a)
-- does: read
-- in:   today:day today:day
-- out:  one has_notices:bool has_quarantined:bool
SELECT EXISTS (SELECT 1 FROM notice_duty
                WHERE state IN ('held', 'due', 'post') AND due_day < ?),
       EXISTS (SELECT 1 FROM quarantine WHERE remove_day <= ?);

-- name: import_notice_counts
-- for:  office
-- law:  GDPR 5(2), 14, 25
-- does: read
-- in:   today:day state:text sees_all:bool staff_id:u64 team_id:u64
-- out:  one n:u64 late:u64
SELECT COUNT(*), COALESCE(SUM(some.is_late), 0)
  FROM (SELECT d.due_day < ? AS is_late
          FROM notice_duty d
          JOIN contact c ON c.id = d.contact_id
         WHERE d.state = ?
           AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
                OR (c.visibility = 'team' AND c.team_id = ?))
         LIMIT 1001) some;

-- name: import_notice_list
-- for:  office
-- law:  GDPR 5(2), 14, 25
-- does: read
-- in:   state:text due_day:day? due_day:day? after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64
-- out:  many id:u64 given_name:text family_name:text email:text? street:text postcode:text city:text due_day:day told_us:i64? how:text? exemption:text?
SELECT c.id, c.given_name, c.family_name, c.email, c.street, c.postcode,
       c.city, d.due_day, d.told_us, d.how, d.exemption
  FROM notice_duty d
  JOIN contact c ON c.id = d.contact_id
 WHERE d.state = ?
   [AND (d.due_day > ? OR (d.due_day = ? AND d.contact_id > ?))]
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY d.due_day, d.contact_id
 LIMIT ?;

-- name: import_notice_place
-- for:  office
-- law:  GDPR 14
-- does: read
-- in:   contact_id:u64
-- out:  one state:text due_day:day
SELECT state, due_day
  FROM notice_duty
 WHERE contact_id = ?;

-- name: import_notice_told
-- for:  office
-- law:  GDPR 5(2), 14
-- does: write
-- in:   told_us:i64 notice_version_id:u64 staff_id:u64 contact_id:u64
UPDATE notice_duty
   SET state = 'told', how = 'post', told_us = ?, notice_version_id = ?,
       staff_id = ?
 WHERE contact_id = ? AND state IN ('due', 'post');

-- name: import_notice_exempt
-- for:  office
-- law:  GDPR 14(5)
-- does: write
-- in:   exemption:text staff_id:u64 contact_id:u64
UPDATE notice_duty
   SET state = 'exempt', exemption = ?, staff_id = ?
 WHERE contact_id = ? AND state IN ('held', 'due', 'post');

-- name: import_notices_now
-- for:  office
-- law:  GDPR 14(3)
-- does: write
-- in:   now_us:i64 now_us:i64
UPDATE notice_duty
   SET send_us = ?
 WHERE state = 'due' AND send_us > ?
 ORDER BY due_day, contact_id
 LIMIT 5000;

-- name: import_snapshot
-- for:  keeper
-- law:  GDPR 5(1)(d), 17
-- does: write
-- in:   staff_id:u64 sealed:bytes found:u64 found:u64 found:u64 now_us:i64 now_us:i64 expires_us:i64
-- out:  one id:u64
INSERT INTO snapshot (staff_id, sealed, state, walked, total, n, created_us,
       ready_us, expires_us)
VALUES (?, ?, 'ready', ?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: import_snapshot_fill
-- for:  keeper
-- law:  GDPR 5(1)(d), 17
-- does: write
-- in:   snapshot_id:u64 import_id:u64
INSERT INTO snapshot_contact (snapshot_id, position, contact_id)
SELECT ?, ROW_NUMBER() OVER (ORDER BY line), contact_id
  FROM import_row
 WHERE import_id = ? AND outcome = 'listed';

-- name: import_snapshot_set
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   snapshot_id:u64 id:u64
UPDATE import
   SET snapshot_id = ?
 WHERE id = ? AND state = 'running';
