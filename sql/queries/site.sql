-- SPDX-License-Identifier: EUPL-1.2

-- name: site_load
-- for:  portal office courier keeper owner
-- law:  GDPR 13(1)(a)
-- does: read
-- out:  one name:text legal_name:text address:text contact_email:text dpo_name:text dpo_email:text authority_name:text authority_url:text holidays:text cooling_off_minutes:u64 backup_days:u64 binlog_days:u64 version:u64 export_rows:u64
SELECT name, legal_name, address, contact_email, dpo_name, dpo_email,
       authority_name, authority_url, holidays, cooling_off_minutes,
       backup_days, binlog_days, version, export_rows
  FROM site
 WHERE id = 1;

-- name: site_version
-- for:  portal office
-- law:  GDPR 13(1)(a)
-- does: read
-- out:  one version:u64
SELECT version
  FROM site
 WHERE id = 1;

-- name: site_forms
-- for:  portal
-- law:  GDPR 12(2)
-- does: read
-- out:  many code:text definition:text
SELECT f.code, v.definition
  FROM form f
  JOIN form_version v ON v.id = f.version_id
 WHERE f.state = 'published'
 ORDER BY f.id
 LIMIT 20;

-- name: site_notice
-- for:  portal office
-- law:  GDPR 13
-- does: read
-- in:   language:text
-- out:  one number:u64 created_us:i64 blocks:text
SELECT n.number, n.created_us, t.blocks
  FROM notice_version n
  JOIN notice_text t ON t.notice_version_id = n.id
 ORDER BY n.number DESC, (t.language = ?) DESC
 LIMIT 1;

-- name: site_purposes
-- for:  portal
-- law:  GDPR 13(1)(c)
-- does: read
-- in:   language:text
-- out:  many code:text basis:text months:u64 title:text wording:text interest:text has_soft_opt_in:bool
SELECT p.code, v.basis, v.retention_months, t.title, t.wording, t.interest,
       v.has_soft_opt_in
  FROM purpose p
  JOIN purpose_version v ON v.purpose_id = p.id
  JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
 WHERE NOT p.is_closed
   AND v.number = (SELECT MAX(o.number) FROM purpose_version o
                    WHERE o.purpose_id = p.id)
 ORDER BY p.id
 LIMIT 60;

-- name: site_journal_mark
-- for:  portal office courier keeper owner
-- law:  GDPR 17(1)
-- does: read
-- out:  one generation:bytes announced:u64
SELECT generation, announced
  FROM journal_mark
 WHERE id = 1;

-- name: site_journal_adopt
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   generation:bytes
UPDATE journal_mark SET generation = ?
 WHERE id = 1 AND announced = 0;

-- name: site_insert
-- for:  owner
-- law:  GDPR 13(1)(a)
-- does: write
-- in:   name:text legal_name:text address:text contact_email:text dpo_name:text dpo_email:text authority_name:text authority_url:text holidays:text cooling_off_minutes:u64 backup_days:u64 binlog_days:u64
INSERT INTO site (id, name, legal_name, address, contact_email, dpo_name,
       dpo_email, authority_name, authority_url, holidays,
       cooling_off_minutes, backup_days, binlog_days)
VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: site_purpose_insert
-- for:  office owner
-- law:  GDPR 5(1)(b)
-- does: write
-- in:   code:text
-- out:  one id:u64
INSERT INTO purpose (code) VALUES (?) RETURNING id;

-- name: site_purpose_version_insert
-- for:  owner
-- law:  GDPR 5(1)(b)
-- does: write
-- in:   purpose_id:u64 number:u64 basis:text is_commercial:bool number:u64 has_soft_opt_in:bool retention_months:u64 created_us:i64
-- out:  one id:u64
INSERT INTO purpose_version (purpose_id, number, basis, is_commercial,
       is_material, has_soft_opt_in, retention_months, created_us)
VALUES (?, ?, ?, ?, ? = 1, ?, ?, ?)
RETURNING id;

-- The version of a purpose that people are asked now, and whether somebody
-- has chosen under any of them.
-- name: site_purpose_now
-- for:  office owner
-- law:  GDPR 5(1)(b), 7(1)
-- does: read
-- in:   code:text
-- out:  many purpose_id:u64 id:u64 number:u64 basis:text is_commercial:bool has_soft_opt_in:bool retention_months:u64 is_closed:bool is_chosen:bool
SELECT p.id, v.id, v.number, v.basis, v.is_commercial, v.has_soft_opt_in,
       v.retention_months, p.is_closed,
       EXISTS (SELECT 1 FROM consent_event e
                 JOIN purpose_version w ON w.id = e.purpose_version_id
                WHERE w.purpose_id = p.id)
  FROM purpose p
  JOIN purpose_version v ON v.purpose_id = p.id
 WHERE p.code = ?
 ORDER BY v.number DESC
 LIMIT 1;

-- name: site_purpose_words
-- for:  office owner
-- law:  GDPR 7(2)
-- does: read
-- in:   purpose_version_id:u64
-- out:  many language:text title:text wording:text interest:text
SELECT language, title, wording, interest
  FROM purpose_text
 WHERE purpose_version_id = ?
 ORDER BY language
 LIMIT 20;

-- name: site_purpose_channels
-- for:  office owner
-- law:  GDPR 7(2)
-- does: read
-- in:   purpose_version_id:u64
-- out:  many channel:text is_given:bool
SELECT c.channel,
       EXISTS (SELECT 1 FROM consent_state s
                WHERE s.purpose_id = v.purpose_id AND s.channel = c.channel
                  AND s.state = 'given')
  FROM purpose_channel c
  JOIN purpose_version v ON v.id = c.purpose_version_id
 WHERE c.purpose_version_id = ?
 ORDER BY c.channel
 LIMIT 20;

-- name: site_purpose_text_insert
-- for:  office owner
-- law:  GDPR 7(2)
-- does: write
-- in:   purpose_version_id:u64 language:text title:text wording:text interest:text
INSERT INTO purpose_text (purpose_version_id, language, title, wording,
       interest)
VALUES (?, ?, ?, ?, ?);

-- name: site_purpose_channel_insert
-- for:  office owner
-- law:  GDPR 7(2)
-- does: write
-- in:   purpose_version_id:u64 channel:text
INSERT INTO purpose_channel (purpose_version_id, channel) VALUES (?, ?);

-- name: site_notice_insert
-- for:  owner
-- law:  GDPR 13
-- does: write
-- in:   number:u64 number:u64 created_us:i64
-- out:  one id:u64
INSERT INTO notice_version (number, is_material, created_us)
VALUES (?, ? = 1, ?)
RETURNING id;

-- name: site_notice_now
-- for:  owner
-- law:  GDPR 13
-- does: read
-- out:  many id:u64 number:u64
SELECT id, number
  FROM notice_version
 ORDER BY number DESC
 LIMIT 1;

-- name: site_notice_words
-- for:  owner
-- law:  GDPR 13
-- does: read
-- in:   notice_version_id:u64
-- out:  many language:text blocks:text
SELECT language, blocks
  FROM notice_text
 WHERE notice_version_id = ?
 ORDER BY language
 LIMIT 20;

-- name: site_notice_text_insert
-- for:  owner
-- law:  GDPR 13
-- does: write
-- in:   notice_version_id:u64 language:text blocks:text
INSERT INTO notice_text (notice_version_id, language, blocks)
VALUES (?, ?, ?);

-- name: site_form_insert
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   code:text
-- out:  one id:u64
INSERT INTO form (code, state) VALUES (?, 'draft') RETURNING id;

-- name: site_form_version_insert
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   form_id:u64 number:u64 notice_version_id:u64 definition:text created_us:i64
-- out:  one id:u64
INSERT INTO form_version (form_id, number, notice_version_id, definition,
       created_us)
VALUES (?, ?, ?, ?, ?)
RETURNING id;

-- name: site_form_now
-- for:  owner
-- law:  GDPR 7(1)
-- does: read
-- in:   code:text
-- out:  many form_id:u64 id:u64 number:u64 notice_version_id:u64 definition:text
SELECT f.id, v.id, v.number, v.notice_version_id, v.definition
  FROM form f
  JOIN form_version v ON v.form_id = f.id
 WHERE f.code = ?
 ORDER BY v.number DESC
 LIMIT 1;

-- name: site_form_origins
-- for:  owner
-- law:  GDPR 7(1)
-- does: read
-- in:   form_id:u64
-- out:  many origin:text
SELECT origin
  FROM form_origin
 WHERE form_id = ?
 ORDER BY origin
 LIMIT 50;

-- name: site_form_origin_delete
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   form_id:u64 origin:text
DELETE FROM form_origin
 WHERE form_id = ? AND origin = ?;

-- name: site_form_publish
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   version_id:u64 id:u64
UPDATE form SET state = 'published', version_id = ?
 WHERE id = ?;

-- name: site_form_origin_insert
-- for:  owner
-- law:  GDPR 7(1)
-- does: write
-- in:   form_id:u64 origin:text
INSERT INTO form_origin (form_id, origin) VALUES (?, ?);

-- name: site_rule_insert
-- for:  owner
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   category:text law:text start_event:text months:u64 action:text
INSERT INTO retention_rule (category, law, start_event, months, action)
VALUES (?, ?, ?, ?, ?);

-- name: site_team_insert
-- for:  owner
-- law:  GDPR 32(4)
-- does: write
-- in:   name:text
-- out:  one id:u64
INSERT INTO team (name) VALUES (?) RETURNING id;

-- Only over the version that was read: else somebody was quicker.
-- name: site_update
-- for:  office owner
-- law:  GDPR 13(1)(a)
-- does: write
-- in:   name:text legal_name:text address:text contact_email:text dpo_name:text dpo_email:text authority_name:text authority_url:text holidays:text cooling_off_minutes:u64 backup_days:u64 binlog_days:u64 version:u64
UPDATE site
   SET name = ?, legal_name = ?, address = ?, contact_email = ?,
       dpo_name = ?, dpo_email = ?, authority_name = ?, authority_url = ?,
       holidays = ?, cooling_off_minutes = ?, backup_days = ?,
       binlog_days = ?, version = version + 1
 WHERE id = 1 AND version = ?;

-- name: site_export_rows
-- for:  owner
-- law:  GDPR 25, 32
-- does: write
-- in:   export_rows:u64
UPDATE site
   SET export_rows = ?, version = version + 1
 WHERE id = 1;

-- What else the company declares has changed: the workers read it again.
-- name: site_touch
-- for:  office owner
-- law:  GDPR 13(1)(a)
-- does: write
UPDATE site SET version = version + 1
 WHERE id = 1;

-- name: site_team_find
-- for:  owner
-- law:  GDPR 32(4)
-- does: read
-- in:   name:text
-- out:  many id:u64
SELECT id
  FROM team
 WHERE name = ?
 ORDER BY id
 LIMIT 1;

-- name: site_rules
-- for:  office
-- law:  GDPR 5(1)(e)
-- does: read
-- out:  many category:text law:text start_event:text months:u64 action:text
SELECT category, law, start_event, months, action
  FROM retention_rule
 ORDER BY id
 LIMIT 60;

-- name: site_rule_now
-- for:  owner
-- law:  GDPR 5(1)(e)
-- does: read
-- in:   category:text
-- out:  many law:text start_event:text months:u64 action:text
SELECT law, start_event, months, action
  FROM retention_rule
 WHERE category = ?
 ORDER BY id
 LIMIT 1;

-- name: site_rule_update
-- for:  owner
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   law:text start_event:text months:u64 action:text category:text
UPDATE retention_rule
   SET law = ?, start_event = ?, months = ?, action = ?
 WHERE category = ?;
