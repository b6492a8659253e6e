-- SPDX-License-Identifier: EUPL-1.2
-- Exports by staff: asked for and fetched at the office, built and destroyed
-- by the keeper.

-- name: export_staff_snapshot
-- for:  office
-- law:  GDPR 5(1)(f)
-- does: read
-- in:   id:u64 staff_id:u64 now_us:i64
-- out:  one state:text n:u64
SELECT state, n
  FROM snapshot
 WHERE id = ? AND staff_id = ? AND expires_us > ?;

-- name: export_staff_only
-- for:  office
-- law:  GDPR 32 (two requests at once spend one budget)
-- does: write
-- in:   staff_id:u64
-- out:  one id:u64
SELECT id
  FROM staff
 WHERE id = ?
   FOR UPDATE;

-- name: export_staff_spent
-- for:  office
-- law:  GDPR 5(1)(c), 32
-- does: read
-- in:   staff_id:u64 since_us:i64
-- out:  one n:u64 alone:u64
SELECT CAST(COALESCE(SUM(total), 0) AS UNSIGNED),
       CAST(COALESCE(SUM(IF(state = 'asked' OR decided_by IS NOT NULL, 0,
                            total)), 0) AS UNSIGNED)
  FROM staff_export
 WHERE staff_id = ? AND created_us >= ?
   AND state IN ('asked', 'waiting', 'building', 'ready', 'destroyed');

-- What a colleague may take out in a day without a second one.
-- name: export_staff_alone
-- for:  office
-- law:  GDPR 5(1)(f), 25, 32
-- does: read
-- out:  one n:u64
SELECT export_rows
  FROM site
 WHERE id = 1;

-- Who may agree to what this colleague asks for: whoever answers for data
-- protection or for accounts, and the lead of the own team.
-- name: export_staff_seconds
-- for:  office
-- law:  GDPR 5(1)(f), 32
-- does: read
-- in:   staff_id:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM staff s
  JOIN staff m ON m.id <> s.id AND m.state = 'active'
 WHERE s.id = ?
   AND (m.role IN ('dpo', 'admin')
        OR (m.role = 'lead' AND m.team_id = s.team_id
            AND s.role IN ('adviser', 'lead')));

-- The list must be there as long as the asking, and what comes of it.
-- name: export_staff_keep
-- for:  office
-- law:  GDPR 5(1)(c), 5(1)(f)
-- does: write
-- in:   until_us:i64 id:u64
UPDATE snapshot
   SET expires_us = GREATEST(expires_us, ?)
 WHERE id = ? AND state = 'ready';

-- name: export_staff_insert
-- for:  office
-- law:  GDPR 5(1)(c), 5(1)(f)
-- does: write
-- in:   staff_id:u64 contact_id:u64? snapshot_id:u64? format:text columns:text reason:text words:text is_pseudonymised:bool state:text mark:bytes total:u64 created_us:i64 expires_us:i64
-- out:  one id:u64
INSERT INTO staff_export (staff_id, contact_id, snapshot_id, format, columns,
       reason, words, is_pseudonymised, state, mark, total, created_us,
       expires_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: export_staff_mine
-- for:  office
-- law:  GDPR 5(1)(c), 5(1)(f)
-- does: read
-- in:   staff_id:u64
-- out:  many id:u64 format:text state:text is_pseudonymised:bool total:u64 size_bytes:u64 created_us:i64 expires_us:i64
SELECT id, format, state, is_pseudonymised, total, size_bytes, created_us,
       expires_us
  FROM staff_export
 WHERE staff_id = ?
 ORDER BY id DESC
 LIMIT 50;

-- name: export_staff_one
-- for:  office
-- law:  GDPR 5(1)(c), 5(1)(f)
-- does: read
-- in:   id:u64 staff_id:u64
-- out:  one contact_id:u64? snapshot_id:u64? format:text columns:text reason:text is_pseudonymised:bool state:text why:text? mark:bytes done:u64 total:u64 left_out:u64 size_bytes:u64 sha256:bytes? created_us:i64 expires_us:i64 words:text answer:text decided_us:i64 decider:text?
SELECT e.contact_id, e.snapshot_id, e.format, e.columns, e.reason,
       e.is_pseudonymised, e.state, e.why, e.mark, e.done, e.total,
       e.left_out, e.size_bytes, e.sha256, e.created_us, e.expires_us,
       e.words, e.answer, COALESCE(e.decided_us, 0), s.name
  FROM staff_export e
  LEFT JOIN staff s ON s.id = e.decided_by
 WHERE e.id = ? AND e.staff_id = ?;

-- What waits for this colleague's word, and what they said to others.
-- name: export_staff_askings
-- for:  office
-- law:  GDPR 5(1)(f), 5(2), 32
-- does: read
-- in:   staff_id:u64 now_us:i64 staff_id:u64 sees_all:bool team_id:u64
-- out:  many id:u64 who:text state:text reason:text total:u64 created_us:i64 expires_us:i64
SELECT e.id, s.name, e.state, e.reason, e.total, e.created_us, e.expires_us
  FROM staff_export e
  JOIN staff s ON s.id = e.staff_id
 WHERE e.decided_by = ?
    OR (e.state = 'asked' AND e.expires_us > ? AND e.staff_id <> ?
        AND s.state = 'active'
        AND (? OR (s.team_id = ? AND s.role IN ('adviser', 'lead'))))
 ORDER BY e.state = 'asked' DESC, e.id DESC
 LIMIT 50;

-- name: export_staff_asking
-- for:  office
-- law:  GDPR 5(1)(f), 5(2), 32
-- does: read
-- in:   id:u64 staff_id:u64 now_us:i64 staff_id:u64 sees_all:bool team_id:u64
-- out:  one who:text role:text state:text format:text columns:text reason:text words:text answer:text is_pseudonymised:bool total:u64 created_us:i64 expires_us:i64 decided_us:i64
SELECT s.name, s.role, e.state, e.format, e.columns, e.reason, e.words,
       e.answer, e.is_pseudonymised, e.total, e.created_us, e.expires_us,
       COALESCE(e.decided_us, 0)
  FROM staff_export e
  JOIN staff s ON s.id = e.staff_id
 WHERE e.id = ?
   AND (e.decided_by = ?
        OR (e.state = 'asked' AND e.expires_us > ? AND e.staff_id <> ?
            AND s.state = 'active'
            AND (? OR (s.team_id = ? AND s.role IN ('adviser', 'lead')))));

-- Who decides is one who may at this very moment.
-- name: export_staff_decider
-- for:  office
-- law:  GDPR 32
-- does: write
-- in:   staff_id:u64
-- out:  one role:text team_id:u64?
SELECT role, team_id
  FROM staff
 WHERE id = ? AND state = 'active'
   FOR UPDATE;

-- name: export_staff_decide
-- for:  office
-- law:  GDPR 5(1)(f), 5(2), 32
-- does: write
-- in:   state:text staff_id:u64 now_us:i64 answer:text until_us:i64 id:u64 now_us:i64 staff_id:u64 sees_all:bool team_id:u64
UPDATE staff_export e
  JOIN staff s ON s.id = e.staff_id
   SET e.state = ?, e.decided_by = ?, e.decided_us = ?, e.answer = ?,
       e.expires_us = ?
 WHERE e.id = ? AND e.state = 'asked' AND e.expires_us > ?
   AND e.staff_id <> ? AND s.state = 'active'
   AND (? OR (s.team_id = ? AND s.role IN ('adviser', 'lead')));

-- name: export_staff_decided
-- for:  office
-- law:  GDPR 5(1)(f)
-- does: read
-- in:   id:u64 staff_id:u64
-- out:  one snapshot_id:u64? total:u64
SELECT snapshot_id, total
  FROM staff_export
 WHERE id = ? AND decided_by = ?;

-- name: export_staff_cancel
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   id:u64 staff_id:u64
UPDATE staff_export
   SET state = 'cancelled', fence = fence + 1
 WHERE id = ? AND staff_id = ? AND state IN ('asked', 'waiting', 'building');

-- name: export_staff_end
-- for:  office
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   now_us:i64 id:u64 staff_id:u64
UPDATE staff_export
   SET expires_us = LEAST(expires_us, ?)
 WHERE id = ? AND staff_id = ? AND state = 'ready';

-- name: export_staff_chunk
-- for:  office
-- law:  GDPR 5(1)(f)
-- does: read
-- in:   export_id:u64 number:u64
-- out:  one sealed:bytes
SELECT sealed
  FROM staff_export_chunk
 WHERE export_id = ? AND number = ?;

-- name: export_staff_key
-- for:  office
-- law:  GDPR 32(1)(a)
-- does: read
-- in:   export_id:u64
-- out:  one wrapped:bytes
SELECT wrapped
  FROM {keys}.staff_export_key
 WHERE export_id = ?;

-- name: export_staff_downloaded
-- for:  office
-- law:  GDPR 5(2), 32
-- does: append
-- get:  yes
-- in:   export_id:u64 at_us:i64 is_whole:bool
INSERT INTO staff_export_download (export_id, at_us, is_whole)
VALUES (?, ?, ?);

-- name: export_staff_underway
-- for:  office
-- law:  GDPR 12(5), 15(3)
-- does: read
-- in:   contact_id:u64 now_us:i64
-- out:  many request_id:u64
SELECT request_id
  FROM package
 WHERE contact_id = ? AND kind = 'access'
   AND state IN ('waiting', 'building') AND expires_us > ?
 ORDER BY id DESC
 LIMIT 1;

-- name: export_staff_next
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 staff_id:u64 contact_id:u64? snapshot_id:u64? format:text columns:text reason:text is_pseudonymised:bool mark:bytes line_id:u64? total:u64 created_us:i64 expires_us:i64 fence:u64
SELECT id, staff_id, contact_id, snapshot_id, format, columns, reason,
       is_pseudonymised, mark, line_id, total, created_us, expires_us, fence
  FROM staff_export
 WHERE expires_us > ? AND state IN ('waiting', 'building')
 ORDER BY id
 LIMIT 1;

-- name: export_staff_who
-- for:  keeper
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   id:u64
-- out:  one name:text role:text team_id:u64? language:text state:text
SELECT name, role, team_id, language, state
  FROM staff
 WHERE id = ?;

-- name: export_staff_source
-- for:  keeper
-- law:  GDPR 5(1)(f)
-- does: read
-- in:   id:u64 staff_id:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM snapshot
 WHERE id = ? AND staff_id = ? AND state = 'ready';

-- name: export_staff_place
-- for:  keeper
-- law:  GDPR 32(1)(b)
-- does: read
-- out:  one folder:text
SELECT @@datadir;

-- name: export_staff_claim
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   line_id:u64 id:u64 fence:u64
UPDATE staff_export
   SET state = 'building', done = 0, line_id = ?, fence = fence + 1
 WHERE id = ? AND fence = ? AND state IN ('waiting', 'building');

-- name: export_staff_key_insert
-- for:  keeper
-- law:  GDPR 32(1)(a)
-- does: write
-- in:   export_id:u64 wrapped:bytes created_us:i64
INSERT INTO {keys}.staff_export_key (export_id, wrapped, created_us)
VALUES (?, ?, ?);

-- name: export_staff_line
-- for:  keeper
-- law:  GDPR 15(1)(c), 32; CJEU C-579/21
-- does: append
-- in:   staff_id:u64 role:text team_id:u64? reason:text at_us:i64
-- out:  new id:u64
INSERT INTO access_line (staff_id, role, team_id, kind, reason, at_us)
VALUES (?, ?, ?, 'export', ?, ?);

-- name: export_staff_seen
-- for:  keeper
-- law:  GDPR 15(1)(c)
-- does: append
-- in:   line_id:u64 contact_ids:text
INSERT IGNORE INTO access_subject (contact_id, line_id)
SELECT j.id, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j;

-- name: export_staff_rows
-- for:  keeper
-- law:  GDPR 5(1)(c), 5(1)(f), 18(2)
-- does: write
-- in:   snapshot_id:u64? after:u64 until:u64 contact_id:u64? sees_all:bool staff_id:u64 team_id:u64? most:u64
-- out:  many position:u64 id:u64 reference:text given_name:text family_name:text email:text? phone:text? street:text postcode:text city:text country:text language:text kind:text team:text? source:text basis:text collected_us:i64 last_person_us:i64 other_emails:text? other_phones:text? organisation:text? job_title:text? since:day?
SELECT u.position, c.id, c.reference, c.given_name, c.family_name, c.email,
       c.phone, c.street, c.postcode, c.city, c.country, c.language, c.kind,
       t.name, c.source, c.basis, c.collected_us, c.last_person_us,
       (SELECT GROUP_CONCAT(r.value ORDER BY r.id SEPARATOR '; ')
          FROM contact_reach r
         WHERE r.contact_id = c.id AND r.kind = 'email'),
       (SELECT GROUP_CONCAT(r.value ORDER BY r.id SEPARATOR '; ')
          FROM contact_reach r
         WHERE r.contact_id = c.id AND r.kind = 'phone'),
       o.name, m.job_title, m.since
  FROM (SELECT position, contact_id
          FROM snapshot_contact
         WHERE snapshot_id = ? AND position > ? AND position <= ?
        UNION ALL
        SELECT 1, id
          FROM contact
         WHERE id = ?) u
  JOIN contact c ON c.id = u.contact_id
  LEFT JOIN team t ON t.id = c.team_id
  LEFT JOIN membership m ON m.contact_id = c.id
  LEFT JOIN organisation o ON o.id = m.organisation_id
 WHERE c.restriction IS NULL AND c.quarantined_us IS NULL
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY u.position
 LIMIT ?
  LOCK IN SHARE MODE;

-- name: export_staff_progress
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   done:u64 left_out:u64 id:u64 fence:u64
UPDATE staff_export
   SET done = ?, left_out = ?
 WHERE id = ? AND fence = ? AND state = 'building';

-- name: export_staff_chunk_insert
-- for:  keeper
-- law:  GDPR 5(1)(f)
-- does: append
-- in:   export_id:u64 number:u64 sealed:bytes
INSERT INTO staff_export_chunk (export_id, number, sealed)
VALUES (?, ?, ?);

-- name: export_staff_ready
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   left_out:u64 size_bytes:u64 sha256:bytes ready_us:i64 id:u64 fence:u64
UPDATE staff_export
   SET state = 'ready', done = total, left_out = ?, size_bytes = ?,
       sha256 = ?, ready_us = ?
 WHERE id = ? AND fence = ? AND state = 'building';

-- name: export_staff_fail
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   why:text id:u64 fence:u64
UPDATE staff_export
   SET state = 'failed', why = ?, fence = fence + 1
 WHERE id = ? AND fence = ? AND state IN ('waiting', 'building');

-- name: export_staff_ended
-- for:  keeper
-- law:  GDPR 5(1)(e), 32(4)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 is_asked:bool
SELECT e.id, e.state = 'asked'
  FROM staff_export e
  JOIN staff s ON s.id = e.staff_id
 WHERE e.destroyed_us IS NULL
   AND (e.expires_us <= ?
        OR e.state IN ('cancelled', 'failed', 'destroyed', 'refused')
        OR s.state <> 'active')
 ORDER BY e.id
 LIMIT 100;

-- name: export_staff_chunks_delete
-- for:  keeper
-- law:  GDPR 5(1)(e), 17
-- does: write
-- in:   export_id:u64
DELETE FROM staff_export_chunk
 WHERE export_id = ?;

-- name: export_staff_key_delete
-- for:  keeper
-- law:  GDPR 5(1)(e), 17
-- does: write
-- in:   export_id:u64
DELETE FROM {keys}.staff_export_key
 WHERE export_id = ?;

-- name: export_staff_destroy
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   destroyed_us:i64 id:u64
UPDATE staff_export
   SET state = IF(state IN ('cancelled', 'failed', 'refused'), state,
                  'destroyed'),
       destroyed_us = ?, fence = fence + 1
 WHERE id = ? AND destroyed_us IS NULL;

-- Nobody answered, or who asked has left.
-- name: export_staff_lapse
-- for:  keeper
-- law:  GDPR 5(1)(e), 32
-- does: write
-- in:   now_us:i64 id:u64
UPDATE staff_export
   SET state = 'lapsed', destroyed_us = ?, fence = fence + 1
 WHERE id = ? AND state = 'asked' AND destroyed_us IS NULL;

-- name: export_staff_unnoted
-- for:  keeper
-- law:  GDPR 5(2), 32
-- does: read
-- out:  many id:u64 export_id:u64 staff_id:u64 at_us:i64 is_whole:bool
SELECT d.id, d.export_id, e.staff_id, d.at_us, d.is_whole
  FROM staff_export_download d
  JOIN staff_export e ON e.id = d.export_id
 WHERE NOT d.is_noted
 ORDER BY d.id
 LIMIT 100;

-- name: export_staff_noted
-- for:  keeper
-- law:  GDPR 5(2), 32
-- does: write
-- in:   id:u64
UPDATE staff_export_download
   SET is_noted = TRUE
 WHERE id = ? AND NOT is_noted;

-- name: export_staff_old
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: read
-- in:   before_us:i64
-- out:  many id:u64
SELECT id
  FROM staff_export
 WHERE destroyed_us IS NOT NULL AND expires_us < ?
 ORDER BY id
 LIMIT 100;

-- name: export_staff_downloads_delete
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   export_id:u64
DELETE FROM staff_export_download
 WHERE export_id = ?;

-- name: export_staff_delete
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   id:u64
DELETE FROM staff_export
 WHERE id = ? AND destroyed_us IS NOT NULL;

-- What the company noted of the people of a part, in the order of their ids;
-- what is sensitive is no column.
-- name: export_staff_own
-- for:  keeper
-- law:  GDPR 5(1)(c), 9
-- does: read
-- in:   contact_ids:text
-- out:  many contact_id:u64 code:text kind:text value_text:text? value_number:i64 value_day:day?
SELECT v.contact_id, f.code, f.kind, v.value_text, v.value_number, v.value_day
  FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j
  JOIN custom_value v ON v.contact_id = j.id
  JOIN custom_field f ON f.id = v.field_id
 WHERE NOT f.is_sensitive AND f.state IN ('open', 'closed')
 ORDER BY v.contact_id, f.id
 LIMIT 20000;
