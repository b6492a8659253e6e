-- SPDX-License-Identifier: EUPL-1.2
-- Anonymous figures (X39): rows are read in the order of their ids, once, and
-- leave a number behind.

-- name: statistics_marks
-- for:  keeper
-- law:  GDPR 24
-- does: read
-- out:  many name:text through_id:u64
SELECT name, through_id
  FROM statistic_mark
 ORDER BY name
 LIMIT 20;

-- name: statistics_mark
-- for:  keeper
-- law:  GDPR 24
-- does: write
-- in:   name:text through_id:u64
INSERT INTO statistic_mark (name, through_id)
VALUES (?, ?)
    ON DUPLICATE KEY UPDATE through_id = VALUES(through_id);

-- name: statistics_add
-- for:  keeper
-- law:  GDPR 24
-- does: write
-- each: name:text kind:text month:u64 n:u64
INSERT INTO statistic_month (name, kind, month, n)
VALUES {(?, ?, ?, ?)}
    ON DUPLICATE KEY UPDATE n = n + VALUES(n);

-- name: statistics_uncounted
-- for:  keeper
-- law:  GDPR 24
-- does: read
-- in:   consents:u64 most:u64 contacts:u64 most:u64 requests:u64 most:u64 erasures:u64 most:u64
-- out:  many name:text id:u64 kind:text at_us:i64
(SELECT 'consents' AS name, id, kind, at_us
   FROM consent_event
  WHERE id > ?
    AND id <= (SELECT consent_through FROM log_state WHERE id = 1)
  ORDER BY id LIMIT ?)
UNION ALL
(SELECT 'contacts', id, SUBSTRING_INDEX(source, ':', 1), created_us
   FROM contact
  WHERE id > ?
  ORDER BY id LIMIT ?)
UNION ALL
(SELECT 'requests', id, kind, received_us
   FROM rights_request
  WHERE id > ?
  ORDER BY id LIMIT ?)
UNION ALL
(SELECT 'erasures', id, 'done', issued_us
   FROM receipt
  WHERE id > ?
  ORDER BY id LIMIT ?)
ORDER BY name, id
LIMIT 4000;

-- name: statistics_stock
-- for:  keeper
-- law:  GDPR 5(1)(e), 24
-- does: read
-- in:   year_us:i64 year_us:i64 two_us:i64 two_us:i64 three_us:i64 three_us:i64 after:u64 most:u64
-- out:  one last:u64? n:u64 customers:u64? restricted:u64? years_0:u64? years_1:u64? years_2:u64? years_3:u64?
SELECT MAX(id), COUNT(*), CAST(SUM(kind = 'customer') AS UNSIGNED),
       CAST(SUM(restricted_us IS NOT NULL) AS UNSIGNED),
       CAST(SUM(last_person_us >= ?) AS UNSIGNED),
       CAST(SUM(last_person_us < ? AND last_person_us >= ?) AS UNSIGNED),
       CAST(SUM(last_person_us < ? AND last_person_us >= ?) AS UNSIGNED),
       CAST(SUM(last_person_us < ?) AS UNSIGNED)
  FROM (SELECT id, kind, restricted_us, last_person_us
          FROM contact
         WHERE id > ?
         ORDER BY id
         LIMIT ?) c;

-- A consent ends with the period that its wording told (TL6).
-- name: statistics_ending
-- for:  keeper
-- law:  GDPR 7(1), 13(2)(a)
-- does: read
-- in:   before_us:i64 after:u64 last:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM consent_state s
  JOIN purpose_version v ON v.id = s.purpose_version_id
 WHERE TIMESTAMPADD(MONTH, v.retention_months,
           FROM_UNIXTIME(s.at_us DIV 1000000)) <
       FROM_UNIXTIME(? DIV 1000000)
   AND s.state = 'given' AND NOT s.is_held AND s.contact_id > ? AND s.contact_id <= ?;

-- name: statistics_counted
-- for:  keeper
-- law:  GDPR 24
-- does: read
-- out:  one counted_us:i64?
SELECT MIN(counted_us)
  FROM statistic_today;

-- name: statistics_today_put
-- for:  keeper
-- law:  GDPR 24
-- does: write
-- each: name:text n:u64 counted_us:i64
INSERT INTO statistic_today (name, n, counted_us)
VALUES {(?, ?, ?)}
    ON DUPLICATE KEY UPDATE n = VALUES(n), counted_us = VALUES(counted_us);

-- name: statistics_months
-- for:  office
-- law:  GDPR 24
-- does: read
-- in:   since:u64
-- out:  many name:text kind:text month:u64 n:u64
SELECT name, kind, month, n
  FROM statistic_month
 WHERE month >= ?
 ORDER BY name, month, kind
 LIMIT 1000;

-- name: statistics_today
-- for:  office
-- law:  GDPR 24
-- does: read
-- out:  many name:text n:u64 counted_us:i64
SELECT name, n, counted_us
  FROM statistic_today
 ORDER BY name
 LIMIT 20;
