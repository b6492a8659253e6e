-- SPDX-License-Identifier: EUPL-1.2
-- Two records of one person become one: what staff are shown before, and how
-- each holding moves.  The keeper does all of a merge in one transaction.

-- name: merge_contacts
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   one:u64 other:u64
-- out:  many id:u64 reference:text kind:text is_business:bool identity_id:u64? given_name:text family_name:text language:text email:text? email_key:bytes? phone:text? street:text postcode:text city:text country:text visibility:text owner_id:u64? team_id:u64? source:text basis:text notice_version_id:u64? collected_us:i64 last_person_us:i64 relationship_end_us:i64? restricted_us:i64? version:u64 created_us:i64 epoch:u64? owner:text? owner_team_id:u64? team:text?
SELECT c.id, c.reference, c.kind, c.is_business, c.identity_id, c.given_name,
       c.family_name, c.language, c.email, c.email_key, c.phone, c.street,
       c.postcode, c.city, c.country, c.visibility, c.owner_id, c.team_id,
       c.source, c.basis, c.notice_version_id, c.collected_us,
       c.last_person_us, c.relationship_end_us, c.restricted_us, c.version,
       c.created_us, i.epoch, o.name, o.team_id, t.name
  FROM contact c
  LEFT JOIN identity i ON i.id = c.identity_id
  LEFT JOIN staff o ON o.id = c.owner_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE c.id IN (?, ?)
 ORDER BY c.id
 LIMIT 2;

-- Both at once and in one order: two merges cannot wait for each other.
-- name: merge_lock
-- for:  keeper
-- law:  GDPR 5(1)(d), 17(1)
-- does: write
-- in:   one:u64 other:u64
-- out:  many id:u64 reference:text kind:text is_business:bool identity_id:u64? given_name:text family_name:text language:text email:text? email_key:bytes? phone:text? street:text postcode:text city:text country:text visibility:text owner_id:u64? team_id:u64? source:text basis:text notice_version_id:u64? collected_us:i64 last_person_us:i64 relationship_end_us:i64? restricted_us:i64? version:u64 created_us:i64 epoch:u64? owner:text? owner_team_id:u64? team:text?
SELECT c.id, c.reference, c.kind, c.is_business, c.identity_id, c.given_name,
       c.family_name, c.language, c.email, c.email_key, c.phone, c.street,
       c.postcode, c.city, c.country, c.visibility, c.owner_id, c.team_id,
       c.source, c.basis, c.notice_version_id, c.collected_us,
       c.last_person_us, c.relationship_end_us, c.restricted_us, c.version,
       c.created_us,
       (SELECT i.epoch FROM identity i WHERE i.id = c.identity_id),
       (SELECT o.name FROM staff o WHERE o.id = c.owner_id),
       (SELECT o.team_id FROM staff o WHERE o.id = c.owner_id),
       (SELECT t.name FROM team t WHERE t.id = c.team_id)
  FROM contact c
 WHERE c.id IN (?, ?)
 ORDER BY c.id
 LIMIT 2
   FOR UPDATE;

-- What stands in the way, and how much would move.
-- name: merge_facts
-- for:  office keeper
-- law:  GDPR 5(1)(d), 17(1), 18
-- does: read
-- in:   survivor:u64 merged:u64 merged:u64 survivor:u64 survivor:u64 merged:u64 survivor:u64 merged:u64 survivor:u64 merged:u64 survivor:u64 merged:u64 survivor:u64 merged:u64 survivor:u64 merged:u64 merged:u64 merged:u64 merged:u64 merged:u64 merged:u64 merged:u64
-- out:  one erasures:u64 copies:u64 beside:u64 joined:u64 quarantined:u64 archived:u64 files:u64 file_bytes:u64 interactions:u64 labels:u64 cases:u64 mails:u64 looks:u64 recordings:u64
SELECT (SELECT COUNT(*) FROM erasure
         WHERE contact_id IN (?, ?) AND state NOT IN ('done', 'cancelled')),
       (SELECT COUNT(*) FROM package
         WHERE contact_id = ? AND state IN ('waiting', 'building', 'ready')) +
       (SELECT COUNT(*) FROM package
         WHERE contact_id = ? AND state = 'building'),
       (SELECT COUNT(*) FROM contact_reach WHERE contact_id IN (?, ?)),
       (SELECT COUNT(*) FROM contact_merge
         WHERE state = 'done' AND survivor_id IN (?, ?)),
       (SELECT COUNT(*) FROM contact
         WHERE id IN (?, ?) AND quarantined_us IS NOT NULL),
       (SELECT COUNT(*) FROM archive_item WHERE contact_id IN (?, ?)),
       (SELECT COUNT(*) FROM evidence WHERE contact_id IN (?, ?)),
       (SELECT CAST(COALESCE(SUM(size_bytes), 0) AS UNSIGNED)
          FROM evidence WHERE contact_id IN (?, ?)),
       (SELECT COUNT(*) FROM interaction WHERE contact_id = ?),
       (SELECT COUNT(*) FROM contact_tag WHERE contact_id = ?),
       (SELECT COUNT(*) FROM rights_request WHERE contact_id = ?),
       (SELECT COUNT(*) FROM outbox WHERE contact_id = ?),
       (SELECT COUNT(*) FROM access_subject WHERE contact_id = ?),
       (SELECT COUNT(*) FROM evidence WHERE contact_id = ?);

-- Merges under way with either of two records, of which the reader may see
-- both: any other is as if it was not there (I10).
-- name: merge_waiting
-- for:  office
-- law:  GDPR 5(1)(d), 5(1)(f)
-- does: read
-- in:   survivor:u64 merged:u64 survivor:u64 merged:u64 sees_all:bool staff_id:u64 team_id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM contact_merge m
  JOIN contact l ON l.id = m.survivor_id
  JOIN contact h ON h.id = m.merged_id
 WHERE m.state = 'asked'
   AND (m.survivor_id IN (?, ?) OR m.merged_id IN (?, ?))
   AND (? OR l.visibility = 'everyone' OR l.owner_id = ?
        OR (l.visibility = 'team' AND l.team_id = ?))
   AND (? OR h.visibility = 'everyone' OR h.owner_id = ?
        OR (h.visibility = 'team' AND h.team_id = ?));

-- name: merge_states
-- for:  office keeper
-- law:  GDPR 7(1), 7(3), 21
-- does: read
-- in:   language:text survivor:u64 merged:u64
-- out:  many contact_id:u64 purpose_id:u64 title:text? channel:text state:text is_held:bool at_us:i64
SELECT s.contact_id, s.purpose_id, t.title, s.channel, s.state, s.is_held,
       s.at_us
  FROM consent_state s
  LEFT JOIN purpose_text t ON t.purpose_version_id = s.purpose_version_id
       AND t.language = ?
 WHERE s.contact_id IN (?, ?)
 ORDER BY s.purpose_id, s.channel, s.contact_id
 LIMIT 2000;

-- name: merge_by_reference
-- for:  office
-- law:  GDPR 5(1)(f), 25
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

-- name: merge_ask
-- for:  office
-- law:  GDPR 5(1)(d), 5(2)
-- does: write
-- in:   merged_id:u64 reference:text survivor_id:u64 staff_id:u64 reason:text taken:text merged_version:u64 survivor_version:u64 asked_us:i64
-- out:  one id:u64
INSERT INTO contact_merge (merged_id, reference, survivor_id, staff_id, reason,
       taken, merged_version, survivor_version, state, asked_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'asked', ?)
RETURNING id;

-- name: merge_one
-- for:  office
-- law:  GDPR 5(1)(f), 5(2)
-- does: read
-- in:   id:u64 survivor_id:u64 staff_id:u64
-- out:  one state:text why:text? reference:text
SELECT state, why, reference
  FROM contact_merge
 WHERE id = ? AND survivor_id = ? AND staff_id = ?;

-- name: merge_mine
-- for:  office
-- law:  GDPR 5(1)(f)
-- does: read
-- in:   merged_id:u64 survivor_id:u64 staff_id:u64
-- out:  one id:u64
SELECT id
  FROM contact_merge
 WHERE merged_id = ? AND survivor_id = ? AND staff_id = ? AND state = 'done';

-- name: merge_next
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 merged_id:u64 survivor_id:u64 staff_id:u64 role:text team_id:u64? is_active:bool reason:text taken:text merged_version:u64 survivor_version:u64 tries:u64
SELECT m.id, m.merged_id, m.survivor_id, m.staff_id, s.role, s.team_id,
       s.state = 'active', m.reason, m.taken, m.merged_version,
       m.survivor_version, m.tries
  FROM contact_merge m
  JOIN staff s ON s.id = m.staff_id
 WHERE m.state = 'asked' AND m.next_us <= ?
 ORDER BY m.tries, m.id
 LIMIT 1;

-- name: merge_tried
-- for:  keeper
-- law:  GDPR 5(2), 32(1)(b)
-- does: write
-- in:   next_us:i64 id:u64
UPDATE contact_merge SET tries = tries + 1, next_us = ?
 WHERE id = ? AND state = 'asked';

-- name: merge_end
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   state:text why:text? epoch:u64? epoch_after:u64 done_us:i64 id:u64
UPDATE contact_merge
   SET state = ?, why = ?, epoch = ?, epoch_after = ?, done_us = ?
 WHERE id = ? AND state = 'asked';

-- What was asked with the record that goes as the one that stays was another
-- preview: it ends.
-- name: merge_end_others
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   done_us:i64 merged_id:u64
UPDATE contact_merge SET state = 'refused', why = 'gone', done_us = ?
 WHERE survivor_id = ? AND state = 'asked';

-- Whoever was merged into the one that goes now leads on.  Links that its
-- epoch had ended stay so.
-- name: merge_lead_on
-- for:  keeper
-- law:  GDPR 5(1)(d), 7(3)
-- does: write
-- in:   survivor_id:u64 goes_epoch:u64 goes_epoch:u64 epoch_after:u64 merged_id:u64
UPDATE contact_merge
   SET survivor_id = ?,
       epoch_after = IF(epoch_after = ? OR (epoch_after = 0 AND ? <= 1), ?,
         4294967295)
 WHERE survivor_id = ?;

-- name: merge_interactions
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   merged_id:u64
-- out:  many id:u64 detail_sealed:bytes?
SELECT id, detail_sealed
  FROM interaction
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 200;

-- name: merge_interaction_move
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   survivor_id:u64 detail_sealed:bytes? id:u64
UPDATE interaction SET contact_id = ?, detail_sealed = ?
 WHERE id = ?;

-- name: merge_history
-- for:  keeper
-- law:  GDPR 16
-- does: read
-- in:   merged_id:u64
-- out:  many id:u64 old_sealed:bytes new_sealed:bytes
SELECT id, old_sealed, new_sealed
  FROM contact_history
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 200;

-- name: merge_history_move
-- for:  keeper
-- law:  GDPR 16
-- does: write
-- in:   survivor_id:u64 old_sealed:bytes new_sealed:bytes id:u64
UPDATE contact_history SET contact_id = ?, old_sealed = ?, new_sealed = ?
 WHERE id = ?;

-- name: merge_requests
-- for:  keeper
-- law:  GDPR 12(3)
-- does: read
-- in:   merged_id:u64
-- out:  many id:u64 words_sealed:bytes? mailbox_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes?
SELECT id, words_sealed, mailbox_sealed, answer_sealed, extended_sealed
  FROM rights_request
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 100;

-- name: merge_request_move
-- for:  keeper
-- law:  GDPR 12(3)
-- does: write
-- in:   survivor_id:u64 words_sealed:bytes? mailbox_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes? id:u64
UPDATE rights_request
   SET contact_id = ?, words_sealed = ?, mailbox_sealed = ?,
       answer_sealed = ?, extended_sealed = ?, version = version + 1
 WHERE id = ?;

-- name: merge_state_take
-- for:  keeper
-- law:  GDPR 7(1), 7(3)
-- does: write
-- in:   survivor_id:u64 merged_id:u64 purpose_id:u64 channel:text
UPDATE consent_state SET contact_id = ?
 WHERE contact_id = ? AND purpose_id = ? AND channel = ?;

-- name: merge_state_drop
-- for:  keeper
-- law:  GDPR 7(1), 7(3)
-- does: write
-- in:   contact_id:u64 purpose_id:u64 channel:text
DELETE FROM consent_state
 WHERE contact_id = ? AND purpose_id = ? AND channel = ?;

-- name: merge_move_reach
-- for:  keeper
-- law:  GDPR 5(1)(d), 16
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE IGNORE contact_reach SET contact_id = ?
 WHERE contact_id = ?;

-- Twice the same, or the same as a main one, is once.
-- name: merge_drop_reach
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   merged_id:u64 survivor_id:u64 email_key:bytes? phone:bytes?
DELETE FROM contact_reach
 WHERE contact_id = ? OR (contact_id = ? AND value_key IN (?, ?));

-- name: merge_move_tags
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
INSERT IGNORE INTO contact_tag (contact_id, tag_id, staff_id, at_us)
SELECT ?, tag_id, staff_id, at_us
  FROM contact_tag
 WHERE contact_id = ?;

-- name: merge_move_membership
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE IGNORE membership SET contact_id = ?
 WHERE contact_id = ?;

-- name: merge_drop_membership
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   merged_id:u64
DELETE FROM membership
 WHERE contact_id = ?;

-- name: merge_move_business
-- for:  keeper
-- law:  GDPR 4(1)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE organisation SET trader_id = ?, version = version + 1
 WHERE trader_id = ?;

-- name: merge_move_consents
-- for:  keeper
-- law:  GDPR 7(1)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE consent_subject SET contact_id = ?
 WHERE contact_id = ?;

-- name: merge_move_soft
-- for:  keeper
-- law:  GDPR 7(1)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE IGNORE consent_soft_opt_in SET contact_id = ?
 WHERE contact_id = ?;

-- name: merge_drop_soft
-- for:  keeper
-- law:  GDPR 7(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM consent_soft_opt_in
 WHERE contact_id = ?;

-- name: merge_move_acts
-- for:  keeper
-- law:  GDPR 5(2), 15(1)(c)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE audit_subject SET contact_id = ?
 WHERE contact_id = ?;

-- name: merge_move_looks
-- for:  keeper
-- law:  GDPR 15(1)(c)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
INSERT IGNORE INTO access_subject (contact_id, line_id)
SELECT ?, line_id
  FROM access_subject
 WHERE contact_id = ?;

-- name: merge_move_mails
-- for:  keeper
-- law:  GDPR 12, 15(1)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE outbox SET contact_id = ?
 WHERE contact_id = ?;

-- name: merge_move_copies
-- for:  keeper
-- law:  GDPR 15(3)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE package SET contact_id = ?
 WHERE contact_id = ?;

-- name: merge_move_exports
-- for:  keeper
-- law:  GDPR 15(1)(c)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE staff_export SET contact_id = ?
 WHERE contact_id = ?;

-- What came with an import is more than that now: an import that is taken back
-- leaves it, since no version is this one.
-- name: merge_move_imports
-- for:  keeper
-- law:  GDPR 5(1)(d), 15(1)(g)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE import_row
   SET contact_id = ?, version = IF(version IS NULL, NULL, 0),
       before_sealed = NULL
 WHERE contact_id = ?;

-- A corrected file that came back for the one that goes ends.
-- name: merge_move_files
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   survivor_id:u64 now_us:i64 merged_id:u64
UPDATE import
   SET contact_id = ?,
       state = IF(state IN ('waiting', 'read', 'checking', 'checked'),
         'cancelled', state),
       expires_us = LEAST(expires_us, ?)
 WHERE contact_id = ?;

-- Of two days the sooner.
-- name: merge_sooner_duty
-- for:  keeper
-- law:  GDPR 14(3)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE notice_duty s
  JOIN notice_duty g
   SET s.due_day = LEAST(s.due_day, g.due_day),
       s.send_us = LEAST(s.send_us, g.send_us)
 WHERE s.contact_id = ? AND g.contact_id = ?
   AND s.state IN ('held', 'due', 'post')
   AND g.state IN ('held', 'due', 'post');

-- Who was to be told about either record is to be told still.
-- name: merge_yield_duty
-- for:  keeper
-- law:  GDPR 14
-- does: write
-- in:   survivor_id:u64 merged_id:u64
DELETE s
  FROM notice_duty s
  JOIN notice_duty g
 WHERE s.contact_id = ? AND g.contact_id = ?
   AND s.state IN ('told', 'exempt')
   AND g.state IN ('held', 'due', 'post');

-- name: merge_move_duty
-- for:  keeper
-- law:  GDPR 14
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE IGNORE notice_duty SET contact_id = ?
 WHERE contact_id = ?;

-- name: merge_drop_duty
-- for:  keeper
-- law:  GDPR 14
-- does: write
-- in:   merged_id:u64
DELETE FROM notice_duty
 WHERE contact_id = ?;

-- name: merge_move_erasures
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE erasure SET contact_id = ?
 WHERE contact_id = ?;

-- Who is changing their address goes on: the mailbox is the same person's.
-- name: merge_move_address
-- for:  keeper
-- law:  GDPR 16, 32
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE address_change SET contact_id = ?
 WHERE contact_id = ?;

-- A crossing leads into one record, not into two: it ends, and who looked
-- stays said.
-- name: merge_move_crossings
-- for:  keeper
-- law:  GDPR 5(1)(f), 15(1)(c)
-- does: write
-- in:   survivor_id:u64 now_us:i64 now_us:i64 merged_id:u64 survivor_id:u64
UPDATE crossing
   SET contact_id = ?,
       ended_us = IF(ended_us IS NULL AND until_us > ?, ?, ended_us)
 WHERE contact_id IN (?, ?);

-- The merged record is as no action on many left it: counted, and not put
-- back.
-- name: merge_count_bulks
-- for:  keeper
-- law:  GDPR 5(1)(d), 5(2)
-- does: write
-- in:   survivor_id:u64 merged_id:u64
UPDATE (SELECT u.bulk_id, COUNT(*) AS n
          FROM bulk_contact u
         WHERE u.is_done AND u.contact_id IN (?, ?)
         GROUP BY u.bulk_id) k
  JOIN bulk b ON b.id = k.bulk_id
   SET b.n_kept = b.n_kept + k.n
 WHERE k.n > 0;

-- Whom somebody proposes to delete was one record, and is another now.
-- name: merge_drop_bulks
-- for:  keeper
-- law:  GDPR 5(1)(d), 17
-- does: write
-- in:   survivor_id:u64 merged_id:u64
DELETE FROM bulk_contact
 WHERE contact_id IN (?, ?);

-- name: merge_values
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   merged_id:u64
-- out:  many field_id:u64 sealed:bytes?
SELECT field_id, sealed
  FROM custom_value
 WHERE contact_id = ?
 ORDER BY field_id
 LIMIT 200;

-- name: merge_value_take
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   survivor_id:u64 sealed:bytes? merged_id:u64 field_id:u64
UPDATE custom_value SET contact_id = ?, sealed = ?
 WHERE contact_id = ? AND field_id = ?;

-- name: merge_files
-- for:  keeper
-- law:  GDPR 7(1)
-- does: read
-- in:   merged_id:u64
-- out:  many id:u64 size_bytes:u64
SELECT id, size_bytes
  FROM evidence
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 20;

-- name: merge_file_move
-- for:  keeper
-- law:  GDPR 7(1)
-- does: write
-- in:   survivor_id:u64 id:u64
UPDATE evidence SET contact_id = ?
 WHERE id = ?;

-- What a page that was drawn in the same moment appended.
-- name: merge_late_looks
-- for:  keeper
-- law:  GDPR 15(1)(c)
-- does: write
-- in:   since_us:i64
INSERT IGNORE INTO access_subject (contact_id, line_id)
SELECT m.survivor_id, a.line_id
  FROM contact_merge m
  JOIN access_subject a ON a.contact_id = m.merged_id
 WHERE m.state = 'done' AND m.done_us > ?;

-- name: merge_late_looks_drop
-- for:  keeper
-- law:  GDPR 15(1)(c)
-- does: write
-- in:   since_us:i64
DELETE a
  FROM contact_merge m
  JOIN access_subject a ON a.contact_id = m.merged_id
 WHERE m.state = 'done' AND m.done_us > ?;

-- name: merge_drop_words
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   merged_id:u64
DELETE FROM contact_word
 WHERE contact_id = ?;

-- name: merge_drop_tags
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   merged_id:u64
DELETE FROM contact_tag
 WHERE contact_id = ?;

-- name: merge_drop_looks
-- for:  keeper
-- law:  GDPR 15(1)(c)
-- does: write
-- in:   merged_id:u64
DELETE FROM access_subject
 WHERE contact_id = ?;

-- name: merge_drop_origins
-- for:  keeper
-- law:  GDPR 15(1)(g)
-- does: write
-- in:   merged_id:u64
DELETE FROM contact_provenance
 WHERE contact_id = ?;

-- name: merge_drop_places
-- for:  keeper
-- law:  GDPR 25
-- does: write
-- in:   merged_id:u64
DELETE FROM snapshot_contact
 WHERE contact_id = ?;

-- name: merge_drop_sessions
-- for:  keeper
-- law:  GDPR 32
-- does: write
-- in:   merged_id:u64
DELETE FROM portal_session
 WHERE contact_id = ?;

-- name: merge_drop_contact
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   merged_id:u64
DELETE FROM contact
 WHERE id = ?;

-- name: merge_put
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   kind:text is_business:bool identity_id:u64? given_name:text family_name:text sort_name:text language:text email:text? email_key:bytes? phone:text? street:text postcode:text city:text country:text visibility:text owner_id:u64? team_id:u64? last_person_us:i64 relationship_end_us:i64? created_us:i64 updated_us:i64 id:u64 version:u64
UPDATE contact
   SET kind = ?, is_business = ?, identity_id = ?, given_name = ?,
       family_name = ?, sort_name = ?, language = ?, email = ?,
       email_key = ?, phone = ?, street = ?, postcode = ?, city = ?,
       country = ?, visibility = ?, owner_id = ?, team_id = ?,
       last_person_us = ?, relationship_end_us = ?, created_us = ?,
       updated_us = ?, is_indexed = FALSE,
       version = version + 1
 WHERE id = ? AND version = ?;

-- Backups made before a merge need the keys of both records as long as they
-- live.
-- name: merge_keys_over
-- for:  keeper
-- law:  GDPR 5(1)(e), 32(1)(a)
-- does: write
-- in:   now_us:i64
DELETE k
  FROM site s
  JOIN contact_merge m ON m.state = 'done'
       AND m.done_us + s.backup_days * 86400000000 < ?
  JOIN {keys}.person_key k ON k.contact_id = m.merged_id
 WHERE s.id = 1;

-- name: merge_drop_pairs
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   merged_id:u64 merged_id:u64
DELETE FROM duplicate
 WHERE low_id = ? OR high_id = ?;

-- name: merge_walk
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- out:  one through_id:u64 began_us:i64 ended_us:i64?
SELECT through_id, began_us, ended_us
  FROM duplicate_walk
 WHERE id = 1;

-- name: merge_walk_put
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   through_id:u64 began_us:i64 ended_us:i64?
UPDATE duplicate_walk SET through_id = ?, began_us = ?, ended_us = ?
 WHERE id = 1;

-- name: merge_walk_end
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   after:u64 most:u64
-- out:  one through_id:u64?
SELECT MAX(id)
  FROM (SELECT id FROM contact WHERE id > ? ORDER BY id LIMIT ?) some;

-- Each looks at no more rows than this: a name or a number of thousands takes a
-- moment and loses some of its pairs.
-- name: merge_find_email
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   now_us:i64 after:u64 through:u64
INSERT INTO duplicate (low_id, high_id, why, found_us)
SELECT o.id, c.id, 'email', ?
  FROM contact c FORCE INDEX (PRIMARY)
  STRAIGHT_JOIN contact o ON o.email_key = c.email_key AND o.id < c.id
 WHERE c.id > ? AND c.id <= ?
 LIMIT 1000 ROWS EXAMINED 50000
    ON DUPLICATE KEY UPDATE why = VALUES(why), found_us = VALUES(found_us);

-- name: merge_find_phone
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   now_us:i64 after:u64 through:u64
INSERT INTO duplicate (low_id, high_id, why, found_us)
SELECT o.id, c.id, 'phone', ?
  FROM contact c FORCE INDEX (PRIMARY)
  STRAIGHT_JOIN contact o ON o.phone = c.phone AND o.id < c.id
 WHERE c.id > ? AND c.id <= ?
 LIMIT 1000 ROWS EXAMINED 50000
    ON DUPLICATE KEY UPDATE why = IF(found_us < VALUES(found_us) - 21600000000,
           VALUES(why), why), found_us = VALUES(found_us);

-- Further addresses and numbers, of either or of both; none that somebody typed
-- in their space: nobody asked that mailbox.  Why: of an earlier round it is no
-- longer so.
-- name: merge_find_beside_email
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   now_us:i64 after:u64 through:u64
INSERT INTO duplicate (low_id, high_id, why, found_us)
SELECT LEAST(c.id, r.contact_id), GREATEST(c.id, r.contact_id), 'email', ?
  FROM contact c FORCE INDEX (PRIMARY)
  STRAIGHT_JOIN contact_reach r ON r.value_key = c.email_key
        AND r.contact_id <> c.id AND r.source <> 'account'
 WHERE c.id > ? AND c.id <= ?
 LIMIT 1000 ROWS EXAMINED 50000
    ON DUPLICATE KEY UPDATE why = IF(found_us < VALUES(found_us) - 21600000000,
           VALUES(why), why), found_us = VALUES(found_us);

-- name: merge_find_beside_phone
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   now_us:i64 after:u64 through:u64
INSERT INTO duplicate (low_id, high_id, why, found_us)
SELECT LEAST(c.id, r.contact_id), GREATEST(c.id, r.contact_id), 'phone', ?
  FROM contact c FORCE INDEX (PRIMARY)
  STRAIGHT_JOIN contact_reach r ON r.value_key = CAST(c.phone AS BINARY)
        AND r.contact_id <> c.id AND r.source <> 'account'
 WHERE c.id > ? AND c.id <= ?
 LIMIT 1000 ROWS EXAMINED 50000
    ON DUPLICATE KEY UPDATE why = IF(found_us < VALUES(found_us) - 21600000000,
           VALUES(why), why), found_us = VALUES(found_us);

-- name: merge_find_beside_both
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   now_us:i64 after:u64 through:u64
INSERT INTO duplicate (low_id, high_id, why, found_us)
SELECT o.contact_id, r.contact_id, r.kind, ?
  FROM contact_reach r
  STRAIGHT_JOIN contact_reach o ON o.value_key = r.value_key
        AND o.contact_id < r.contact_id AND o.source <> 'account'
 WHERE r.contact_id > ? AND r.contact_id <= ? AND r.source <> 'account'
 LIMIT 1000 ROWS EXAMINED 50000
    ON DUPLICATE KEY UPDATE why = IF(found_us < VALUES(found_us) - 21600000000,
           VALUES(why), why), found_us = VALUES(found_us);

-- name: merge_find_name
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   now_us:i64 after:u64 through:u64
INSERT INTO duplicate (low_id, high_id, why, found_us)
SELECT o.id, c.id, 'name', ?
  FROM contact c FORCE INDEX (PRIMARY)
  STRAIGHT_JOIN contact o FORCE INDEX (by_name)
     ON o.sort_name = c.sort_name AND o.id < c.id
        AND o.postcode = c.postcode
 WHERE c.id > ? AND c.id <= ? AND c.sort_name <> '' AND c.postcode <> ''
 LIMIT 1000 ROWS EXAMINED 50000
    ON DUPLICATE KEY UPDATE why = IF(found_us < VALUES(found_us) - 21600000000,
           VALUES(why), why), found_us = VALUES(found_us);

-- What this round did not see again; what staff told apart stays so as long as
-- both records are there.
-- name: merge_pairs_over
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64
DELETE FROM duplicate
 WHERE found_us < ?
   AND (dismissed_us IS NULL
        OR NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = low_id)
        OR NOT EXISTS (SELECT 1 FROM contact c WHERE c.id = high_id))
 LIMIT 5000;

-- Which of the next pairs the reader may see: both records, and neither of
-- them frozen.  A page goes on from the number of a pair, which names nobody.
-- name: merge_scan
-- for:  office
-- law:  GDPR 5(1)(d), 5(1)(f), 18(1), 25
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64 sees_all:bool staff_id:u64 team_id:u64 after:u64 most:u64
-- out:  many id:u64 is_seen:bool
SELECT STRAIGHT_JOIN d.id,
       ((? OR l.visibility = 'everyone' OR l.owner_id = ?
         OR (l.visibility = 'team' AND l.team_id = ?))
        AND (? OR h.visibility = 'everyone' OR h.owner_id = ?
             OR (h.visibility = 'team' AND h.team_id = ?))
        AND l.restricted_us IS NULL AND h.restricted_us IS NULL
        AND l.id IS NOT NULL AND h.id IS NOT NULL) IS TRUE
  FROM duplicate d FORCE INDEX (to_show)
  LEFT JOIN contact l ON l.id = d.low_id
  LEFT JOIN contact h ON h.id = d.high_id
 WHERE d.dismissed_us IS NULL AND d.id > ?
 ORDER BY d.id
 LIMIT ?;

-- name: merge_pairs
-- for:  office
-- law:  GDPR 5(1)(d), 5(1)(f), 25
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64 sees_all:bool staff_id:u64 team_id:u64
-- each: id:u64
-- out:  many id:u64 low_id:u64 high_id:u64 why:text low_given:text low_family:text low_email:text? low_reference:text high_given:text high_family:text high_email:text? high_reference:text
SELECT STRAIGHT_JOIN d.id, d.low_id, d.high_id, d.why, l.given_name,
       l.family_name, l.email, l.reference, h.given_name, h.family_name,
       h.email, h.reference
  FROM duplicate d
  JOIN contact l ON l.id = d.low_id
  JOIN contact h ON h.id = d.high_id
 WHERE (? OR l.visibility = 'everyone' OR l.owner_id = ?
        OR (l.visibility = 'team' AND l.team_id = ?))
   AND (? OR h.visibility = 'everyone' OR h.owner_id = ?
        OR (h.visibility = 'team' AND h.team_id = ?))
   AND d.id IN ({?})
 ORDER BY d.id
 LIMIT 100;

-- name: merge_dismiss
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   dismissed_us:i64 low_id:u64 high_id:u64
UPDATE duplicate SET dismissed_us = ?
 WHERE low_id = ? AND high_id = ? AND dismissed_us IS NULL;

-- Who may be the same person as one record, on its own page.
-- name: merge_pairs_of
-- for:  office
-- law:  GDPR 5(1)(d), 5(1)(f), 18(1), 25
-- does: read
-- in:   id:u64 id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  many id:u64 why:text given_name:text family_name:text email:text? reference:text
SELECT c.id, d.why, c.given_name, c.family_name, c.email, c.reference
  FROM (SELECT high_id AS other_id, why FROM duplicate
         WHERE low_id = ? AND dismissed_us IS NULL
         UNION
        SELECT low_id, why FROM duplicate
         WHERE high_id = ? AND dismissed_us IS NULL) d
  JOIN contact c ON c.id = d.other_id
 WHERE c.restricted_us IS NULL
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY c.id
 LIMIT 8;
