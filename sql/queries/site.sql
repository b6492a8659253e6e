-- SPDX-License-Identifier: EUPL-1.2

-- name: site_load
-- for:  portal office courier keeper owner
-- law:  GDPR 13(1)(a)
-- does: read
-- out:  one name:text legal_name:text address:text contact_email:text dpo_name:text dpo_email:text authority_name:text authority_url:text holidays:text cooling_off_minutes:u64 backup_days:u64 binlog_days:u64
SELECT name, legal_name, address, contact_email, dpo_name, dpo_email,
       authority_name, authority_url, holidays, cooling_off_minutes,
       backup_days, binlog_days
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
-- for:  portal
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
-- out:  many code:text basis:text months:u64 title:text wording:text
SELECT p.code, v.basis, v.retention_months, t.title, t.wording
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
