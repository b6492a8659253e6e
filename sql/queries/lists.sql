-- SPDX-License-Identifier: EUPL-1.2
-- Lists of contacts: the conditions that a filter is made of, the walks that
-- find who meets them, and snapshots of what was found.  In a condition the
-- contact is c.  A subquery stands as a value, with its own LIMIT, so that the
-- walk keeps its order and its bound.

-- name: lists_kind
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   kind:text
c.kind = ?;

-- name: lists_business
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
c.is_business;

-- name: lists_language
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   language:text
c.language = ?;

-- name: lists_country
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   country:text
c.country = ?;

-- name: lists_city
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   start:text
c.city COLLATE utf8mb4_general_ci LIKE ?;

-- name: lists_postcode
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   start:text
c.postcode COLLATE utf8mb4_general_ci LIKE ?;

-- name: lists_visibility
-- for:  office keeper
-- law:  GDPR 25(2)
-- does: condition
-- in:   visibility:text
c.visibility = ?;

-- name: lists_owner
-- for:  office keeper
-- law:  GDPR 25(2)
-- does: condition
-- in:   staff_id:u64
c.owner_id = ?;

-- name: lists_team
-- for:  office keeper
-- law:  GDPR 25(2)
-- does: condition
-- in:   team_id:u64
c.team_id = ?;

-- name: lists_active
-- for:  office keeper
-- law:  GDPR 18(1)
-- does: condition
c.restricted_us IS NULL AND c.quarantined_us IS NULL;

-- name: lists_quarantined
-- for:  office keeper
-- law:  GDPR 6(1)
-- does: condition
c.quarantined_us IS NOT NULL;

-- name: lists_restriction
-- for:  office keeper
-- law:  GDPR 18(1)
-- does: condition
c.restricted_us IS NOT NULL AND c.restriction <> 'erasure';

-- name: lists_erasing
-- for:  office keeper
-- law:  GDPR 17(1)
-- does: condition
c.restriction = 'erasure';

-- name: lists_basis
-- for:  office keeper
-- law:  GDPR 6(1)
-- does: condition
-- in:   basis:text
c.basis = ?;

-- name: lists_source
-- for:  office keeper
-- law:  GDPR 15(1)(g)
-- does: condition
-- in:   start:text
c.source LIKE ?;

-- name: lists_has_email
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
c.email_key IS NOT NULL;

-- name: lists_has_phone
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
c.phone IS NOT NULL;

-- name: lists_has_post
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
c.street <> '' AND c.city <> '';

-- name: lists_email
-- for:  office keeper
-- law:  GDPR 15 (a person must be found to be answered)
-- does: condition
-- in:   email_key:bytes email_key:bytes
(c.email_key = ?
 OR (SELECT r.id FROM contact_reach r
      WHERE r.contact_id = c.id AND r.value_key = ? LIMIT 1) IS NOT NULL);

-- name: lists_phone
-- for:  office keeper
-- law:  GDPR 15
-- does: condition
-- in:   phone:text phone:text
(c.phone = ?
 OR (SELECT r.id FROM contact_reach r
      WHERE r.contact_id = c.id AND r.value_key = CAST(? AS BINARY)
      LIMIT 1) IS NOT NULL);

-- name: lists_reference
-- for:  office keeper
-- law:  GDPR 15
-- does: condition
-- in:   reference:text
c.reference = ?;

-- name: lists_word
-- for:  office keeper
-- law:  GDPR 15
-- does: condition
-- in:   word:text end:text
(SELECT w.contact_id FROM contact_word w
  WHERE w.contact_id = c.id AND w.word >= ? AND w.word < ? LIMIT 1)
 IS NOT NULL;

-- name: lists_tag
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   tag_id:u64
(SELECT g.tag_id FROM contact_tag g
  WHERE g.contact_id = c.id AND g.tag_id = ? LIMIT 1) IS NOT NULL;

-- name: lists_member
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   organisation_id:u64
(SELECT m.contact_id FROM membership m
  WHERE m.contact_id = c.id AND m.organisation_id = ? LIMIT 1) IS NOT NULL;

-- name: lists_organisation
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: condition
-- in:   word:text end:text
(SELECT w.organisation_id FROM membership m
   JOIN organisation_word w ON w.organisation_id = m.organisation_id
  WHERE m.contact_id = c.id AND w.word >= ? AND w.word < ? LIMIT 1)
 IS NOT NULL;

-- name: lists_last_before
-- for:  office keeper
-- law:  GDPR 5(1)(e)
-- does: condition
-- in:   at_us:i64
c.last_person_us < ?;

-- name: lists_collected_before
-- for:  office keeper
-- law:  GDPR 5(1)(e)
-- does: condition
-- in:   at_us:i64
c.collected_us < ?;

-- name: lists_updated_before
-- for:  office keeper
-- law:  GDPR 5(1)(d)
-- does: condition
-- in:   at_us:i64
c.updated_us < ?;

-- name: lists_ended
-- for:  office keeper
-- law:  GDPR 5(1)(e)
-- does: condition
c.relationship_end_us IS NOT NULL;

-- name: lists_consent
-- for:  office keeper
-- law:  GDPR 6(1)(a), 7(1), 18(2)
-- does: condition
-- in:   purpose_id:u64 channel:text channel:text
(SELECT s.event_id FROM consent_state s
   JOIN purpose p ON p.id = s.purpose_id AND NOT p.is_closed
  WHERE s.contact_id = c.id AND s.purpose_id = ? AND s.channel = ?
    AND s.state = 'given' AND NOT s.is_held
    AND s.purpose_version_id >= p.material_id LIMIT 1) IS NOT NULL
 AND c.restricted_us IS NULL
 AND c.quarantined_us IS NULL
 AND CASE ? WHEN 'email' THEN c.email_key IS NOT NULL
            WHEN 'post' THEN c.street <> '' AND c.city <> ''
            ELSE c.phone IS NOT NULL END;

-- A customer who may be written to without a yes: as consent_is_soft().
-- name: lists_soft
-- for:  office keeper
-- law:  ePrivacy 13(2); GDPR 18(2), 21(2)
-- does: condition
-- in:   channel:text purpose_id:u64 channel:text now_us:i64 channel:text
(SELECT o.sold_us FROM consent_soft_opt_in o
   JOIN purpose p ON p.id = o.purpose_id AND NOT p.is_closed
   JOIN purpose_version v ON v.purpose_id = p.id AND v.has_soft_opt_in
        AND v.number = (SELECT MAX(n.number) FROM purpose_version n
                         WHERE n.purpose_id = p.id)
   JOIN purpose_channel h ON h.purpose_version_id = v.id AND h.channel = ?
        AND h.channel IN ('email', 'sms')
  WHERE o.contact_id = c.id AND o.purpose_id = ? AND o.is_similar_product
    AND o.was_objection_offered AND o.is_address_from_sale
    AND (SELECT s.event_id FROM consent_state s
          WHERE s.contact_id = c.id AND s.purpose_id = o.purpose_id
            AND s.channel = ? AND s.state <> 'asked' LIMIT 1) IS NULL
    AND IF(h.channel = 'email', o.email_hash, o.phone_hash) IS NOT NULL
    AND (SELECT t.id FROM contact_history t
          WHERE t.contact_id = c.id
            AND t.field = IF(h.channel = 'email', 'email', 'phone')
            AND t.at_us > o.noted_us LIMIT 1) IS NULL
    AND (SELECT x.id FROM suppression x
          WHERE x.identifier_hash = IF(h.channel = 'email', o.email_hash,
                o.phone_hash)
            AND x.superseded_us IS NULL AND x.until_us > ?
            AND (x.purpose_id = 0 OR (x.purpose_id = o.purpose_id
                 AND x.channel = h.channel)) LIMIT 1) IS NULL
  LIMIT 1) IS NOT NULL
 AND c.kind = 'customer'
 AND c.restricted_us IS NULL
 AND c.quarantined_us IS NULL
 AND CASE ? WHEN 'email' THEN c.email_key IS NOT NULL
            ELSE c.phone IS NOT NULL END;

-- A yes whose period, as its wording told it, ends before an instant or has
-- ended (as statistics_ending); of a purpose and channel, or of any.
-- name: lists_ending
-- for:  office keeper
-- law:  GDPR 7(1), 13(2)(a)
-- does: condition
-- in:   any_purpose:bool purpose_id:u64 channel:text channel:text before_us:i64
(SELECT s.event_id FROM consent_state s
   JOIN purpose p ON p.id = s.purpose_id AND NOT p.is_closed
   JOIN purpose_version v ON v.id = s.purpose_version_id
  WHERE s.contact_id = c.id AND (? OR s.purpose_id = ?)
    AND (? = 'any' OR s.channel = ?)
    AND s.state = 'given' AND NOT s.is_held
    AND TIMESTAMPADD(MONTH, v.retention_months,
          FROM_UNIXTIME(s.at_us DIV 1000000)) <
        FROM_UNIXTIME(? DIV 1000000)
  LIMIT 1) IS NOT NULL;

-- name: lists_opted_out
-- for:  office keeper
-- law:  GDPR 7(3), 21(2)
-- does: condition
-- in:   channel:text
(SELECT s.event_id FROM consent_state s
  WHERE s.contact_id = c.id AND s.channel = ?
    AND (s.state IN ('refused', 'withdrawn', 'objected') OR s.is_held)
  LIMIT 1)
 IS NOT NULL;

-- name: lists_opted_out_of
-- for:  office keeper
-- law:  GDPR 7(3), 21(2)
-- does: condition
-- in:   purpose_id:u64
(SELECT s.event_id FROM consent_state s
  WHERE s.contact_id = c.id AND s.purpose_id = ?
    AND (s.state IN ('refused', 'withdrawn', 'objected') OR s.is_held)
  LIMIT 1)
 IS NOT NULL;

-- Of a custom field: what is sensitive cannot be searched, only that there is
-- something.
-- name: lists_custom_filled
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ?)
  LIMIT 1) IS NOT NULL;

-- name: lists_custom_choice
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text value:text
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ? AND NOT f.is_sensitive AND f.kind IN ('choice', 'yes_no'))
    AND v.value_text = ?
  LIMIT 1) IS NOT NULL;

-- name: lists_custom_begins
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text start:text
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ? AND NOT f.is_sensitive AND f.kind = 'text')
    AND v.value_text LIKE ?
  LIMIT 1) IS NOT NULL;

-- name: lists_custom_before
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text day:day
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ? AND NOT f.is_sensitive AND f.kind = 'date')
    AND v.value_day < ?
  LIMIT 1) IS NOT NULL;

-- name: lists_custom_since
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text day:day
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ? AND NOT f.is_sensitive AND f.kind = 'date')
    AND v.value_day >= ?
  LIMIT 1) IS NOT NULL;

-- name: lists_custom_within
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text first:day end:day
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ? AND NOT f.is_sensitive AND f.kind = 'date')
    AND v.value_day >= ? AND v.value_day < ?
  LIMIT 1) IS NOT NULL;

-- name: lists_custom_least
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text least:i64
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ? AND NOT f.is_sensitive AND f.kind = 'number')
    AND v.value_number >= ?
  LIMIT 1) IS NOT NULL;

-- name: lists_custom_most
-- for:  office keeper
-- law:  GDPR 5(1)(c), 25
-- does: condition
-- in:   code:text most:i64
(SELECT v.id FROM custom_value v
  WHERE v.contact_id = c.id
    AND v.field_id = (SELECT f.id FROM custom_field f
                       WHERE f.code = ? AND NOT f.is_sensitive AND f.kind = 'number')
    AND v.value_number <= ?
  LIMIT 1) IS NOT NULL;

-- name: lists_by_name_all
-- for:  office
-- law:  GDPR 38(2), 39
-- does: read
-- in:   name:text? name:text? after:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT c.id, c.given_name, c.family_name, c.email, c.kind, t.name,
       IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM contact c FORCE INDEX (by_name)
  LEFT JOIN team t ON t.id = c.team_id
 WHERE TRUE {filter}
   [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
 ORDER BY c.sort_name, c.id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_by_country
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   country:text sees_all:bool staff_id:u64 team_id:u64 name:text? name:text? after:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT c.id, c.given_name, c.family_name, c.email, c.kind, t.name,
       IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM contact c FORCE INDEX (by_country)
  LEFT JOIN team t ON t.id = c.team_id
 WHERE c.country = ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
   [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
 ORDER BY c.sort_name, c.id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_by_name
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   name:text? name:text? after:u64 piece:u64 team_id:u64 name:text? name:text? after:u64 piece:u64 staff_id:u64 name:text? name:text? after:u64 piece:u64 staff_id:u64 name:text? name:text? after:u64 piece:u64 most:u64 examined:u64
-- out:  many id:u64 sort_name:text given_name:text family_name:text email:text? kind:text team_id:u64? restriction:text? last_person_us:i64
(SELECT c.id, c.sort_name, c.given_name, c.family_name, c.email, c.kind,
        c.team_id, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
   FROM contact c FORCE INDEX (everyone_by_name)
  WHERE c.visibility = 'everyone' {filter}
    [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
  ORDER BY c.sort_name, c.id LIMIT ?)
UNION ALL
(SELECT c.id, c.sort_name, c.given_name, c.family_name, c.email, c.kind,
        c.team_id, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
   FROM contact c FORCE INDEX (team_by_name)
  WHERE c.team_id = ? AND c.visibility = 'team' {filter}
    [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
  ORDER BY c.sort_name, c.id LIMIT ?)
UNION ALL
(SELECT c.id, c.sort_name, c.given_name, c.family_name, c.email, c.kind,
        c.team_id, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
   FROM contact c FORCE INDEX (owner_by_scope)
  WHERE c.owner_id = ? AND c.visibility = 'owner' {filter}
    [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
  ORDER BY c.sort_name, c.id LIMIT ?)
UNION ALL
(SELECT c.id, c.sort_name, c.given_name, c.family_name, c.email, c.kind,
        c.team_id, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
   FROM contact c FORCE INDEX (owner_by_scope)
  WHERE c.owner_id = ? AND c.visibility = 'team' {filter}
    [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
  ORDER BY c.sort_name, c.id LIMIT ?)
LIMIT ? ROWS EXAMINED ?;

-- Without a condition the indexes alone say who is on the page, and only its
-- own rows are read: half of the work.
-- name: lists_by_name_only
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   name:text? name:text? after:u64 most:u64 team_id:u64 name:text? name:text? after:u64 most:u64 staff_id:u64 name:text? name:text? after:u64 most:u64 staff_id:u64 name:text? name:text? after:u64 most:u64 most:u64
-- out:  many id:u64 sort_name:text given_name:text family_name:text email:text? kind:text team_id:u64? restriction:text? last_person_us:i64
SELECT STRAIGHT_JOIN c.id, c.sort_name, c.given_name, c.family_name, c.email,
       c.kind, c.team_id,
       IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM (
        (SELECT c.id, c.sort_name
           FROM contact c FORCE INDEX (everyone_by_name)
          WHERE c.visibility = 'everyone'
            [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
          ORDER BY c.sort_name, c.id LIMIT ?)
         UNION
        (SELECT c.id, c.sort_name
           FROM contact c FORCE INDEX (team_by_name)
          WHERE c.team_id = ? AND c.visibility = 'team'
            [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
          ORDER BY c.sort_name, c.id LIMIT ?)
         UNION
        (SELECT c.id, c.sort_name
           FROM contact c FORCE INDEX (owner_by_scope)
          WHERE c.owner_id = ? AND c.visibility = 'owner'
            [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
          ORDER BY c.sort_name, c.id LIMIT ?)
         UNION
        (SELECT c.id, c.sort_name
           FROM contact c FORCE INDEX (owner_by_scope)
          WHERE c.owner_id = ? AND c.visibility = 'team'
            [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
          ORDER BY c.sort_name, c.id LIMIT ?)
         ORDER BY sort_name, id LIMIT ?) k
  JOIN contact c ON c.id = k.id;

-- name: lists_by_last_contact
-- for:  office
-- law:  GDPR 5(1)(e), 5(1)(f), 25
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64 last_us:i64? last_us:i64? after:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT c.id, c.given_name, c.family_name, c.email, c.kind, t.name,
       IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM contact c FORCE INDEX (by_person)
  LEFT JOIN team t ON t.id = c.team_id
 WHERE (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
   [AND (c.last_person_us > ? OR (c.last_person_us = ? AND c.id > ?))]
 ORDER BY c.last_person_us, c.id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_by_tag
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   tag_id:u64 after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT STRAIGHT_JOIN c.id, c.given_name, c.family_name, c.email, c.kind,
       t.name, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM contact_tag g FORCE INDEX (by_tag)
  JOIN contact c ON c.id = g.contact_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE g.tag_id = ? AND g.contact_id > ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
 ORDER BY g.contact_id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_by_member
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   organisation_id:u64 after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT STRAIGHT_JOIN c.id, c.given_name, c.family_name, c.email, c.kind,
       t.name, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM membership m FORCE INDEX (by_organisation)
  JOIN contact c ON c.id = m.contact_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE m.organisation_id = ? AND m.contact_id > ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
 ORDER BY m.contact_id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_by_choice
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   code:text value:text after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT STRAIGHT_JOIN c.id, c.given_name, c.family_name, c.email, c.kind,
       t.name, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM custom_value v FORCE INDEX (by_text)
  JOIN contact c ON c.id = v.contact_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE v.field_id = (SELECT f.id FROM custom_field f
                      WHERE f.code = ? AND NOT f.is_sensitive
                        AND f.kind IN ('choice', 'yes_no'))
   AND v.value_text = ? AND v.contact_id > ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
 ORDER BY v.contact_id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_by_day
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   code:text first:day end:day after_day:day? after_day:day? after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT STRAIGHT_JOIN c.id, c.given_name, c.family_name, c.email, c.kind,
       t.name, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM custom_value v FORCE INDEX (by_day)
  JOIN contact c ON c.id = v.contact_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE v.field_id = (SELECT f.id FROM custom_field f
                      WHERE f.code = ? AND NOT f.is_sensitive
                        AND f.kind = 'date')
   AND v.value_day >= ? AND v.value_day < ?
   [AND (v.value_day > ? OR (v.value_day = ? AND v.contact_id > ?))]
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
 ORDER BY v.value_day, v.contact_id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_custom_day_of
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   code:text contact_id:u64
-- out:  one day:day?
SELECT v.value_day
  FROM custom_value v
  JOIN custom_field f ON f.id = v.field_id
 WHERE f.code = ? AND v.contact_id = ?;

-- name: lists_by_word
-- for:  office
-- law:  GDPR 15 (a person must be found to be answered), 25
-- does: read
-- in:   word:text end:text after_word:text? after_word:text? after:u64 word:text sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT STRAIGHT_JOIN c.id, c.given_name, c.family_name, c.email, c.kind,
       t.name, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM contact_word w FORCE INDEX (PRIMARY)
  JOIN contact c ON c.id = w.contact_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE w.word >= ? AND w.word < ?
   [AND (w.word > ? OR (w.word = ? AND w.contact_id > ?))]
   AND (SELECT o.word FROM contact_word o
         WHERE o.contact_id = w.contact_id AND o.word >= ?
           AND o.word < w.word LIMIT 1) IS NULL
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
 ORDER BY w.word, w.contact_id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_found
-- for:  office
-- law:  GDPR 15 (a person must be found to be answered), 25
-- does: read
-- in:   email_key:bytes? phone:text? reference:text? beside:bytes was:text sees_all:bool staff_id:u64 team_id:u64 after:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT c.id, c.given_name, c.family_name, c.email, c.kind, t.name,
       IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM (SELECT id
          FROM contact
         WHERE TRUE
           [AND email_key = ?]
           [AND phone = ?]
           [AND reference = ?]
         UNION
        SELECT contact_id
          FROM contact_reach
         WHERE value_key = ?
         UNION
        SELECT survivor_id
          FROM contact_merge
         WHERE reference = ? AND state = 'done') f
  JOIN contact c ON c.id = f.id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?)) {filter}
   AND c.id > ?
 ORDER BY c.id
 LIMIT ? ROWS EXAMINED ?;

-- name: lists_of_snapshot
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   snapshot_id:u64 position:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text team:text? restriction:text? last_person_us:i64
SELECT STRAIGHT_JOIN c.id, c.given_name, c.family_name, c.email, c.kind,
       t.name, IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), c.last_person_us
  FROM snapshot_contact p
  JOIN contact c ON c.id = p.contact_id
  LEFT JOIN team t ON t.id = c.team_id
 WHERE p.snapshot_id = ? AND p.position > ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY p.position
 LIMIT ?;

-- name: lists_last_contact_of
-- for:  office
-- law:  GDPR 5(1)(e)
-- does: read
-- in:   id:u64
-- out:  one last_person_us:i64
SELECT last_person_us
  FROM contact
 WHERE id = ?;

-- name: lists_word_of
-- for:  office
-- law:  GDPR 15
-- does: read
-- in:   contact_id:u64 word:text end:text
-- out:  one word:text?
SELECT MIN(word)
  FROM contact_word
 WHERE contact_id = ? AND word >= ? AND word < ?;

-- name: lists_place_of
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   contact_id:u64 snapshot_id:u64
-- out:  one position:u64?
SELECT MIN(position)
  FROM snapshot_contact
 WHERE contact_id = ? AND snapshot_id = ?;

-- name: lists_tags
-- for:  office keeper
-- law:  GDPR 5(1)(c)
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM tag
 ORDER BY name_key
 LIMIT 500;

-- name: lists_teams
-- for:  office
-- law:  GDPR 25(2)
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM team
 ORDER BY name
 LIMIT 1000;

-- name: lists_staff
-- for:  office
-- law:  GDPR 25(2)
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM staff
 WHERE state <> 'disabled' AND role IN ('adviser', 'lead', 'dpo')
 ORDER BY name
 LIMIT 1000;

-- name: lists_purposes
-- for:  office
-- law:  GDPR 5(1)(b)
-- does: read
-- in:   language:text
-- out:  many id:u64 name:text
SELECT p.id, COALESCE((SELECT t.title FROM purpose_text t
         JOIN purpose_version v ON v.id = t.purpose_version_id
        WHERE v.purpose_id = p.id AND t.language = ?
        ORDER BY v.number DESC LIMIT 1), p.code)
  FROM purpose p
 WHERE NOT p.is_closed
 ORDER BY p.id
 LIMIT 500;

-- name: lists_snapshot_insert
-- for:  office
-- law:  GDPR 25
-- does: write
-- in:   staff_id:u64 sealed:bytes total:u64 created_us:i64 expires_us:i64
-- out:  one id:u64
INSERT INTO snapshot (staff_id, sealed, state, total, created_us, expires_us)
VALUES (?, ?, 'waiting', ?, ?, ?)
RETURNING id;

-- name: lists_snapshot_mine
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   id:u64 staff_id:u64 now_us:i64
-- out:  one state:text sealed:bytes walked:u64 total:u64 n:u64 created_us:i64
SELECT state, sealed, walked, total, n, created_us
  FROM snapshot
 WHERE id = ? AND staff_id = ? AND expires_us > ?;

-- name: lists_snapshots_open
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   staff_id:u64 now_us:i64
-- out:  many id:u64
SELECT id
  FROM snapshot
 WHERE staff_id = ? AND state IN ('waiting', 'walking') AND expires_us > ?
 ORDER BY id
 LIMIT 10;

-- name: lists_snapshot_cancel
-- for:  office
-- law:  GDPR 25
-- does: write
-- in:   id:u64 staff_id:u64
UPDATE snapshot
   SET state = 'cancelled'
 WHERE id = ? AND staff_id = ? AND state IN ('waiting', 'walking');

-- name: lists_about
-- for:  office
-- law:  - how long a walk may last, for its progress bar
-- does: read
-- out:  one most:u64?
SELECT MAX(id)
  FROM contact;

-- name: lists_snapshot_next
-- for:  keeper
-- law:  GDPR 25
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 staff_id:u64 role:text team_id:u64? sealed:bytes fence:u64 created_us:i64
SELECT s.id, s.staff_id, m.role, m.team_id, s.sealed, s.fence, s.created_us
  FROM snapshot s
  JOIN staff m ON m.id = s.staff_id AND m.state = 'active'
 WHERE s.state IN ('waiting', 'walking') AND s.expires_us > ?
 ORDER BY s.id
 LIMIT 1;

-- name: lists_snapshot_claim
-- for:  keeper
-- law:  GDPR 25
-- does: write
-- in:   id:u64 fence:u64
UPDATE snapshot
   SET state = 'walking', walked = 0, n = 0, fence = fence + 1
 WHERE id = ? AND fence = ? AND state IN ('waiting', 'walking');

-- name: lists_snapshot_clear
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   snapshot_id:u64
DELETE FROM snapshot_contact
 WHERE snapshot_id = ?
 LIMIT 5000;

-- name: lists_walk
-- for:  keeper
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64 name:text? name:text? after:u64 most:u64
-- out:  many id:u64 sort_name:text is_found:bool
SELECT c.id, c.sort_name,
       ((? OR c.visibility = 'everyone' OR c.owner_id = ?
         OR (c.visibility = 'team' AND c.team_id = ?)) {filter}) IS TRUE
  FROM contact c FORCE INDEX (by_name)
 WHERE TRUE
   [AND (c.sort_name > ? OR (c.sort_name = ? AND c.id > ?))]
 ORDER BY c.sort_name, c.id
 LIMIT ?;

-- name: lists_snapshot_add
-- for:  keeper
-- law:  GDPR 25
-- does: append
-- in:   snapshot_id:u64 before:u64 contact_ids:text
INSERT INTO snapshot_contact (snapshot_id, position, contact_id)
SELECT ?, ? + ROW_NUMBER() OVER (ORDER BY j.place), c.id
  FROM JSON_TABLE(?, '$[*]' COLUMNS (place FOR ORDINALITY,
       id BIGINT UNSIGNED PATH '$')) j
  JOIN contact c ON c.id = j.id;

-- name: lists_snapshot_progress
-- for:  keeper
-- law:  GDPR 25
-- does: write
-- in:   walked:u64 found:u64 id:u64 fence:u64
UPDATE snapshot
   SET walked = ?, n = ?
 WHERE id = ? AND fence = ? AND state = 'walking';

-- name: lists_snapshot_ready
-- for:  keeper
-- law:  GDPR 25
-- does: write
-- in:   ready_us:i64 id:u64 fence:u64
UPDATE snapshot
   SET state = 'ready', total = walked, ready_us = ?
 WHERE id = ? AND fence = ? AND state = 'walking';

-- name: lists_snapshot_fail
-- for:  keeper
-- law:  GDPR 25
-- does: write
-- in:   id:u64
UPDATE snapshot
   SET state = 'failed'
 WHERE id = ? AND state IN ('waiting', 'walking');

-- name: lists_snapshots_over
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64
SELECT id
  FROM snapshot
 WHERE expires_us <= ? OR state IN ('cancelled', 'failed')
 ORDER BY id
 LIMIT 20;

-- name: lists_snapshot_delete
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   id:u64
DELETE FROM snapshot
 WHERE id = ?;

-- What stands around a list, in one answer: "display", "view" rows (number:
-- whether it is the caller's own), "team" rows, where the page before ended,
-- and how many contacts there are.
-- name: lists_frame
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   staff_id:u64 views_of:u64? views_of:u64? teams:u64? after:u64? sees_all:bool staff_id:u64 team_id:u64 count_most:u64?
-- out:  many what:text id:u64 text:text number:i64 is_compact:bool has_keys:bool
(SELECT 'display', 0, columns, page_size, is_compact, has_keys
   FROM staff_display
  WHERE staff_id = ?)
[UNION ALL
(SELECT 'view', id, name, staff_id = ?, FALSE, FALSE
   FROM saved_view
  WHERE staff_id = ? OR is_shared
  ORDER BY 4 DESC, name, id
  LIMIT 60)]
[UNION ALL
(SELECT 'team', id, name, 0, FALSE, FALSE
   FROM team
  ORDER BY id
  LIMIT ?)]
[UNION ALL
(SELECT 'after', c.id, c.sort_name, c.last_person_us, FALSE, FALSE
   FROM contact c
  WHERE c.id = ?
    AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
         OR (c.visibility = 'team' AND c.team_id = ?)))]
[UNION ALL
(SELECT 'count', COUNT(*), '', 0, FALSE, FALSE
   FROM (SELECT id
           FROM contact
          LIMIT ?) seen)]
LIMIT 1100;

-- name: lists_display_put
-- for:  office
-- law:  GDPR 25
-- does: write
-- in:   staff_id:u64 page_size:u64 columns:text is_compact:bool has_keys:bool
INSERT INTO staff_display (staff_id, page_size, columns, is_compact, has_keys)
VALUES (?, ?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE page_size = VALUES(page_size),
       columns = VALUES(columns), is_compact = VALUES(is_compact),
       has_keys = VALUES(has_keys);

-- What a list shows of its contacts beside what every walk brings.
-- name: lists_cells
-- for:  office
-- law:  GDPR 5(1)(c), 25
-- does: read
-- in:   contact_ids:text sees_all:bool staff_id:u64 team_id:u64
-- out:  many id:u64 reference:text phone:text? postcode:text city:text country:text language:text owner:text? visibility:text source:text collected_us:i64 organisation:text? job_title:text?
SELECT c.id, c.reference, c.phone, c.postcode, c.city, c.country, c.language,
       s.name, c.visibility, c.source, c.collected_us, o.name, m.job_title
  FROM JSON_TABLE(?, '$[*]' COLUMNS (id BIGINT UNSIGNED PATH '$')) j
  JOIN contact c ON c.id = j.id
  LEFT JOIN staff s ON s.id = c.owner_id
  LEFT JOIN membership m ON m.contact_id = c.id
  LEFT JOIN organisation o ON o.id = m.organisation_id
 WHERE (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY c.id
 LIMIT 200;

-- name: lists_view_load
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   id:u64 staff_id:u64
-- out:  one staff_id:u64 name:text is_shared:bool sealed:bytes columns:text created_us:i64
SELECT staff_id, name, is_shared, sealed, columns, created_us
  FROM saved_view
 WHERE id = ? AND (staff_id = ? OR is_shared);

-- name: lists_view_insert
-- for:  office
-- law:  GDPR 25
-- does: write
-- in:   staff_id:u64 name:text is_shared:bool sealed:bytes columns:text created_us:i64
-- out:  one id:u64
INSERT INTO saved_view (staff_id, name, is_shared, sealed, columns, created_us)
VALUES (?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: lists_view_columns
-- for:  office
-- law:  GDPR 25
-- does: write
-- in:   columns:text id:u64 staff_id:u64
UPDATE saved_view
   SET columns = ?
 WHERE id = ? AND staff_id = ?;

-- name: lists_view_delete
-- for:  office
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   id:u64 staff_id:u64
DELETE FROM saved_view
 WHERE id = ? AND staff_id = ?;
