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
-- out:  one id:u64
INSERT INTO contact (reference, kind, identity_id, given_name, family_name,
       sort_name, language, email, email_key, phone, visibility, source, basis,
       notice_version_id, collected_us, last_person_us, created_us,
       updated_us)
VALUES (?, 'prospect', ?, ?, ?, ?, ?, ?, ?, ?, 'everyone', ?, 'consent', ?, ?, ?,
       ?, ?)
RETURNING id;

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
