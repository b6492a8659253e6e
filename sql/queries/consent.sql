-- SPDX-License-Identifier: EUPL-1.2

-- name: consent_state_put
-- for:  portal office keeper owner
-- law:  GDPR 7(1)
-- does: write
-- each: contact_id:u64 purpose_id:u64 channel:text state:text purpose_version_id:u64 event_id:u64 at_us:i64 is_held:bool
INSERT INTO consent_state (contact_id, purpose_id, channel, state,
       purpose_version_id, event_id, at_us, is_told, is_held)
VALUES {(?, ?, ?, ?, ?, ?, ?, FALSE, ?)}
    ON DUPLICATE KEY UPDATE state = VALUES(state),
       purpose_version_id = VALUES(purpose_version_id),
       event_id = VALUES(event_id), at_us = VALUES(at_us),
       is_told = FALSE, is_held = VALUES(is_held);

-- name: consent_untold
-- for:  keeper
-- law:  GDPR 7(1)
-- does: read
-- in:   after:u64 quiet_since_us:i64 most:u64
-- out:  many contact_id:u64 email:text? language:text given_name:text epoch:u64?
SELECT c.id, c.email, c.language, c.given_name, i.epoch
  FROM contact c
  LEFT JOIN identity i ON i.id = c.identity_id
 WHERE c.id IN (SELECT s.contact_id
                  FROM consent_state s
                  JOIN consent_event e ON e.id = s.event_id
                 WHERE s.is_told = FALSE AND s.contact_id > ?
                 GROUP BY s.contact_id
                HAVING MAX(s.at_us) <= ? OR SUM(e.how = 'double_opt_in') > 0)
 ORDER BY c.id
 LIMIT ?;

-- name: consent_untold_choices
-- for:  keeper
-- law:  GDPR 7(1)
-- does: read
-- in:   language:text contact_id:u64
-- out:  many code:text title:text? channel:text state:text at_us:i64 is_held:bool how:text?
SELECT p.code, t.title, s.channel, s.state, s.at_us, s.is_held, e.how
  FROM consent_state s
  JOIN purpose p ON p.id = s.purpose_id
  LEFT JOIN consent_event e ON e.id = s.event_id
  LEFT JOIN purpose_text t ON t.purpose_version_id = s.purpose_version_id
       AND t.language = ?
 WHERE s.contact_id = ? AND s.is_told = FALSE
 ORDER BY s.at_us DESC, s.purpose_id, s.channel
 LIMIT 100;

-- name: consent_told
-- for:  keeper
-- law:  GDPR 7(1)
-- does: write
-- in:   contact_id:u64 until_us:i64
UPDATE consent_state SET is_told = TRUE
 WHERE contact_id = ? AND is_told = FALSE AND at_us <= ?;

-- name: consent_file_asked
-- for:  keeper owner
-- law:  GDPR 7(1)
-- does: write
-- in:   contact_id:u64
UPDATE consent_subject g
  STRAIGHT_JOIN signup s ON s.id = g.signup_id AND s.mailbox_key <> ''
  STRAIGHT_JOIN consent_subject a ON a.signup_id = g.signup_id
       AND a.contact_id IS NULL
   SET a.contact_id = g.contact_id
 WHERE g.contact_id = ?;

-- name: consent_file_signups
-- for:  keeper owner
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   keep_us:i64 contact_id:u64
UPDATE consent_subject g
  STRAIGHT_JOIN signup s ON s.id = g.signup_id AND s.mailbox_key <> ''
   SET s.mailbox = '', s.mailbox_key = '', s.given_name = '',
       s.family_name = '', s.phone = NULL, s.choices = '[]',
       s.expires_us = s.expires_us + ?
 WHERE g.contact_id = ?;

-- sold_us: of a sale that counts for the channel; noted_sold_us: of one that
-- was noted, though it may be over.
-- name: consent_choices
-- for:  portal office keeper
-- law:  GDPR 7(1)
-- does: read
-- in:   language:text last_language:text now_us:i64 contact_id:u64
-- out:  many purpose_id:u64 code:text version_id:u64 basis:text channel:text title:text wording:text state:text? at_us:i64? last_wording:text? last_number:u64? how:text? notice_number:u64? form_code:text? form_number:u64? is_held:bool said_id:u64? material_id:u64 number:u64 version_us:i64 interest:text has_soft_opt_in:bool sold_us:i64? noted_sold_us:i64? is_commercial:bool is_customer:bool is_business:bool country:text is_restricted:bool is_quarantined:bool
SELECT p.id, p.code, v.id, v.basis, pc.channel, t.title, t.wording, s.state,
       s.at_us, lt.wording, lv.number, e.how, n.number, f.code, fv.number,
       COALESCE(s.is_held, FALSE), s.purpose_version_id, p.material_id,
       v.number, v.created_us, t.interest, v.has_soft_opt_in, o.sold_us,
       (SELECT r.sold_us FROM consent_soft_opt_in r
         WHERE r.contact_id = c.id AND r.purpose_id = p.id
           AND r.is_similar_product AND r.was_objection_offered
           AND r.is_address_from_sale), v.is_commercial, c.kind = 'customer', c.is_business, c.country,
       c.restricted_us IS NOT NULL, c.quarantined_us IS NOT NULL
  FROM contact c
  JOIN purpose p
  JOIN purpose_version v ON v.purpose_id = p.id
  JOIN purpose_channel pc ON pc.purpose_version_id = v.id
  JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
  LEFT JOIN consent_state s ON s.contact_id = c.id AND s.purpose_id = p.id
       AND s.channel = pc.channel
  LEFT JOIN consent_event e ON e.id = s.event_id
  LEFT JOIN purpose_version lv ON lv.id = s.purpose_version_id
  LEFT JOIN purpose_text lt ON lt.purpose_version_id = s.purpose_version_id
       AND lt.language = COALESCE(e.language, ?)
  LEFT JOIN notice_version n ON n.id = e.notice_version_id
  LEFT JOIN form_version fv ON fv.id = e.form_version_id
  LEFT JOIN form f ON f.id = fv.form_id
  LEFT JOIN consent_soft_opt_in o ON o.contact_id = c.id
       AND o.purpose_id = p.id AND o.is_similar_product
       AND o.was_objection_offered AND o.is_address_from_sale
       AND pc.channel IN ('email', 'sms')
       AND IF(pc.channel = 'email', o.email_hash, o.phone_hash) IS NOT NULL
       AND (SELECT h.id FROM contact_history h
             WHERE h.contact_id = o.contact_id
               AND h.field = IF(pc.channel = 'email', 'email', 'phone')
               AND h.at_us > o.noted_us LIMIT 1) IS NULL
       AND (SELECT x.id FROM suppression x
             WHERE x.identifier_hash = IF(pc.channel = 'email',
                   o.email_hash, o.phone_hash)
               AND x.superseded_us IS NULL AND x.until_us > ?
               AND (x.purpose_id = 0 OR (x.purpose_id = o.purpose_id
                    AND x.channel = pc.channel)) LIMIT 1) IS NULL
 WHERE c.id = ?
   AND NOT p.is_closed AND v.basis IN ('consent', 'legitimate_interest')
   AND v.number = (SELECT MAX(o.number) FROM purpose_version o
                    WHERE o.purpose_id = p.id)
 ORDER BY p.id, pc.channel
 LIMIT 200;

-- name: consent_offers
-- for:  portal
-- law:  GDPR 7(3)
-- does: read
-- in:   language:text
-- out:  many purpose_id:u64 code:text version_id:u64 basis:text channel:text title:text wording:text material_id:u64 interest:text has_soft_opt_in:bool
SELECT p.id, p.code, v.id, v.basis, pc.channel, t.title, t.wording,
       p.material_id, t.interest, v.has_soft_opt_in
  FROM purpose p
  JOIN purpose_version v ON v.purpose_id = p.id
  JOIN purpose_channel pc ON pc.purpose_version_id = v.id
  JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
 WHERE NOT p.is_closed AND v.basis IN ('consent', 'legitimate_interest')
   AND v.number = (SELECT MAX(o.number) FROM purpose_version o
                    WHERE o.purpose_id = p.id)
 ORDER BY p.id, pc.channel
 LIMIT 200;

-- What every version, also an old one, was called.
-- name: consent_titles
-- for:  portal
-- law:  GDPR 7(1)
-- does: read
-- in:   language:text
-- out:  many purpose_version_id:u64 title:text
SELECT purpose_version_id, title
  FROM purpose_text
 WHERE language = ?
 ORDER BY purpose_version_id DESC
 LIMIT 10000;

-- The "sale" lines say that there may be soft opt-ins (consent_sold).  The
-- "person" line says in the place of the state what they are, in that of the
-- channel what keeps them from all use.
-- name: consent_lines
-- for:  portal
-- law:  GDPR 7(1)
-- does: read
-- in:   contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64
-- out:  many what:text id:u64 channel:text state:text at_us:i64 purpose_version_id:u64 language:text? how:text? notice_version_id:u64? form_version_id:u64? is_held:bool evidence_id:u64?
(SELECT STRAIGHT_JOIN 'state', s.purpose_id, s.channel, s.state, s.at_us,
        s.purpose_version_id, e.language, e.how, e.notice_version_id,
        e.form_version_id, s.is_held, NULL
   FROM consent_state s
   LEFT JOIN consent_event e ON e.id = s.event_id
  WHERE s.contact_id = ?
  ORDER BY s.purpose_id, s.channel
  LIMIT 1000)
UNION ALL
(SELECT STRAIGHT_JOIN 'event', e.id, e.channel, e.kind, e.at_us,
        e.purpose_version_id, NULL, e.how, NULL, NULL, FALSE, e.evidence_id
   FROM consent_subject cs
   JOIN consent_event e ON e.id = cs.event_id
  WHERE cs.contact_id = ?
  ORDER BY cs.event_id DESC
  LIMIT 50)
UNION ALL
(SELECT 'sale', purpose_id, '', '', sold_us, 0, NULL, NULL, NULL, NULL, FALSE,
        NULL
   FROM consent_soft_opt_in
  WHERE contact_id = ?
  ORDER BY purpose_id
  LIMIT 200)
UNION ALL
(SELECT 'person', 0, IF(c.restricted_us IS NOT NULL, 'restricted',
        IF(c.quarantined_us IS NOT NULL, 'quarantine', '')), c.kind, 0, 0,
        NULL, NULL, NULL, NULL, FALSE, NULL
   FROM contact c
  WHERE c.id = ?);

-- As in q_lists_soft.
-- name: consent_sold
-- for:  portal
-- law:  ePrivacy 13(2)
-- does: read
-- in:   contact_id:u64 now_us:i64
-- out:  many purpose_id:u64 channel:text sold_us:i64
SELECT o.purpose_id, w.channel, o.sold_us
  FROM consent_soft_opt_in o
  JOIN (SELECT 'email' AS channel UNION ALL SELECT 'sms') w
 WHERE o.contact_id = ? AND o.is_similar_product
   AND o.was_objection_offered AND o.is_address_from_sale
   AND IF(w.channel = 'email', o.email_hash, o.phone_hash) IS NOT NULL
   AND (SELECT h.id FROM contact_history h
         WHERE h.contact_id = o.contact_id
           AND h.field = IF(w.channel = 'email', 'email', 'phone')
           AND h.at_us > o.noted_us LIMIT 1) IS NULL
   AND (SELECT x.id FROM suppression x
         WHERE x.identifier_hash = IF(w.channel = 'email', o.email_hash,
               o.phone_hash)
           AND x.superseded_us IS NULL AND x.until_us > ?
           AND (x.purpose_id = 0 OR (x.purpose_id = o.purpose_id
                AND x.channel = w.channel)) LIMIT 1) IS NULL
 ORDER BY o.purpose_id, w.channel
 LIMIT 400;

-- name: consent_proof
-- for:  portal
-- law:  GDPR 7(1)
-- does: read
-- in:   language:text notice_version_id:u64? form_version_id:u64? purpose_version_id:u64
-- out:  one wording:text? number:u64 notice_number:u64? form_code:text? form_number:u64?
SELECT t.wording, v.number, n.number, f.code, fv.number
  FROM purpose_version v
  LEFT JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
  LEFT JOIN notice_version n ON n.id = ?
  LEFT JOIN form_version fv ON fv.id = ?
  LEFT JOIN form f ON f.id = fv.form_id
 WHERE v.id = ?;

-- name: consent_notice_newest
-- for:  portal office keeper
-- law:  GDPR 13
-- does: read
-- out:  one id:u64 number:u64
SELECT id, number
  FROM notice_version
 ORDER BY number DESC
 LIMIT 1;

-- Who can sign in has an epoch; it began with 1, or came with a record that
-- became part of this one.
-- name: consent_standing_contact
-- for:  portal
-- law:  GDPR 7(3)
-- does: read
-- in:   id:u64
-- out:  one email:text? email_key:bytes? language:text epoch:u64? began:u64
SELECT c.email, c.email_key, c.language, i.epoch,
       COALESCE((SELECT m.epoch FROM contact_merge m
                  WHERE m.survivor_id = c.id AND m.state = 'done'
                    AND m.epoch > 0 AND m.epoch = m.epoch_after
                  ORDER BY m.done_us DESC, m.id DESC LIMIT 1), 1)
  FROM contact c
  LEFT JOIN identity i ON i.id = c.identity_id
 WHERE c.id = ?;

-- A record that became part of another: its links go on working.
-- name: consent_standing_merged
-- for:  portal
-- law:  GDPR 7(3)
-- does: read
-- in:   merged_id:u64
-- out:  one contact_id:u64 epoch:u64? epoch_after:u64
SELECT survivor_id, epoch, epoch_after
  FROM contact_merge
 WHERE merged_id = ? AND state = 'done';

-- name: consent_contact_key
-- for:  portal office keeper
-- law:  GDPR 21
-- does: read
-- in:   id:u64
-- out:  one email_key:bytes? phone:text?
SELECT email_key, phone
  FROM contact
 WHERE id = ?;

-- name: consent_stopped
-- for:  portal office
-- law:  GDPR 7(3), 21(3)
-- does: read
-- in:   contact_id:u64
-- out:  many purpose_id:u64 channel:text at_us:i64
SELECT purpose_id, channel, at_us
  FROM consent_state
 WHERE contact_id = ? AND state IN ('withdrawn', 'objected')
 ORDER BY purpose_id, channel
 LIMIT 200;

-- name: consent_person_acted
-- for:  portal
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   last_person_us:i64 id:u64
UPDATE contact SET last_person_us = ?
 WHERE id = ?;

-- name: consent_suppress
-- for:  portal office keeper owner
-- law:  GDPR 21(3)
-- does: write
-- each: identifier_hash:bytes identifier:text purpose_id:u64 channel:text basis:text since_us:i64 until_us:i64
INSERT INTO suppression (identifier_hash, identifier, purpose_id, channel,
       basis, since_us, until_us)
VALUES {(?, ?, ?, ?, ?, ?, ?)}
    ON DUPLICATE KEY UPDATE basis = VALUES(basis),
       since_us = VALUES(since_us), superseded_us = NULL,
       until_us = GREATEST(until_us, VALUES(until_us));

-- name: consent_supersede
-- for:  portal keeper
-- law:  GDPR 7(1), 21
-- does: write
-- in:   by_email:bytes? by_phone:bytes? given_us:i64 contact_id:u64 given_us:i64
UPDATE consent_state g
  JOIN consent_event e ON e.id = g.event_id
       AND e.how IN ('form', 'double_opt_in', 'account')
  JOIN suppression x ON x.identifier_hash IN (?, ?)
       AND x.superseded_us IS NULL AND x.since_us <= g.at_us
       AND ((x.purpose_id IN (0, g.purpose_id) AND x.channel = g.channel)
            OR (x.purpose_id = 0 AND x.identifier = 'email'))
   SET x.superseded_us = ?
 WHERE g.contact_id = ? AND g.state = 'given' AND g.at_us = ?;

-- name: consent_suppressed
-- for:  keeper owner
-- law:  GDPR 17(1), 21(3)
-- does: read
-- in:   now_us:i64
-- each: identifier_hash:bytes
-- out:  many identifier_hash:bytes basis:text
SELECT identifier_hash, basis
  FROM suppression
 WHERE purpose_id = 0 AND superseded_us IS NULL AND until_us > ?
   AND identifier_hash IN ({?})
 ORDER BY id
 LIMIT 400;

-- A no of theirs that stands, and rows under their address or number: for
-- everything (an erasure), or for this purpose and channel.
-- name: consent_against
-- for:  office
-- law:  GDPR 7(3), 17(1), 21(3)
-- does: read
-- in:   contact_id:u64 said_purpose_id:u64 said_channel:text by_email:bytes? by_phone:bytes? now_us:i64 purpose_id:u64 channel:text
-- out:  one states:u64 rows:u64
SELECT (SELECT COUNT(*) FROM consent_state s
         WHERE s.contact_id = ? AND s.purpose_id = ? AND s.channel = ?
           AND (s.state IN ('refused', 'withdrawn', 'objected')
                OR s.is_held)),
       (SELECT COUNT(*) FROM suppression x
         WHERE x.identifier_hash IN (?, ?) AND x.superseded_us IS NULL
           AND x.until_us > ?
           AND (x.purpose_id = 0 OR (x.purpose_id = ? AND x.channel = ?)));

-- What was said after a sign-up asked for a yes, by the contact that it would
-- be filed under, or under its address and numbers.  What staff note has a day
-- and no hour: of the sign-up's own day, what was noted after it counts.
-- name: consent_since
-- for:  portal
-- law:  GDPR 7(3), 21(3)
-- does: read
-- in:   contact_id:u64 asked_day_us:i64 signup_id:u64 asked_us:i64 by_email:bytes by_phone:bytes? by_record:bytes? asked_us:i64 now_us:i64
-- out:  many purpose_id:u64 identifier:text? channel:text state:text at_us:i64 is_held:bool
(SELECT s.purpose_id, NULL, s.channel, s.state, s.at_us, s.is_held
   FROM consent_state s
   JOIN consent_event e ON e.id = s.event_id
  WHERE s.contact_id = ?
    AND s.state IN ('given', 'refused', 'withdrawn', 'objected')
    AND CASE WHEN e.how IN ('phone', 'paper', 'in_person')
             THEN s.at_us >= ? AND s.event_id >
                  (SELECT COALESCE(MAX(q.event_id), 0)
                     FROM consent_subject q
                    WHERE q.signup_id = ? AND q.contact_id IS NULL)
             ELSE s.at_us > ? END
  ORDER BY s.purpose_id, s.channel
  LIMIT 1000)
UNION ALL
(SELECT x.purpose_id, x.identifier, x.channel, 'objected', x.since_us, FALSE
   FROM suppression x
  WHERE x.identifier_hash IN (?, ?, ?) AND x.superseded_us IS NULL
    AND x.since_us > ? AND x.until_us > ?
  ORDER BY x.id
  LIMIT 1000);

-- The same of an address that is nobody's yet.
-- name: consent_since_new
-- for:  portal
-- law:  GDPR 21(3)
-- does: read
-- in:   by_email:bytes by_phone:bytes? asked_us:i64 now_us:i64
-- out:  many purpose_id:u64 identifier:text? channel:text at_us:i64
SELECT x.purpose_id, x.identifier, x.channel, x.since_us
  FROM suppression x
 WHERE x.identifier_hash IN (?, ?) AND x.superseded_us IS NULL
   AND x.since_us > ? AND x.until_us > ?
 ORDER BY x.id
 LIMIT 1000;

-- A sale with all its facts: none of them is noted alone.
-- name: consent_sale_put
-- for:  office
-- law:  ePrivacy 13(2)
-- does: write
-- in:   contact_id:u64 purpose_id:u64 sold_us:i64 noted_us:i64 email_hash:bytes? phone_hash:bytes?
INSERT INTO consent_soft_opt_in (contact_id, purpose_id, sold_us,
       is_similar_product, was_objection_offered, is_address_from_sale,
       noted_us, email_hash, phone_hash)
VALUES (?, ?, ?, TRUE, TRUE, TRUE, ?, ?, ?)
    ON DUPLICATE KEY UPDATE sold_us = VALUES(sold_us),
       is_similar_product = TRUE, was_objection_offered = TRUE,
       is_address_from_sale = TRUE, noted_us = VALUES(noted_us),
       email_hash = VALUES(email_hash), phone_hash = VALUES(phone_hash);

-- It was not so.
-- name: consent_sale_wrong
-- for:  office
-- law:  GDPR 5(1)(d); ePrivacy 13(2)
-- does: write
-- in:   contact_id:u64 purpose_id:u64
UPDATE consent_soft_opt_in
   SET is_similar_product = FALSE, was_objection_offered = FALSE,
       is_address_from_sale = FALSE
 WHERE contact_id = ? AND purpose_id = ?;

-- Noted before it was kept for which address.
-- name: consent_sales_unmarked
-- for:  keeper
-- law:  ePrivacy 13(2)
-- does: read
-- out:  many contact_id:u64 purpose_id:u64
SELECT contact_id, purpose_id
  FROM consent_soft_opt_in
 WHERE noted_us IS NULL
 ORDER BY contact_id, purpose_id
 LIMIT 100;

-- Of an address that changed since the sale nobody knows that it is the sale's.
-- name: consent_sale_mark
-- for:  keeper
-- law:  ePrivacy 13(2)
-- does: write
-- in:   email_hash:bytes? phone_hash:bytes? contact_id:u64 purpose_id:u64
UPDATE consent_soft_opt_in
   SET noted_us = sold_us, email_hash = ?, phone_hash = ?
 WHERE contact_id = ? AND purpose_id = ? AND noted_us IS NULL;

-- What stands against writing to an address or number.
-- name: consent_kept_out
-- for:  office
-- law:  GDPR 17(1), 21(3)
-- does: read
-- in:   by_email:bytes? by_phone:bytes? now_us:i64
-- out:  many identifier:text purpose_id:u64 channel:text
SELECT identifier, purpose_id, channel
  FROM suppression
 WHERE identifier_hash IN (?, ?) AND superseded_us IS NULL AND until_us > ?
 ORDER BY id
 LIMIT 1000;
