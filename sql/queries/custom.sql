-- SPDX-License-Identifier: EUPL-1.2
-- Custom fields: their definitions, and the values that people's records have.

-- name: custom_fields
-- for:  portal office keeper owner
-- law:  GDPR 5(1)(b), 13(1)(c), 13(2)(a)
-- does: read
-- in:   language:text language:text
-- out:  many id:u64 code:text kind:text is_sensitive:bool is_editable:bool is_bounded:bool least:i64 most:i64 choices:text basis:text months:u64 state:text version:u64 to_empty:u64 emptied:u64 label:text? help:text? purposes:text?
SELECT f.id, f.code, f.kind, f.is_sensitive, f.is_editable, f.is_bounded,
       f.least, f.most, f.choices, f.basis, f.retention_months, f.state,
       f.version, f.to_empty, f.emptied, t.label, t.help,
       (SELECT GROUP_CONCAT(w.title ORDER BY w.title SEPARATOR ', ')
          FROM custom_purpose u
          JOIN purpose_version v ON v.purpose_id = u.purpose_id
               AND v.number = (SELECT MAX(o.number) FROM purpose_version o
                                WHERE o.purpose_id = u.purpose_id)
          JOIN purpose_text w ON w.purpose_version_id = v.id
               AND w.language = ?
         WHERE u.field_id = f.id)
  FROM custom_field f
  LEFT JOIN custom_text t ON t.field_id = f.id AND t.language = ?
 ORDER BY f.id
 LIMIT 200;

-- name: custom_values
-- for:  portal office keeper owner
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many field_id:u64 value_text:text? value_number:i64 value_day:day? sealed:bytes? at_us:i64
SELECT field_id, value_text, value_number, value_day, sealed, at_us
  FROM custom_value
 WHERE contact_id = ?
 ORDER BY field_id
 LIMIT 200;

-- A field that was closed in the same moment takes nothing more.
-- name: custom_put
-- for:  portal office keeper owner
-- law:  GDPR 5(1)(c), 5(1)(d)
-- does: write
-- in:   contact_id:u64 value_text:text? value_number:i64 value_day:day? sealed:bytes? at_us:i64 field_id:u64
INSERT INTO custom_value (contact_id, field_id, value_text, value_number,
       value_day, sealed, at_us)
SELECT ?, f.id, ?, ?, ?, ?, ?
  FROM custom_field f
 WHERE f.id = ? AND f.state = 'open'
    ON DUPLICATE KEY UPDATE value_text = VALUES(value_text),
       value_number = VALUES(value_number), value_day = VALUES(value_day),
       sealed = VALUES(sealed), at_us = VALUES(at_us);

-- name: custom_clear
-- for:  portal office keeper owner
-- law:  GDPR 5(1)(c), 16
-- does: write
-- in:   contact_id:u64 field_id:u64
DELETE FROM custom_value
 WHERE contact_id = ? AND field_id = ?;

-- name: custom_texts
-- for:  office
-- law:  GDPR 12(1)
-- does: read
-- in:   field_id:u64
-- out:  many language:text label:text help:text
SELECT language, label, help
  FROM custom_text
 WHERE field_id = ?
 ORDER BY language
 LIMIT 10;

-- name: custom_purposes
-- for:  office owner
-- law:  GDPR 5(1)(b)
-- does: read
-- in:   field_id:u64 language:text
-- out:  many id:u64 code:text title:text? is_held:bool
SELECT p.id, p.code, t.title, u.field_id IS NOT NULL
  FROM purpose p
  LEFT JOIN custom_purpose u ON u.purpose_id = p.id AND u.field_id = ?
  LEFT JOIN purpose_version v ON v.purpose_id = p.id
       AND v.number = (SELECT MAX(o.number) FROM purpose_version o
                        WHERE o.purpose_id = p.id)
  LEFT JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
 WHERE NOT p.is_closed OR u.field_id IS NOT NULL
 ORDER BY p.id
 LIMIT 40;

-- name: custom_held
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   field_id:u64 most:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM (SELECT id FROM custom_value WHERE field_id = ? LIMIT ?) held;

-- name: custom_insert
-- for:  office owner
-- law:  GDPR 5(1)(b), 25
-- does: write
-- in:   code:text kind:text is_sensitive:bool is_editable:bool is_bounded:bool least:i64 most:i64 choices:text basis:text months:u64 created_us:i64
-- out:  new id:u64
INSERT INTO custom_field (code, kind, is_sensitive, is_editable, is_bounded,
       least, most, choices, basis, retention_months, created_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: custom_change
-- for:  office
-- law:  GDPR 5(1)(b), 25
-- does: write
-- in:   is_editable:bool is_bounded:bool least:i64 most:i64 choices:text basis:text months:u64 id:u64 version:u64
UPDATE custom_field
   SET is_editable = ?, is_bounded = ?, least = ?, most = ?, choices = ?,
       basis = ?, retention_months = ?, version = version + 1
 WHERE id = ? AND version = ? AND state IN ('open', 'closed');

-- name: custom_text_put
-- for:  office owner
-- law:  GDPR 12(1)
-- does: write
-- each: field_id:u64 language:text label:text help:text
INSERT INTO custom_text (field_id, language, label, help)
VALUES {(?, ?, ?, ?)}
    ON DUPLICATE KEY UPDATE label = VALUES(label), help = VALUES(help);

-- name: custom_purpose_drop
-- for:  office
-- law:  GDPR 5(1)(b)
-- does: write
-- in:   field_id:u64
DELETE FROM custom_purpose
 WHERE field_id = ?;

-- name: custom_purpose_insert
-- for:  office owner
-- law:  GDPR 5(1)(b)
-- does: write
-- each: field_id:u64 purpose_id:u64
INSERT INTO custom_purpose (field_id, purpose_id) VALUES {(?, ?)};

-- name: custom_close
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   ended_us:i64 id:u64
UPDATE custom_field
   SET state = 'closed', ended_us = ?, version = version + 1
 WHERE id = ? AND state = 'open';

-- name: custom_reopen
-- for:  office
-- law:  GDPR 5(1)(b)
-- does: write
-- in:   id:u64
UPDATE custom_field
   SET state = 'open', ended_us = NULL, version = version + 1
 WHERE id = ? AND state = 'closed';

-- name: custom_remove
-- for:  office
-- law:  GDPR 5(1)(c), 5(1)(e)
-- does: write
-- in:   ended_us:i64 id:u64
UPDATE custom_field
   SET state = 'emptying', ended_us = ?, to_empty = 0, emptied = 0,
       version = version + 1
 WHERE id = ? AND state = 'closed';

-- name: custom_to_empty
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   id:u64 id:u64
UPDATE custom_field
   SET to_empty = (SELECT COUNT(*) FROM custom_value WHERE field_id = ?)
 WHERE id = ? AND to_empty = 0;

-- name: custom_emptied
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   gone:u64 id:u64
UPDATE custom_field SET emptied = emptied + ?
 WHERE id = ? AND state = 'emptying';

-- name: custom_removed
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   ended_us:i64 id:u64 id:u64
UPDATE custom_field
   SET state = 'removed', ended_us = ?, version = version + 1
 WHERE id = ? AND state = 'emptying'
   AND NOT EXISTS (SELECT 1 FROM custom_value WHERE field_id = ?);

-- Values of a field, the oldest first.  Whose use is restricted is kept (GDPR
-- 18): retention pauses for them.
-- name: custom_due
-- for:  keeper
-- law:  GDPR 5(1)(e), 18(1)
-- does: read
-- in:   field_id:u64 after_us:i64 after_us:i64 after_id:u64 before_us:i64 most:u64
-- out:  many id:u64 contact_id:u64 at_us:i64
SELECT v.id, v.contact_id, v.at_us
  FROM custom_value v FORCE INDEX (by_at)
  JOIN contact c ON c.id = v.contact_id
 WHERE v.field_id = ? AND (v.at_us > ? OR (v.at_us = ? AND v.id > ?))
   AND v.at_us < ? AND c.restricted_us IS NULL
 ORDER BY v.at_us, v.id
 LIMIT ?;

-- name: custom_destroy
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   field_id:u64
-- each: contact_id:u64
DELETE FROM custom_value
 WHERE field_id = ? AND contact_id IN ({?});

-- What it held before goes too.
-- name: custom_destroy_history
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   field:text
-- each: contact_id:u64
DELETE FROM contact_history
 WHERE field = ? AND contact_id IN ({?});

-- name: custom_destroy_provenance
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   field:text
-- each: contact_id:u64
DELETE FROM contact_provenance
 WHERE field = ? AND contact_id IN ({?});

-- name: custom_touch
-- for:  keeper
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   updated_us:i64
-- each: contact_id:u64
UPDATE contact SET version = version + 1, updated_us = ?
 WHERE restricted_us IS NULL AND id IN ({?});
