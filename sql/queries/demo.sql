-- SPDX-License-Identifier: EUPL-1.2
-- Who works in the demonstration company, and its contacts.

-- name: demo_staff
-- for:  owner
-- law:  GDPR 32(4)
-- does: write
-- in:   email:text email_key:bytes name:text role:text team_id:u64? language:text created_us:i64
-- out:  one id:u64
INSERT INTO staff (email, email_key, name, role, team_id, language, state,
       created_us)
VALUES (?, ?, ?, ?, ?, ?, 'active', ?)
RETURNING id;

-- name: demo_staff_secrets
-- for:  owner
-- law:  GDPR 32
-- does: write
-- in:   password_hash:bytes password_mac:bytes totp_sealed:bytes id:u64
UPDATE staff SET password_hash = ?, password_mac = ?, totp_sealed = ?
 WHERE id = ?;

-- name: demo_contact
-- for:  owner
-- law:  GDPR 5(1)(c)
-- does: write
-- each: reference:text kind:text is_business:bool given_name:text family_name:text sort_name:text language:text email:text? email_key:bytes? phone:text? street:text postcode:text city:text country:text visibility:text owner_id:u64 team_id:u64 source:text basis:text notice_version_id:u64 collected_us:i64 last_person_us:i64 created_us:i64 updated_us:i64
-- out:  many id:u64
INSERT INTO contact (reference, kind, is_business, given_name, family_name,
       sort_name, language, email, email_key, phone, street, postcode, city,
       country, visibility, owner_id, team_id, source, basis,
       notice_version_id, collected_us, last_person_us, created_us,
       updated_us, is_indexed)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       ?, TRUE)}
RETURNING id;

-- name: demo_word
-- for:  owner
-- law:  GDPR 15 (a person must be found to be answered)
-- does: write
-- each: word:text contact_id:u64
INSERT IGNORE INTO contact_word (word, contact_id) VALUES {(?, ?)};

-- name: demo_interaction
-- for:  owner
-- law:  GDPR 6(1)(b)
-- does: write
-- each: contact_id:u64 kind:text is_from_person:bool title:text amount_cents:i64? at_us:i64 hold_law:text? hold_until:day?
INSERT INTO interaction (contact_id, kind, is_from_person, title,
       amount_cents, at_us, hold_law, hold_until)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?)};

-- name: demo_identity_password
-- for:  owner
-- law:  GDPR 32
-- does: write
-- in:   password_hash:bytes password_mac:bytes password_us:i64 id:u64
UPDATE identity SET password_hash = ?, password_mac = ?, password_us = ?
 WHERE id = ?;

-- name: demo_contact_identity
-- for:  owner
-- law:  GDPR 15
-- does: write
-- in:   identity_id:u64 email_key:bytes
UPDATE contact SET identity_id = ?
 WHERE email_key = ?;

-- name: demo_told
-- for:  owner
-- law:  - invented people get no mail about choices that they never made
-- does: write
UPDATE consent_state SET is_told = TRUE
 WHERE is_told = FALSE;

-- name: demo_custom
-- for:  owner
-- law:  GDPR 6(1)(b)
-- does: write
-- each: contact_id:u64 field_id:u64 value_text:text? value_day:day? sealed:bytes? at_us:i64
INSERT INTO custom_value (contact_id, field_id, value_text, value_day,
       sealed, at_us)
VALUES {(?, ?, ?, ?, ?, ?)};

-- name: demo_custom_from
-- for:  owner
-- law:  GDPR 15(1)(g)
-- does: write
-- in:   field_id:u64 first_id:u64 last_id:u64
INSERT INTO contact_provenance (contact_id, field, source, basis, at_us)
SELECT v.contact_id, CONCAT('custom:', f.code), 'account', f.basis, v.at_us
  FROM custom_value v
  JOIN custom_field f ON f.id = v.field_id
 WHERE v.field_id = ? AND v.contact_id BETWEEN ? AND ?;

-- name: demo_organisation
-- for:  owner
-- law:  GDPR 5(1)(c)
-- does: write
-- each: name:text sort_name:text domain:text website:text postcode:text city:text country:text language:text visibility:text owner_id:u64 team_id:u64 created_us:i64 updated_us:i64
-- out:  many id:u64
INSERT INTO organisation (name, sort_name, domain, website, postcode, city,
       country, language, visibility, owner_id, team_id, created_us,
       updated_us)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)}
RETURNING id;

-- name: demo_member
-- for:  owner
-- law:  GDPR 5(1)(c)
-- does: write
-- each: contact_id:u64 organisation_id:u64 job_title:text since:day at_us:i64
INSERT INTO membership (contact_id, organisation_id, job_title, since, at_us)
VALUES {(?, ?, ?, ?, ?)};

-- name: demo_member_from
-- for:  owner
-- law:  GDPR 15(1)(g)
-- does: write
-- in:   first_id:u64 last_id:u64
INSERT INTO contact_provenance (contact_id, field, source, basis, at_us)
SELECT m.contact_id, f.field, 'staff', c.basis, m.at_us
  FROM membership m
  JOIN contact c ON c.id = m.contact_id
  JOIN (SELECT 'organisation' AS field
         UNION ALL SELECT 'job_title'
         UNION ALL SELECT 'member_since') f
 WHERE m.contact_id BETWEEN ? AND ?;
