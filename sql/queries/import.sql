-- SPDX-License-Identifier: EUPL-1.2
-- Contacts out of a file: who of them is known already, new ones, and what is
-- newer in the file.

-- name: import_known
-- for:  owner
-- law:  GDPR 5(1)(d)
-- does: read
-- each: email_key:bytes
-- out:  many id:u64 email_key:bytes kind:text given_name:text family_name:text language:text phone:text? street:text postcode:text city:text country:text source:text collected_us:i64 restricted_us:i64?
SELECT id, email_key, kind, given_name, family_name, language, phone, street,
       postcode, city, country, source, collected_us, restricted_us
  FROM contact
 WHERE email_key IN ({?})
 ORDER BY id
 LIMIT 1000;

-- name: import_origins
-- for:  owner
-- law:  GDPR 5(1)(d)
-- does: read
-- each: contact_id:u64
-- out:  many contact_id:u64 field:text source:text at_us:i64
SELECT contact_id, field, source, at_us
  FROM contact_provenance
 WHERE contact_id IN ({?})
 ORDER BY contact_id, field
 LIMIT 2000;

-- name: import_contact
-- for:  owner
-- law:  GDPR 5(1)(c), 14
-- does: write
-- each: reference:text kind:text given_name:text family_name:text sort_name:text language:text email:text email_key:bytes phone:text? street:text postcode:text city:text country:text visibility:text team_id:u64? source:text basis:text collected_us:i64 last_person_us:i64 created_us:i64 updated_us:i64
INSERT INTO contact (reference, kind, given_name, family_name, sort_name,
       language, email, email_key, phone, street, postcode, city, country,
       visibility, team_id, source, basis, collected_us, last_person_us,
       created_us, updated_us)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)};

-- name: import_edit
-- for:  owner
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   kind:text given_name:text family_name:text sort_name:text language:text phone:text? street:text postcode:text city:text country:text updated_us:i64 id:u64
UPDATE contact
   SET kind = ?, given_name = ?, family_name = ?, sort_name = ?,
       language = ?, phone = ?, street = ?, postcode = ?, city = ?,
       country = ?, updated_us = ?, is_indexed = FALSE, version = version + 1
 WHERE id = ?;
