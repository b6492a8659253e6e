-- SPDX-License-Identifier: EUPL-1.2

-- name: forms_current
-- for:  portal office keeper owner
-- law:  GDPR 7(1)
-- does: read
-- in:   code:text
-- out:  many form_id:u64 version_id:u64? state:text origin:text?
SELECT f.id, f.version_id, f.state, o.origin
  FROM form f
  LEFT JOIN form_origin o ON o.form_id = f.id
 WHERE f.code = ?
 ORDER BY o.origin
 LIMIT 1000;

-- name: forms_published
-- for:  portal
-- law:  GDPR 32(1)(b)
-- does: read
-- in:   most:u64
-- out:  many code:text version_id:u64
SELECT code, version_id
  FROM form
 WHERE state = 'published'
   AND version_id IS NOT NULL
 ORDER BY id
 LIMIT ?;

-- name: forms_version
-- for:  portal office keeper owner
-- law:  GDPR 7(1)
-- does: read
-- in:   id:u64
-- out:  one form_id:u64 code:text notice_version_id:u64 notice_number:u64 notice_us:i64 definition:text
SELECT v.form_id, f.code, v.notice_version_id, n.number, n.created_us,
       v.definition
  FROM form_version v
  JOIN form f ON f.id = v.form_id
  JOIN notice_version n ON n.id = v.notice_version_id
 WHERE v.id = ?;

-- name: forms_purposes
-- for:  portal office keeper owner
-- law:  GDPR 13(1)(c)
-- does: read
-- each: version_id:u64
-- out:  many version_id:u64 purpose_id:u64 code:text basis:text retention_months:u64 language:text title:text wording:text
SELECT v.id, v.purpose_id, p.code, v.basis, v.retention_months,
       t.language, t.title, t.wording
  FROM purpose_version v
  JOIN purpose p ON p.id = v.purpose_id
  JOIN purpose_text t ON t.purpose_version_id = v.id
 WHERE v.id IN ({?})
 ORDER BY v.id, t.language
 LIMIT 800;

-- name: forms_notice
-- for:  portal office keeper owner
-- law:  GDPR 13
-- does: read
-- in:   notice_version_id:u64
-- out:  many language:text blocks:text
SELECT language, blocks
  FROM notice_text
 WHERE notice_version_id = ?
 ORDER BY language
 LIMIT 8;

-- name: forms_signup_insert
-- for:  portal
-- law:  GDPR 7(1)
-- does: write
-- in:   form_version_id:u64 rendering:bytes language:text mailbox:text mailbox_key:bytes given_name:text family_name:text phone:text? choices:text token_hash:bytes code_hash:bytes created_us:i64 expires_us:i64
-- out:  new id:u64
INSERT INTO signup (form_version_id, rendering, language, mailbox,
       mailbox_key, given_name, family_name, phone, choices, token_hash,
       code_hash, created_us, expires_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: forms_rendering_insert
-- for:  portal
-- law:  GDPR 7(1)
-- does: write
-- in:   hash:bytes form_version_id:u64 language:text body:bytes created_us:i64
INSERT IGNORE INTO form_rendering (hash, form_version_id, language, body,
       created_us)
VALUES (?, ?, ?, ?, ?);

-- name: forms_confirm_claim
-- for:  portal
-- law:  GDPR 7(1)
-- does: write
-- in:   used_us:i64 token_hash:bytes now_us:i64
UPDATE signup SET used_us = ?
 WHERE token_hash = ? AND used_us IS NULL AND expires_us > ?;

-- Each try counts once against every waiting sign-up of the address; one that
-- has more tries than allowed is out.  As many statements for a stranger.
-- name: forms_confirm_count_try
-- for:  portal
-- law:  GDPR 32
-- does: write
-- in:   mailbox_key:bytes most:u64
UPDATE signup SET tries = tries + 1
 WHERE mailbox_key = ? AND used_us IS NULL AND tries <= ?;

-- The waiting ones, then the filed ones, whose own row names nobody any more:
-- found by the contact, as long as it kept the address it was confirmed with.
-- name: forms_confirm_by_address
-- for:  portal
-- law:  GDPR 7(1)
-- does: read
-- in:   mailbox_key:bytes mailbox_key:bytes
-- out:  many token_hash:bytes code_hash:bytes tries:u64 used_us:i64?
(SELECT token_hash, code_hash, tries, used_us
   FROM signup
  WHERE mailbox_key = ?
  ORDER BY created_us DESC
  LIMIT 3)
UNION ALL
(SELECT s.token_hash, s.code_hash, s.tries, s.used_us
   FROM contact c
   JOIN consent_subject g ON g.contact_id = c.id
   JOIN signup s ON s.id = g.signup_id AND s.mailbox_key = ''
  WHERE c.email_key = ? AND s.used_us >= COALESCE((
        SELECT MAX(h.at_us)
          FROM contact_history h
         WHERE h.contact_id = c.id AND h.field = 'email'), 0)
  GROUP BY s.id
  ORDER BY s.id DESC
  LIMIT 3);

-- One sign-up, so nothing is sorted: that cost a fourth of it.  The caller
-- chooses among its contacts.
-- name: forms_signup_person
-- for:  portal
-- law:  GDPR 7(1)
-- does: read
-- in:   token_hash:bytes
-- out:  many id:u64 form_version_id:u64 rendering:bytes language:text mailbox:text mailbox_key:bytes given_name:text family_name:text phone:text? choices:text created_us:i64 expires_us:i64 used_us:i64? identity_id:u64? contact_id:u64? contact_identity_id:u64? contact_phone:text?
SELECT s.id, s.form_version_id, s.rendering, s.language, s.mailbox,
       s.mailbox_key, s.given_name, s.family_name, s.phone, s.choices,
       s.created_us, s.expires_us, s.used_us, i.id, c.id, c.identity_id,
       c.phone
  FROM signup s
  LEFT JOIN identity i ON i.mailbox_key = s.mailbox_key
  LEFT JOIN contact c ON c.email_key = s.mailbox_key
 WHERE s.token_hash = ?
 ORDER BY s.id
 LIMIT 1000;
