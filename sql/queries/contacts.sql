-- SPDX-License-Identifier: EUPL-1.2

-- name: contacts_identity_insert
-- for:  portal owner
-- law:  GDPR 32
-- does: write
-- in:   mailbox:text mailbox_key:bytes language:text created_us:i64
-- out:  one id:u64
INSERT INTO identity (mailbox, mailbox_key, language, created_us)
VALUES (?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE language = VALUES(language)
RETURNING id;

-- name: contacts_insert
-- for:  portal owner
-- law:  GDPR 13
-- does: write
-- in:   reference:text identity_id:u64? given_name:text family_name:text sort_name:text language:text email:text email_key:bytes phone:text? source:text notice_version_id:u64 collected_us:i64 last_person_us:i64 created_us:i64 updated_us:i64
-- out:  new id:u64
INSERT INTO contact (reference, kind, identity_id, given_name, family_name,
       sort_name, language, email, email_key, phone, visibility, source, basis,
       notice_version_id, collected_us, last_person_us, created_us,
       updated_us)
VALUES (?, 'prospect', ?, ?, ?, ?, ?, ?, ?, ?, 'everyone', ?, 'consent', ?, ?, ?,
       ?, ?);

-- name: contacts_fill
-- for:  portal
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   identity_id:u64 given_name:text family_name:text sort_name:text phone:text? last_person_us:i64 updated_us:i64 id:u64
UPDATE contact
   SET identity_id = COALESCE(identity_id, ?),
       given_name = IF(given_name = '', ?, given_name),
       family_name = IF(family_name = '', ?, family_name),
       sort_name = IF(sort_name = '', ?, sort_name),
       phone = COALESCE(phone, ?),
       last_person_us = ?,
       updated_us = ?,
       is_indexed = FALSE,
       version = version + 1
 WHERE id = ?;

-- name: contacts_load
-- for:  portal office keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   id:u64
-- out:  one reference:text kind:text is_business:bool identity_id:u64? given_name:text family_name:text language:text email:text? email_key:bytes? phone:text? street:text postcode:text city:text country:text source:text basis:text notice_version_id:u64? collected_us:i64 last_person_us:i64 relationship_end_us:i64? restricted_us:i64? restriction:text? version:u64 created_us:i64 updated_us:i64
SELECT reference, kind, is_business, identity_id, given_name, family_name,
       language, email, email_key, phone, street, postcode, city, country,
       source, basis, notice_version_id, collected_us, last_person_us,
       relationship_end_us, restricted_us, restriction, version, created_us,
       updated_us
  FROM contact
 WHERE id = ?;

-- number: the cents of an interaction, the team of a look, a custom value.
-- Each part costs as much as its tables are joined and its
-- rows sorted, most people have none of most: sorted is where they are shown.  Of
-- a custom value name is its field.  Of a further address kind is its label,
-- reason its source.  Of an organisation text is what they do there, day since
-- when, is_from_person that it is their own.
-- name: contacts_overview
-- for:  portal
-- law:  GDPR 12(3), 15(1)
-- does: read
-- in:   contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 looks_since_us:i64
-- out:  many what:text name:text text:text? law:text? at_us:i64? number:i64? day:day? is_from_person:bool kind:text? reason:text? sealed:bytes?
(SELECT 'field', field, source, basis, at_us, NULL, NULL, FALSE, NULL, NULL,
        NULL
   FROM contact_provenance
  WHERE contact_id = ?
  ORDER BY field LIMIT 100)
UNION ALL
(SELECT STRAIGHT_JOIN 'tag', t.name, NULL, NULL, NULL, NULL, NULL, FALSE, NULL,
        NULL, NULL
   FROM contact_tag g
   JOIN tag t ON t.id = g.tag_id
  WHERE g.contact_id = ?
  ORDER BY g.tag_id LIMIT 100)
UNION ALL
(SELECT 'reach', kind, value, basis, at_us, NULL, NULL, FALSE, label, source,
        NULL
   FROM contact_reach
  WHERE contact_id = ?
  ORDER BY value_key LIMIT 40)
UNION ALL
(SELECT 'organisation', o.name, m.job_title, NULL, NULL, NULL, m.since,
        o.trader_id IS NOT NULL AND o.trader_id = m.contact_id, NULL, NULL,
        NULL
   FROM membership m
   JOIN organisation o ON o.id = m.organisation_id
  WHERE m.contact_id = ?)
UNION ALL
(SELECT 'interaction', kind, title, hold_law, at_us, amount_cents, hold_until,
        is_from_person AND staff_id IS NULL, NULL, NULL, NULL
   FROM interaction
  WHERE contact_id = ?
  ORDER BY at_us DESC LIMIT 100)
UNION ALL
(SELECT 'request', reference, NULL, NULL, NULL, NULL, due_day, FALSE, NULL,
        NULL, NULL
   FROM rights_request FORCE INDEX (contact_id)
  WHERE contact_id = ? AND state IN ('intent', 'open', 'waiting')
  ORDER BY id LIMIT 20)
UNION ALL
(SELECT 'given', COUNT(*), NULL, NULL, NULL, NULL, NULL, FALSE, NULL, NULL,
        NULL
   FROM consent_state s
   JOIN purpose p ON p.id = s.purpose_id AND NOT p.is_closed
  WHERE s.contact_id = ? AND s.state = 'given' AND NOT s.is_held
    AND s.purpose_version_id >= p.material_id)
UNION ALL
(SELECT 'custom', field_id, value_text, NULL, at_us, value_number, value_day,
        FALSE, NULL, NULL, sealed
   FROM custom_value
  WHERE contact_id = ?
  ORDER BY field_id LIMIT 200)
UNION ALL
(SELECT STRAIGHT_JOIN 'look', l.role, NULL, NULL, l.at_us, l.team_id, NULL,
        FALSE, l.kind, l.reason, NULL
   FROM access_subject s
   JOIN access_line l ON l.id = s.line_id
  WHERE s.contact_id = ? AND l.at_us >= ?
  ORDER BY s.line_id DESC LIMIT 26);

-- name: contacts_erasure
-- for:  portal
-- law:  GDPR 12(3), 17
-- does: read
-- in:   contact_id:u64
-- out:  one state:text due_us:i64
SELECT e.state, e.due_us
  FROM rights_request r FORCE INDEX (contact_id)
  JOIN erasure e ON e.request_id = r.id AND e.state <> 'cancelled'
 WHERE r.contact_id = ? AND r.state IN ('intent', 'open', 'waiting')
 ORDER BY r.id
 LIMIT 1;

-- What the person may change, and what was changed of it, in one statement.
-- name: contacts_data
-- for:  portal
-- law:  GDPR 15(1), 16
-- does: read
-- in:   contact_id:u64 contact_id:u64 contact_id:u64
-- out:  many what:text id:u64 name:text text:text? label:text? number:i64? day:day? sealed:bytes? after:bytes? at_us:i64
(SELECT 'custom', field_id, '', value_text, NULL, value_number, value_day,
        sealed, NULL, at_us
   FROM custom_value
  WHERE contact_id = ?
  ORDER BY field_id LIMIT 200)
UNION ALL
(SELECT 'reach', id, kind, value, label, NULL, NULL, NULL, NULL, at_us
   FROM contact_reach
  WHERE contact_id = ?
  ORDER BY kind, id LIMIT 40)
UNION ALL
(SELECT 'change', id, field, by_kind, NULL, NULL, NULL, old_sealed, new_sealed,
        at_us
   FROM contact_history
  WHERE contact_id = ?
  ORDER BY id DESC LIMIT 50);

-- name: contacts_teams
-- for:  portal office
-- law:  GDPR 15(1)(c)
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM team
 ORDER BY id
 LIMIT 1000;

-- name: contacts_provenance
-- for:  portal office keeper
-- law:  GDPR 15(1)(g)
-- does: read
-- in:   contact_id:u64
-- out:  many field:text source:text basis:text notice_version_id:u64? at_us:i64
SELECT field, source, basis, notice_version_id, at_us
  FROM contact_provenance
 WHERE contact_id = ?
 ORDER BY field
 LIMIT 100;

-- name: contacts_provenance_put
-- for:  portal office keeper owner
-- law:  GDPR 15(1)(g)
-- does: write
-- each: contact_id:u64 field:text source:text basis:text notice_version_id:u64? at_us:i64
INSERT INTO contact_provenance (contact_id, field, source, basis,
       notice_version_id, at_us)
VALUES {(?, ?, ?, ?, ?, ?)}
    ON DUPLICATE KEY UPDATE source = VALUES(source), basis = VALUES(basis),
       notice_version_id = VALUES(notice_version_id), at_us = VALUES(at_us);

-- name: contacts_interaction_insert
-- for:  office
-- law:  GDPR 5(1)(d), 15(1)
-- does: write
-- in:   contact_id:u64 kind:text is_from_person:bool staff_id:u64 title:text detail_sealed:bytes? at_us:i64
INSERT INTO interaction (contact_id, kind, is_from_person, staff_id, title,
       detail_sealed, at_us)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: contacts_person_came
-- for:  office
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   at_us:i64 id:u64
UPDATE contact SET last_person_us = GREATEST(last_person_us, ?)
 WHERE id = ?;

-- name: contacts_rules
-- for:  portal office keeper
-- law:  GDPR 5(1)(e)
-- does: read
-- out:  many category:text law:text start_event:text months:u64 action:text
SELECT category, law, start_event, months, action
  FROM retention_rule
 ORDER BY category
 LIMIT 60;

-- name: contacts_looks
-- for:  portal office keeper
-- law:  GDPR 15(1)(c); CJEU C-579/21
-- does: read
-- in:   contact_id:u64 before:u64 since_us:i64
-- out:  many id:u64 role:text team:text? kind:text reason:text at_us:i64
SELECT l.id, l.role, t.name, l.kind, l.reason, l.at_us
  FROM access_subject s
  JOIN access_line l ON l.id = s.line_id
  LEFT JOIN team t ON t.id = l.team_id
 WHERE s.contact_id = ? AND s.line_id < ? AND l.at_us >= ?
 ORDER BY s.line_id DESC
 LIMIT 26;

-- name: contacts_edit
-- for:  portal office
-- law:  GDPR 5(1)(d), 16
-- does: write
-- in:   kind:text given_name:text family_name:text sort_name:text phone:text? street:text postcode:text city:text country:text language:text last_person_us:i64 updated_us:i64 id:u64 version:u64
UPDATE contact
   SET kind = ?, given_name = ?, family_name = ?, sort_name = ?, phone = ?,
       street = ?, postcode = ?, city = ?, country = ?, language = ?,
       last_person_us = ?, updated_us = ?, is_indexed = FALSE,
       version = version + 1
 WHERE id = ? AND version = ?;

-- name: contacts_history_insert
-- for:  portal office keeper owner
-- law:  GDPR 16
-- does: write
-- each: contact_id:u64 field:text old_sealed:bytes new_sealed:bytes by_kind:text by_staff_id:u64? at_us:i64
INSERT INTO contact_history (contact_id, field, old_sealed, new_sealed,
       by_kind, by_staff_id, at_us)
VALUES {(?, ?, ?, ?, ?, ?, ?)};

-- name: contacts_address_insert
-- for:  portal
-- law:  GDPR 16
-- does: write
-- in:   contact_id:u64 identity_id:u64 mailbox:text mailbox_key:bytes created_us:i64 expires_us:i64
-- out:  one id:u64
INSERT INTO address_change (contact_id, identity_id, mailbox, mailbox_key,
       created_us, expires_us)
VALUES (?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: contacts_address_load
-- for:  portal
-- law:  GDPR 16
-- does: read
-- in:   id:u64
-- out:  one contact_id:u64 identity_id:u64 mailbox:text mailbox_key:bytes language:text old_mailbox:text? old_key:bytes? basis:text notice_version_id:u64? shared:u64
SELECT a.contact_id, a.identity_id, a.mailbox, a.mailbox_key, c.language,
       c.email, c.email_key, c.basis, c.notice_version_id, (SELECT COUNT(*) FROM contact o
                  WHERE o.identity_id = a.identity_id)
  FROM address_change a
  JOIN contact c ON c.id = a.contact_id
 WHERE a.id = ?;

-- name: contacts_address_put
-- for:  portal
-- law:  GDPR 16
-- does: write
-- in:   email:text email_key:bytes identity_id:u64 last_person_us:i64 updated_us:i64 id:u64
UPDATE contact
   SET email = ?, email_key = ?, identity_id = ?, last_person_us = ?,
       updated_us = ?, version = version + 1
 WHERE id = ?;

-- name: contacts_address_delete
-- for:  portal
-- law:  GDPR 16
-- does: write
-- in:   contact_id:u64
DELETE FROM address_change
 WHERE contact_id = ?;

-- name: contacts_identity_move
-- for:  portal
-- law:  GDPR 16
-- does: write
-- in:   mailbox:text mailbox_key:bytes id:u64
UPDATE identity
   SET mailbox = ?, mailbox_key = ?, epoch = epoch + 1
 WHERE id = ?;

-- name: contacts_identity_of_key
-- for:  portal
-- law:  GDPR 16
-- does: read
-- in:   mailbox_key:bytes
-- out:  one id:u64
SELECT id
  FROM identity
 WHERE mailbox_key = ?;

-- name: contacts_sessions_end
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   contact_id:u64
DELETE FROM portal_session
 WHERE contact_id = ?;
