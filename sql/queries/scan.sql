-- SPDX-License-Identifier: EUPL-1.2
-- The search for second copies: every column that can hold a person's text,
-- a batch of rows at a time.  Sealed ones come with their person's key.

-- name: scan_contact
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 reference:bytes? given_name:bytes? family_name:bytes? email:bytes? email_key:bytes? phone:bytes? street:bytes? postcode:bytes? city:bytes? source:bytes?
SELECT id, reference, given_name, family_name, email, email_key, phone,
       street, postcode, city, source
  FROM contact
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_contact_reach
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 value:bytes? value_key:bytes? source:bytes?
SELECT id, value, value_key, source
  FROM contact_reach
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_organisation
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 name:bytes? registration:bytes? vat:bytes? domain:bytes? website:bytes? phone:bytes? street:bytes? postcode:bytes? city:bytes? note:bytes?
SELECT id, name, registration, vat, domain, website, phone, street, postcode,
       city, note
  FROM organisation
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_membership
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 job_title:bytes?
SELECT contact_id, job_title
  FROM membership
 WHERE contact_id > ?
 ORDER BY contact_id
 LIMIT ?;

-- name: scan_contact_merge
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 reference:bytes?
SELECT id, reference
  FROM contact_merge
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_identity
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 mailbox:bytes? mailbox_key:bytes?
SELECT id, mailbox, mailbox_key
  FROM identity
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_address_change
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 mailbox:bytes? mailbox_key:bytes?
SELECT id, mailbox, mailbox_key
  FROM address_change
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_signup
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 mailbox:bytes? mailbox_key:bytes? given_name:bytes? family_name:bytes? phone:bytes? choices:bytes?
SELECT id, mailbox, mailbox_key, given_name, family_name, phone, choices
  FROM signup
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_audit_event
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 detail:bytes?
SELECT id, detail
  FROM audit_event
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_access_line
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 reason:bytes?
SELECT id, reason
  FROM access_line
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_task
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 detail:bytes? note:bytes?
SELECT id, detail, note
  FROM task
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_staff
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 email:bytes? name:bytes?
SELECT id, email, name
  FROM staff
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_log_record
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 record:bytes?
SELECT id, record
  FROM log_record
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_form_version
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 definition:bytes?
SELECT id, definition
  FROM form_version
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_form_rendering
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 body:bytes?
SELECT id, body
  FROM form_rendering
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- name: scan_contact_history
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 contact_id:u64 wrapped:bytes? old_sealed:bytes? new_sealed:bytes?
SELECT t.id, COALESCE(t.contact_id, 0), k.wrapped, t.old_sealed, t.new_sealed
  FROM contact_history t
  LEFT JOIN {keys}.person_key k ON k.contact_id = COALESCE(t.contact_id, 0)
       AND k.class = 'live'
 WHERE t.id > ?
 ORDER BY t.id
 LIMIT ?;

-- name: scan_custom_value
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 contact_id:u64 wrapped:bytes? value_text:bytes? sealed:bytes?
SELECT t.id, COALESCE(t.contact_id, 0), k.wrapped, t.value_text, t.sealed
  FROM custom_value t
  LEFT JOIN {keys}.person_key k ON k.contact_id = COALESCE(t.contact_id, 0)
       AND k.class = 'live'
 WHERE t.id > ?
 ORDER BY t.id
 LIMIT ?;

-- name: scan_interaction
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 contact_id:u64 wrapped:bytes? title:bytes? detail_sealed:bytes?
SELECT t.id, COALESCE(t.contact_id, 0), k.wrapped, t.title, t.detail_sealed
  FROM interaction t
  LEFT JOIN {keys}.person_key k ON k.contact_id = COALESCE(t.contact_id, 0)
       AND k.class = 'live'
 WHERE t.id > ?
 ORDER BY t.id
 LIMIT ?;

-- name: scan_archive_item
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 contact_id:u64 wrapped:bytes? sealed:bytes?
SELECT t.id, COALESCE(t.contact_id, 0), k.wrapped, t.sealed
  FROM archive_item t
  LEFT JOIN {keys}.person_key k ON k.contact_id = COALESCE(t.contact_id, 0)
       AND k.class = 'proof'
 WHERE t.id > ?
 ORDER BY t.id
 LIMIT ?;

-- name: scan_rights_request
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 contact_id:u64 wrapped:bytes? words_sealed:bytes? mailbox_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes?
SELECT t.id, COALESCE(t.contact_id, 0), k.wrapped, t.words_sealed,
       t.mailbox_sealed, t.answer_sealed, t.extended_sealed
  FROM rights_request t
  LEFT JOIN {keys}.person_key k ON k.contact_id = COALESCE(t.contact_id, 0)
       AND k.class = 'proof'
 WHERE t.id > ?
 ORDER BY t.id
 LIMIT ?;
