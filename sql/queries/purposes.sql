-- SPDX-License-Identifier: EUPL-1.2
-- What data is used for: purposes, their versions, and the forms that ask.

-- name: purposes_list
-- for:  office
-- law:  GDPR 5(1)(b), 13(1)(c)
-- does: read
-- in:   language:text id:u64?
-- out:  many id:u64 code:text is_closed:bool material_id:u64 version_id:u64 number:u64 basis:text is_commercial:bool has_soft_opt_in:bool months:u64 created_us:i64 title:text? channels:text?
SELECT p.id, p.code, p.is_closed, p.material_id, v.id, v.number, v.basis,
       v.is_commercial, v.has_soft_opt_in, v.retention_months, v.created_us,
       t.title,
       (SELECT GROUP_CONCAT(c.channel ORDER BY c.channel SEPARATOR ' ')
          FROM purpose_channel c
         WHERE c.purpose_version_id = v.id)
  FROM purpose p
  JOIN purpose_version v ON v.purpose_id = p.id
  LEFT JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
 WHERE v.number = (SELECT MAX(o.number) FROM purpose_version o
                    WHERE o.purpose_id = p.id)
   [AND p.id = ?]
 ORDER BY p.is_closed, p.id
 LIMIT 200;

-- name: purposes_versions
-- for:  office
-- law:  GDPR 5(2), 7(1)
-- does: read
-- in:   language:text purpose_id:u64
-- out:  many number:u64 is_material:bool created_us:i64 title:text? wording:text?
SELECT v.number, v.is_material, v.created_us, t.title, t.wording
  FROM purpose_version v
  LEFT JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
 WHERE v.purpose_id = ?
 ORDER BY v.number DESC
 LIMIT 100;

-- Other open purposes of this title: people could not tell them apart.
-- name: purposes_namesakes
-- for:  office
-- law:  GDPR 7(2)
-- does: read
-- in:   language:text title:text but_id:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM purpose p
  JOIN purpose_version v ON v.purpose_id = p.id
       AND v.number = (SELECT MAX(o.number) FROM purpose_version o
                        WHERE o.purpose_id = p.id)
  JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
 WHERE NOT p.is_closed AND t.title = ? AND p.id <> ?;

-- name: purposes_open
-- for:  office
-- law:  GDPR 7(3)
-- does: read
-- out:  one n:u64
SELECT COUNT(*)
  FROM purpose
 WHERE NOT is_closed;

-- Whose yes by this channel counts now: as consent_is_usable().
-- name: purposes_touched
-- for:  office
-- law:  GDPR 7(1)
-- does: read
-- in:   purpose_id:u64 channel:text material_id:u64 most:u64 examined:u64
-- out:  many contact_id:u64
SELECT contact_id
  FROM consent_state
 WHERE purpose_id = ? AND channel = ? AND state = 'given'
   AND NOT is_held AND purpose_version_id >= ?
 ORDER BY contact_id
 LIMIT ? ROWS EXAMINED ?;

-- name: purposes_version_insert
-- for:  office
-- law:  GDPR 5(1)(b), 7(1)
-- does: write
-- in:   purpose_id:u64 number:u64 basis:text is_commercial:bool is_material:bool has_soft_opt_in:bool retention_months:u64 created_us:i64
-- out:  new id:u64
INSERT INTO purpose_version (purpose_id, number, basis, is_commercial,
       is_material, has_soft_opt_in, retention_months, created_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?);

-- Whoever said yes to an earlier version is asked again.
-- name: purposes_material
-- for:  office
-- law:  GDPR 4(11), 7(1)
-- does: write
-- in:   material_id:u64 id:u64
UPDATE purpose SET material_id = ?
 WHERE id = ?;

-- name: purposes_close
-- for:  office
-- law:  GDPR 5(1)(b)
-- does: write
-- in:   id:u64
UPDATE purpose SET is_closed = TRUE
 WHERE id = ? AND NOT is_closed;

-- name: purposes_forms
-- for:  office
-- law:  GDPR 7(1)
-- does: read
-- in:   after:u64
-- out:  many id:u64 code:text state:text newest:u64 definition:text
SELECT f.id, f.code, f.state,
       (SELECT MAX(n.number) FROM form_version n WHERE n.form_id = f.id),
       v.definition
  FROM form f
  JOIN form_version v ON v.id = f.version_id
 WHERE f.id > ?
 ORDER BY f.id
 LIMIT 100;

-- name: purposes_version_ids
-- for:  office
-- law:  GDPR 7(1)
-- does: read
-- in:   purpose_id:u64
-- out:  many id:u64
SELECT id
  FROM purpose_version
 WHERE purpose_id = ?
 ORDER BY id
 LIMIT 1000;

-- name: purposes_form_insert
-- for:  office
-- law:  GDPR 7(1)
-- does: write
-- in:   form_id:u64 number:u64 notice_version_id:u64 definition:text created_us:i64
-- out:  new id:u64
INSERT INTO form_version (form_id, number, notice_version_id, definition,
       created_us)
VALUES (?, ?, ?, ?, ?);

-- name: purposes_form_point
-- for:  office
-- law:  GDPR 7(1)
-- does: write
-- in:   version_id:u64 id:u64
UPDATE form SET version_id = ?
 WHERE id = ?;
