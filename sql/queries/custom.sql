-- SPDX-License-Identifier: EUPL-1.2
-- Custom fields: their definitions, and the values that people's records have.

-- name: custom_fields
-- for:  portal office keeper owner
-- law:  GDPR 5(1)(b), 13(1)(c), 13(2)(a)
-- does: read
-- in:   language:text language:text
-- out:  many id:u64 code:text kind:text is_sensitive:bool is_editable:bool is_bounded:bool least:i64 most:i64 choices:text basis:text months:u64 state:text version:u64 to_empty:u64 emptied:u64 created_us:i64 label:text? help:text? purposes:text?
SELECT f.id, f.code, f.kind, f.is_sensitive, f.is_editable, f.is_bounded,
       f.least, f.most, f.choices, f.basis, f.retention_months, f.state,
       f.version, f.to_empty, f.emptied, f.created_us, t.label, t.help,
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

-- Of many records at once; custom_lock has said that the fields take them.
-- name: custom_put_each
-- for:  keeper owner
-- law:  GDPR 5(1)(c), 5(1)(d)
-- does: write
-- each: contact_id:u64 field_id:u64 value_text:text? value_number:i64 value_day:day? sealed:bytes? at_us:i64
INSERT INTO custom_value (contact_id, field_id, value_text, value_number,
       value_day, sealed, at_us)
VALUES {(?, ?, ?, ?, ?, ?, ?)}
    ON DUPLICATE KEY UPDATE value_text = VALUES(value_text),
       value_number = VALUES(value_number), value_day = VALUES(value_day),
       sealed = VALUES(sealed), at_us = VALUES(at_us);

-- name: custom_lock
-- for:  keeper owner
-- law:  GDPR 5(1)(c)
-- does: write
-- out:  many id:u64 state:text version:u64
SELECT id, state, version
  FROM custom_field
 ORDER BY id
 LIMIT 200
  LOCK IN SHARE MODE;

-- name: custom_values_each
-- for:  keeper owner
-- law:  GDPR 5(1)(d)
-- does: read
-- each: contact_id:u64
-- out:  many contact_id:u64 field_id:u64 value_text:text? value_number:i64 value_day:day? sealed:bytes? at_us:i64
SELECT contact_id, field_id, value_text, value_number, value_day, sealed,
       at_us
  FROM custom_value
 WHERE contact_id IN ({?})
 ORDER BY contact_id, field_id
 LIMIT 20000;

-- name: custom_held_each
-- for:  keeper owner
-- law:  GDPR 14(1)(d)
-- does: read
-- each: contact_id:u64
-- out:  many contact_id:u64 field_id:u64
SELECT contact_id, field_id
  FROM custom_value
 WHERE contact_id IN ({?})
 ORDER BY contact_id, field_id
 LIMIT 20000;

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

-- name: custom_use
-- for:  office
-- law:  GDPR 5(1)(c), 25
-- does: read
-- out:  many field:text filled:u64 filled_us:i64 read_us:i64 since_us:i64
SELECT field, filled, filled_us, read_us, since_us
  FROM field_use
 ORDER BY field
 LIMIT 300;

-- name: custom_use_mark
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- out:  one history_id:u64 line_id:u64 contacts:u64 counted_us:i64
SELECT history_id, line_id, contacts, counted_us
  FROM field_use_mark
 WHERE id = 1;

-- name: custom_use_contacts
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   after:u64 most:u64
-- out:  one last_id:u64 contacts:u64 since_us:i64 given_name:u64 family_name:u64 email:u64 phone:u64 street:u64 postcode:u64 city:u64 country:u64 given_name_us:i64 family_name_us:i64 email_us:i64 phone_us:i64 street_us:i64 postcode_us:i64 city_us:i64 country_us:i64
SELECT COALESCE(MAX(w.id), 0), COUNT(*), COALESCE(MIN(w.created_us), 0),
       COUNT(NULLIF(w.given_name, '')), COUNT(NULLIF(w.family_name, '')),
       COUNT(w.email), COUNT(w.phone), COUNT(NULLIF(w.street, '')),
       COUNT(NULLIF(w.postcode, '')), COUNT(NULLIF(w.city, '')),
       COUNT(NULLIF(w.country, '')),
       COALESCE(MAX(IF(w.given_name <> '', w.collected_us, 0)), 0),
       COALESCE(MAX(IF(w.family_name <> '', w.collected_us, 0)), 0),
       COALESCE(MAX(IF(w.email IS NOT NULL, w.collected_us, 0)), 0),
       COALESCE(MAX(IF(w.phone IS NOT NULL, w.collected_us, 0)), 0),
       COALESCE(MAX(IF(w.street <> '', w.collected_us, 0)), 0),
       COALESCE(MAX(IF(w.postcode <> '', w.collected_us, 0)), 0),
       COALESCE(MAX(IF(w.city <> '', w.collected_us, 0)), 0),
       COALESCE(MAX(IF(w.country <> '', w.collected_us, 0)), 0)
  FROM (SELECT id, created_us, collected_us, given_name, family_name, email,
               phone, street, postcode, city, country
          FROM contact
         WHERE id > ?
         ORDER BY id
         LIMIT ?) w;

-- name: custom_use_values
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   after:u64 until:u64
-- out:  many field_id:u64 filled:u64 filled_us:i64
SELECT field_id, COUNT(*), MAX(at_us)
  FROM custom_value
 WHERE contact_id > ? AND contact_id <= ?
 GROUP BY field_id
 ORDER BY field_id
 LIMIT 200;

-- What was emptied counts too: somebody cared for the field.
-- name: custom_use_history
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 field:text by_kind:text at_us:i64
SELECT id, field, by_kind, at_us
  FROM contact_history
 WHERE id > ?
 ORDER BY id
 LIMIT ?;

-- A record that is opened shows all it has; a list the first few; an export
-- the columns that were chosen.
-- name: custom_use_looks
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   after:u64 before_us:i64 most:u64
-- out:  many id:u64 kind:text at_us:i64 columns:text? has_given_name:bool has_family_name:bool has_email:bool has_phone:bool has_street:bool has_postcode:bool has_city:bool has_country:bool
SELECT l.id, l.kind, l.at_us, e.columns,
       COALESCE(c.given_name <> '', FALSE),
       COALESCE(c.family_name <> '', FALSE), c.email IS NOT NULL,
       c.phone IS NOT NULL, COALESCE(c.street <> '', FALSE),
       COALESCE(c.postcode <> '', FALSE), COALESCE(c.city <> '', FALSE),
       COALESCE(c.country <> '', FALSE)
  FROM access_line l
  LEFT JOIN staff_export e ON e.line_id = l.id
  LEFT JOIN access_subject s ON s.line_id = l.id AND l.kind = 'record'
  LEFT JOIN contact c ON c.id = s.contact_id
 WHERE l.id > ? AND l.at_us < ?
 ORDER BY l.id
 LIMIT ?;

-- name: custom_use_opened
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   after:u64 until:u64
-- out:  many field_id:u64 read_us:i64
SELECT v.field_id, MAX(l.at_us)
  FROM access_line l
  JOIN access_subject s ON s.line_id = l.id
  JOIN custom_value v ON v.contact_id = s.contact_id
 WHERE l.id > ? AND l.id <= ? AND l.kind = 'record'
 GROUP BY v.field_id
 ORDER BY v.field_id
 LIMIT 200;

-- name: custom_use_put
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- each: field:text filled:u64 filled_us:i64 read_us:i64 since_us:i64
INSERT INTO field_use (field, filled, filled_us, read_us, since_us)
VALUES {(?, ?, ?, ?, ?)}
    ON DUPLICATE KEY UPDATE filled = VALUES(filled),
       filled_us = GREATEST(filled_us, VALUES(filled_us)),
       read_us = GREATEST(read_us, VALUES(read_us)),
       since_us = VALUES(since_us);

-- name: custom_use_marked
-- for:  keeper
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   history_id:u64 line_id:u64 contacts:u64 counted_us:i64
INSERT INTO field_use_mark (id, history_id, line_id, contacts, counted_us)
VALUES (1, ?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE history_id = VALUES(history_id),
       line_id = VALUES(line_id), contacts = VALUES(contacts),
       counted_us = VALUES(counted_us);
