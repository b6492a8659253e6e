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
-- for:  keeper owner
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

-- All that a record holds beside its own row and its choices, in one
-- statement.  number: the cents of an exchange, the team of a look, a custom
-- value (whose id is its field), since when a record is in quarantine.  text:
-- where a field is from, who changed it, what somebody does in an organisation
-- (day: since when), why nobody need be told.  kind of a further address: its
-- label; reason: where it is from.  law of a field and of an address: the
-- legal basis.
-- name: people_record
-- for:  office
-- law:  GDPR 5(1)(f), 15(1); CJEU C-579/21
-- does: read
-- in:   contact_id:u64 contact_id:u64 contact_id:u64 sees_all:bool staff_id:u64 team_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 looks_since_us:i64
-- out:  many what:text id:u64? name:text? text:text? kind:text? reason:text? law:text? number:i64? at_us:i64? day:day? is_own:bool is_seen:bool sealed:bytes? after:bytes?
(SELECT 'from', NULL, field, source, NULL, NULL, basis, NULL, at_us, NULL,
        FALSE, FALSE, NULL, NULL
   FROM contact_provenance
  WHERE contact_id = ?
  ORDER BY field LIMIT 100)
UNION ALL
(SELECT 'label', t.id, t.name, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        FALSE, FALSE, NULL, NULL
   FROM contact_tag g
   JOIN tag t ON t.id = g.tag_id
  WHERE g.contact_id = ?
  ORDER BY t.name_key LIMIT 100)
UNION ALL
(SELECT 'reach', id, kind, value, label, source, basis, NULL, at_us, NULL,
        FALSE, FALSE, NULL, NULL
   FROM contact_reach
  WHERE contact_id = ?
  ORDER BY kind, id LIMIT 40)
UNION ALL
(SELECT 'organisation', m.organisation_id, o.name, m.job_title, NULL, NULL,
        NULL, NULL, NULL, m.since,
        o.trader_id IS NOT NULL AND o.trader_id = m.contact_id,
        (? OR o.visibility = 'everyone' OR o.owner_id = ?
         OR (o.visibility = 'team' AND o.team_id = ?)) IS TRUE, NULL, NULL
   FROM membership m
   JOIN organisation o ON o.id = m.organisation_id
  WHERE m.contact_id = ?)
UNION ALL
(SELECT 'exchange', id, kind, title, NULL, NULL, hold_law, amount_cents, at_us,
        hold_until, is_from_person, staff_id IS NULL, detail_sealed, NULL
   FROM interaction
  WHERE contact_id = ?
  ORDER BY at_us DESC LIMIT 100)
UNION ALL
(SELECT 'case', id, kind, reference, state, NULL, NULL, NULL, NULL, due_day,
        FALSE, FALSE, NULL, NULL
   FROM rights_request
  WHERE contact_id = ?
  ORDER BY id DESC LIMIT 20)
UNION ALL
(SELECT 'custom', field_id, NULL, value_text, NULL, NULL, NULL, value_number,
        at_us, value_day, FALSE, FALSE, sealed, NULL
   FROM custom_value
  WHERE contact_id = ?
  ORDER BY field_id LIMIT 200)
UNION ALL
(SELECT 'brought', v.number, d.state, d.exemption, d.how, NULL, NULL,
        c.quarantined_us, d.told_us, d.due_day, FALSE, FALSE, NULL, NULL
   FROM contact c
   LEFT JOIN notice_duty d ON d.contact_id = c.id
   LEFT JOIN notice_version v ON v.id = d.notice_version_id
  WHERE c.id = ?)
UNION ALL
(SELECT 'change', h.id, h.field, s.name, h.by_kind, NULL, NULL, NULL, h.at_us,
        NULL, FALSE, FALSE, h.old_sealed, h.new_sealed
   FROM contact_history h
   LEFT JOIN staff s ON s.id = h.by_staff_id
  WHERE h.contact_id = ?
  ORDER BY h.id DESC LIMIT 50)
UNION ALL
(SELECT 'key', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, FALSE,
        FALSE, wrapped, NULL
   FROM {keys}.person_key
  WHERE contact_id = ? AND class = 'live')
UNION ALL
(SELECT STRAIGHT_JOIN 'look', l.id, l.role, NULL, l.kind, l.reason, NULL,
        l.team_id, l.at_us, NULL, FALSE, FALSE, NULL, NULL
   FROM access_subject s
   JOIN access_line l ON l.id = s.line_id
  WHERE s.contact_id = ? AND l.at_us >= ?
  ORDER BY s.line_id DESC LIMIT 26);

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
