-- SPDX-License-Identifier: EUPL-1.2
-- The demonstration company; only the owner's program has these.

-- name: demo_site
-- for:  owner
-- law:  GDPR 13(1)(a)
-- does: write
-- in:   name:text legal_name:text address:text contact_email:text dpo_name:text dpo_email:text authority_name:text authority_url:text holidays:text cooling_off_minutes:u64 backup_days:u64 binlog_days:u64
INSERT INTO site (id, name, legal_name, address, contact_email, dpo_name,
       dpo_email, authority_name, authority_url, holidays,
       cooling_off_minutes, backup_days, binlog_days)
VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: demo_purpose
-- for:  owner
-- law:  GDPR 5(1)(b)
-- does: write
-- in:   code:text
-- out:  one id:u64
INSERT INTO purpose (code) VALUES (?) RETURNING id;

-- name: demo_purpose_version
-- for:  owner
-- law:  GDPR 5(1)(b)
-- does: write
-- in:   purpose_id:u64 basis:text is_commercial:bool retention_months:u64 created_us:i64
-- out:  one id:u64
INSERT INTO purpose_version (purpose_id, number, basis, is_commercial,
       is_material, retention_months, created_us)
VALUES (?, 1, ?, ?, TRUE, ?, ?)
RETURNING id;

-- name: demo_purpose_text
-- for:  owner
-- law:  GDPR 7(2)
-- does: write
-- in:   purpose_version_id:u64 language:text title:text wording:text
INSERT INTO purpose_text (purpose_version_id, language, title, wording)
VALUES (?, ?, ?, ?);

-- name: demo_purpose_channel
-- for:  owner
-- law:  GDPR 7(2)
-- does: write
-- in:   purpose_version_id:u64 channel:text
INSERT INTO purpose_channel (purpose_version_id, channel) VALUES (?, ?);

-- name: demo_notice
-- for:  owner
-- law:  GDPR 13
-- does: write
-- in:   created_us:i64
-- out:  one id:u64
INSERT INTO notice_version (number, is_material, created_us)
VALUES (1, TRUE, ?)
RETURNING id;

-- name: demo_notice_text
-- for:  owner
-- law:  GDPR 13
-- does: write
-- in:   notice_version_id:u64 language:text blocks:text
INSERT INTO notice_text (notice_version_id, language, blocks)
VALUES (?, ?, ?);

-- name: demo_form
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   code:text
-- out:  one id:u64
INSERT INTO form (code, state) VALUES (?, 'draft') RETURNING id;

-- name: demo_form_version
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   form_id:u64 notice_version_id:u64 definition:text created_us:i64
-- out:  one id:u64
INSERT INTO form_version (form_id, number, notice_version_id, definition,
       created_us)
VALUES (?, 1, ?, ?, ?)
RETURNING id;

-- name: demo_form_publish
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   version_id:u64 id:u64
UPDATE form SET state = 'published', version_id = ?
 WHERE id = ?;

-- name: demo_form_origin
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   form_id:u64 origin:text
INSERT INTO form_origin (form_id, origin) VALUES (?, ?);

-- name: demo_rule
-- for:  owner
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   category:text law:text start_event:text months:u64 action:text
INSERT INTO retention_rule (category, law, start_event, months, action)
VALUES (?, ?, ?, ?, ?);

-- name: demo_team
-- for:  owner
-- law:  GDPR 32(4)
-- does: write
-- in:   name:text
-- out:  one id:u64
INSERT INTO team (name) VALUES (?) RETURNING id;

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
