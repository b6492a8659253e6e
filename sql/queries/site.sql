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
