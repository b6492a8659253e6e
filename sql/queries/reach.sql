-- SPDX-License-Identifier: EUPL-1.2
-- Further addresses and numbers of a contact.  Every write begins with the
-- lock, so that it meets no erasure and no other write half way.

-- name: reach_list
-- for:  portal office keeper
-- law:  GDPR 15(1), 15(1)(g)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 kind:text value:text value_key:bytes label:text source:text basis:text notice_version_id:u64? at_us:i64
SELECT id, kind, value, value_key, label, source, basis, notice_version_id,
       at_us
  FROM contact_reach
 WHERE contact_id = ?
 ORDER BY kind, id
 LIMIT 40;

-- name: reach_lock
-- for:  portal office keeper
-- law:  GDPR 5(1)(d), 16
-- does: write
-- in:   contact_id:u64
-- out:  one email:text? email_key:bytes? phone:text? identity_id:u64? restriction:text? source:text basis:text notice_version_id:u64? collected_us:i64 given_name:text language:text
SELECT email, email_key, phone, identity_id, restriction, source, basis,
       notice_version_id, collected_us, given_name, language
  FROM contact
 WHERE id = ?
   FOR UPDATE;

-- name: reach_insert
-- for:  portal office keeper
-- law:  GDPR 5(1)(d), 15(1)(g), 16
-- does: write
-- in:   contact_id:u64 kind:text value:text value_key:bytes label:text source:text basis:text notice_version_id:u64? at_us:i64
INSERT INTO contact_reach (contact_id, kind, value, value_key, label, source,
       basis, notice_version_id, at_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: reach_update
-- for:  portal office
-- law:  GDPR 5(1)(d), 15(1)(g), 16
-- does: write
-- in:   value:text value_key:bytes label:text source:text basis:text notice_version_id:u64? at_us:i64 id:u64 contact_id:u64
UPDATE contact_reach
   SET value = ?, value_key = ?, label = ?, source = ?, basis = ?,
       notice_version_id = ?, at_us = ?
 WHERE id = ? AND contact_id = ?;

-- name: reach_delete
-- for:  portal office
-- law:  GDPR 5(1)(c), 16
-- does: write
-- in:   id:u64 contact_id:u64
DELETE FROM contact_reach
 WHERE id = ? AND contact_id = ?;

-- name: reach_touch
-- for:  portal office
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   person_us:i64 updated_us:i64 id:u64
UPDATE contact
   SET last_person_us = GREATEST(last_person_us, ?), updated_us = ?,
       version = version + 1
 WHERE id = ?;

-- name: reach_main_phone
-- for:  portal office
-- law:  GDPR 5(1)(d), 16
-- does: write
-- in:   phone:text id:u64
UPDATE contact SET phone = ?
 WHERE id = ?;

-- Of somebody who signs in nobody but they themself changes the address.
-- name: reach_main_email
-- for:  office
-- law:  GDPR 5(1)(d), 32
-- does: write
-- in:   email:text email_key:bytes id:u64
UPDATE contact SET email = ?, email_key = ?
 WHERE id = ? AND identity_id IS NULL;
