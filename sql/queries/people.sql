-- SPDX-License-Identifier: EUPL-1.2
-- Contacts as staff see them: each those of their silo (one adviser, one
-- team, everyone), and who looked at whom.

-- name: people_one
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one sort_name:text team:text?
SELECT c.sort_name, t.name
  FROM contact c
  LEFT JOIN team t ON t.id = c.team_id
 WHERE c.id = ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?));

-- Whom the number of a record leads to that became part of another.
-- name: people_merged
-- for:  office
-- law:  GDPR 5(1)(f), 15, 25
-- does: read
-- in:   merged_id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one id:u64 was:text reference:text done_us:i64?
SELECT c.id, m.reference, c.reference, m.done_us
  FROM contact_merge m
  JOIN contact c ON c.id = m.survivor_id
 WHERE m.merged_id = ? AND m.state = 'done'
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?));

-- name: people_query_insert
-- for:  office
-- law:  GDPR 25 (no personal value in an address)
-- does: write
-- in:   id:bytes staff_id:u64 sealed:bytes expires_us:i64
INSERT INTO search_query (id, staff_id, sealed, expires_us)
VALUES (?, ?, ?, ?);

-- name: people_query_load
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   id:bytes staff_id:u64 now_us:i64
-- out:  one sealed:bytes
SELECT sealed
  FROM search_query
 WHERE id = ? AND staff_id = ? AND expires_us > ?;

-- name: people_line
-- for:  office
-- law:  GDPR 15(1)(c), 32; CJEU C-579/21
-- does: append
-- get:  yes
-- in:   staff_id:u64 role:text team_id:u64? kind:text reason:text at_us:i64
-- out:  new id:u64
INSERT INTO access_line (staff_id, role, team_id, kind, reason, at_us)
VALUES (?, ?, ?, ?, ?, ?);

-- name: people_seen
-- for:  office
-- law:  GDPR 15(1)(c)
-- does: append
-- get:  yes
-- in:   line_id:u64 contact_ids:text
INSERT INTO access_subject (contact_id, line_id)
SELECT j.id, ?
  FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j;

-- name: people_consents
-- for:  office
-- law:  GDPR 7(1)
-- does: read
-- in:   language:text contact_id:u64
-- out:  many title:text? channel:text state:text at_us:i64 how:text wording:text? number:u64 notice_number:u64 form_code:text? form_number:u64? event_id:u64 leaf:bytes is_held:bool said_id:u64 material_id:u64 is_closed:bool evidence_id:u64?
SELECT COALESCE(lt.title, wt.title), s.channel, s.state, s.at_us, e.how,
       wt.wording, v.number, n.number, f.code, fv.number, e.id, e.leaf,
       s.is_held, s.purpose_version_id, p.material_id, p.is_closed, x.id
  FROM consent_state s
  JOIN purpose p ON p.id = s.purpose_id
  JOIN consent_event e ON e.id = s.event_id
  LEFT JOIN evidence x ON x.id = e.evidence_id
       AND x.contact_id = s.contact_id
  JOIN purpose_version v ON v.id = s.purpose_version_id
  JOIN notice_version n ON n.id = e.notice_version_id
  LEFT JOIN purpose_text lt ON lt.purpose_version_id = v.id
       AND lt.language = ?
  LEFT JOIN purpose_text wt ON wt.purpose_version_id = v.id
       AND wt.language = e.language
  LEFT JOIN form_version fv ON fv.id = e.form_version_id
  LEFT JOIN form f ON f.id = fv.form_id
 WHERE s.contact_id = ?
 ORDER BY s.purpose_id, s.channel
 LIMIT 60;

-- name: people_cases
-- for:  office
-- law:  GDPR 12(3)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 reference:text kind:text state:text due_day:day
SELECT id, reference, kind, state, due_day
  FROM rights_request
 WHERE contact_id = ?
 ORDER BY id DESC
 LIMIT 20;

-- name: people_to_index
-- for:  keeper
-- law:  GDPR 15 (a person must be found to be answered)
-- does: read
-- in:   most:u64
-- out:  many id:u64 version:u64 given_name:text family_name:text
SELECT id, version, given_name, family_name
  FROM contact
 WHERE is_indexed = FALSE
 ORDER BY id
 LIMIT ?;

-- name: people_words_delete
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: contact_id:u64
DELETE FROM contact_word
 WHERE contact_id IN ({?});

-- name: people_words_insert
-- for:  keeper
-- law:  GDPR 15
-- does: write
-- each: word:text contact_id:u64
INSERT INTO contact_word (word, contact_id) VALUES {(?, ?)};

-- Who was changed meanwhile stays in the queue.
-- name: people_indexed
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- each: id:u64 version:u64
UPDATE contact SET is_indexed = TRUE
 WHERE (id, version) IN ({(?, ?)});

-- name: people_brought
-- for:  office
-- law:  GDPR 6(1), 14(3)
-- does: read
-- in:   contact_id:u64
-- out:  one quarantined_us:i64? state:text? due_day:day? told_us:i64? how:text? notice:u64? exemption:text?
SELECT c.quarantined_us, d.state, d.due_day, d.told_us, d.how, v.number,
       d.exemption
  FROM contact c
  LEFT JOIN notice_duty d ON d.contact_id = c.id
  LEFT JOIN notice_version v ON v.id = d.notice_version_id
 WHERE c.id = ?;

-- What changed in a record, and by whom.
-- name: people_history
-- for:  office
-- law:  GDPR 5(1)(d), 5(2), 16
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 field:text old_sealed:bytes new_sealed:bytes by_kind:text by_name:text? at_us:i64
SELECT h.id, h.field, h.old_sealed, h.new_sealed, h.by_kind, s.name, h.at_us
  FROM contact_history h
  LEFT JOIN staff s ON s.id = h.by_staff_id
 WHERE h.contact_id = ?
 ORDER BY h.id DESC
 LIMIT 50;

-- name: people_labels
-- for:  office
-- law:  GDPR 5(1)(c), 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 name:text
SELECT t.id, t.name
  FROM contact_tag g
  JOIN tag t ON t.id = g.tag_id
 WHERE g.contact_id = ?
 ORDER BY t.name_key
 LIMIT 100;

-- name: people_label_create
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   name:text name_key:text
INSERT IGNORE INTO tag (name, name_key) VALUES (?, ?);

-- name: people_label_find
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   name_key:text
-- out:  one id:u64
SELECT id
  FROM tag
 WHERE name_key = ?;

-- name: people_label_count
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: read
-- out:  one n:u64
SELECT COUNT(*)
  FROM tag;

-- name: people_label_put
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   tag_id:u64 staff_id:u64 at_us:i64 contact_id:u64
INSERT IGNORE INTO contact_tag (contact_id, tag_id, staff_id, at_us)
SELECT c.id, ?, ?, ?
  FROM contact c
 WHERE c.id = ? AND c.restricted_us IS NULL;

-- name: people_label_drop
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   contact_id:u64 tag_id:u64
DELETE FROM contact_tag
 WHERE contact_id = ? AND tag_id = ?;
