-- SPDX-License-Identifier: EUPL-1.2
-- Organisations, each staff those of their silo, and who belongs to one.  The
-- name of an organisation is data of its members: whoever sees a contact reads
-- it there; all else of it takes the predicate below.

-- name: organisations_one
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one name:text registration:text vat:text domain:text website:text phone:text? street:text postcode:text city:text country:text language:text note:text trader_id:u64? visibility:text owner_id:u64? owner:text? team_id:u64? team:text? version:u64 created_us:i64 updated_us:i64
SELECT o.name, o.registration, o.vat, o.domain, o.website, o.phone, o.street,
       o.postcode, o.city, o.country, o.language, o.note, o.trader_id,
       o.visibility, o.owner_id, s.name, o.team_id, t.name, o.version,
       o.created_us, o.updated_us
  FROM organisation o
  LEFT JOIN staff s ON s.id = o.owner_id
  LEFT JOIN team t ON t.id = o.team_id
 WHERE o.id = ?
   AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?));

-- name: organisations_by_name_all
-- for:  office
-- law:  GDPR 38(2), 39
-- does: read
-- in:   name:text? name:text? after:u64 most:u64
-- out:  many id:u64 name:text domain:text city:text visibility:text owner:text? team:text? trader_id:u64?
SELECT o.id, o.name, o.domain, o.city, o.visibility, s.name, t.name,
       o.trader_id
  FROM organisation o FORCE INDEX (by_name)
  LEFT JOIN staff s ON s.id = o.owner_id
  LEFT JOIN team t ON t.id = o.team_id
 WHERE TRUE
   [AND (o.sort_name > ? OR (o.sort_name = ? AND o.id > ?))]
 ORDER BY o.sort_name, o.id
 LIMIT ?;

-- Each part takes a page from its index, and no more: whole however many
-- there are.
-- name: organisations_by_name
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   name:text? name:text? after:u64 piece:u64 team_id:u64 name:text? name:text? after:u64 piece:u64 staff_id:u64 name:text? name:text? after:u64 piece:u64 staff_id:u64 name:text? name:text? after:u64 piece:u64 most:u64
-- out:  many id:u64 name:text domain:text city:text visibility:text owner:text? team:text? trader_id:u64?
SELECT STRAIGHT_JOIN o.id, o.name, o.domain, o.city, o.visibility, s.name,
       t.name, o.trader_id
  FROM ((SELECT id, sort_name
           FROM organisation FORCE INDEX (everyone_by_name)
          WHERE visibility = 'everyone'
            [AND (sort_name > ? OR (sort_name = ? AND id > ?))]
          ORDER BY sort_name, id LIMIT ?)
        UNION
        (SELECT id, sort_name
           FROM organisation FORCE INDEX (team_by_name)
          WHERE team_id = ? AND visibility = 'team'
            [AND (sort_name > ? OR (sort_name = ? AND id > ?))]
          ORDER BY sort_name, id LIMIT ?)
        UNION
        (SELECT id, sort_name
           FROM organisation FORCE INDEX (owner_by_scope)
          WHERE owner_id = ? AND visibility = 'owner'
            [AND (sort_name > ? OR (sort_name = ? AND id > ?))]
          ORDER BY sort_name, id LIMIT ?)
        UNION
        (SELECT id, sort_name
           FROM organisation FORCE INDEX (owner_by_scope)
          WHERE owner_id = ? AND visibility = 'team'
            [AND (sort_name > ? OR (sort_name = ? AND id > ?))]
          ORDER BY sort_name, id LIMIT ?)) f
  JOIN organisation o ON o.id = f.id
  LEFT JOIN staff s ON s.id = o.owner_id
  LEFT JOIN team t ON t.id = o.team_id
 ORDER BY f.sort_name, f.id
 LIMIT ?;

-- name: organisations_by_word
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   word:text end:text after_word:text? after_word:text? after:u64 word:text second:text? second_end:text? third:text? third_end:text? sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 name:text domain:text city:text visibility:text owner:text? team:text? trader_id:u64?
SELECT STRAIGHT_JOIN o.id, o.name, o.domain, o.city, o.visibility, s.name,
       t.name, o.trader_id
  FROM organisation_word w FORCE INDEX (PRIMARY)
  JOIN organisation o ON o.id = w.organisation_id
  LEFT JOIN staff s ON s.id = o.owner_id
  LEFT JOIN team t ON t.id = o.team_id
 WHERE w.word >= ? AND w.word < ?
   [AND (w.word > ? OR (w.word = ? AND w.organisation_id > ?))]
   AND (SELECT x.word FROM organisation_word x
         WHERE x.organisation_id = w.organisation_id AND x.word >= ?
           AND x.word < w.word LIMIT 1) IS NULL
   [AND (SELECT x.word FROM organisation_word x
          WHERE x.organisation_id = w.organisation_id AND x.word >= ?
            AND x.word < ? LIMIT 1) IS NOT NULL]
   [AND (SELECT x.word FROM organisation_word x
          WHERE x.organisation_id = w.organisation_id AND x.word >= ?
            AND x.word < ? LIMIT 1) IS NOT NULL]
   AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?))
 ORDER BY w.word, w.organisation_id
 LIMIT ? ROWS EXAMINED ?;

-- name: organisations_by_domain
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   start:text end:text after_domain:text? after_domain:text? after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 name:text domain:text city:text visibility:text owner:text? team:text? trader_id:u64?
SELECT STRAIGHT_JOIN o.id, o.name, o.domain, o.city, o.visibility, s.name,
       t.name, o.trader_id
  FROM organisation o FORCE INDEX (by_domain)
  LEFT JOIN staff s ON s.id = o.owner_id
  LEFT JOIN team t ON t.id = o.team_id
 WHERE o.domain >= ? AND o.domain < ?
   [AND (o.domain > ? OR (o.domain = ? AND o.id > ?))]
   AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?))
 ORDER BY o.domain, o.id
 LIMIT ? ROWS EXAMINED ?;

-- name: organisations_by_registration
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   registration:text after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 name:text domain:text city:text visibility:text owner:text? team:text? trader_id:u64?
SELECT STRAIGHT_JOIN o.id, o.name, o.domain, o.city, o.visibility, s.name,
       t.name, o.trader_id
  FROM organisation o FORCE INDEX (by_registration)
  LEFT JOIN staff s ON s.id = o.owner_id
  LEFT JOIN team t ON t.id = o.team_id
 WHERE o.registration = ? AND o.id > ?
   AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?))
 ORDER BY o.id
 LIMIT ? ROWS EXAMINED ?;

-- Where the page before ended, of one that the caller may see.
-- name: organisations_cursor
-- for:  office
-- law:  GDPR 25
-- does: read
-- in:   word:text end:text id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one sort_name:text domain:text word:text?
SELECT o.sort_name, o.domain,
       (SELECT MIN(w.word) FROM organisation_word w
         WHERE w.organisation_id = o.id AND w.word >= ? AND w.word < ?)
  FROM organisation o
 WHERE o.id = ?
   AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?));

-- Who is the same organisation to the caller: of one name and domain, or of
-- one registration.
-- name: organisations_same
-- for:  office
-- law:  GDPR 5(1)(d), 25
-- does: read
-- in:   but_id:u64 sort_name:text domain:text sees_all:bool staff_id:u64 team_id:u64 but_id:u64 registration:text sees_all:bool staff_id:u64 team_id:u64
-- out:  many id:u64 name:text is_number:bool
(SELECT o.id, o.name, FALSE
   FROM organisation o FORCE INDEX (by_name)
  WHERE o.id <> ? AND o.sort_name = ? AND o.domain = ?
    AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
         OR (o.visibility = 'team' AND o.team_id = ?))
  ORDER BY o.id LIMIT 1)
UNION ALL
(SELECT o.id, o.name, TRUE
   FROM organisation o FORCE INDEX (by_registration)
  WHERE o.id <> ? AND o.registration = ? AND o.registration <> ''
    AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
         OR (o.visibility = 'team' AND o.team_id = ?))
  ORDER BY o.id LIMIT 1)
LIMIT 2;

-- name: organisations_insert
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   name:text sort_name:text registration:text vat:text domain:text website:text phone:text? street:text postcode:text city:text country:text language:text note:text visibility:text owner_id:u64? team_id:u64? now_us:i64 now_us:i64
-- out:  one id:u64
INSERT INTO organisation (name, sort_name, registration, vat, domain, website,
       phone, street, postcode, city, country, language, note, visibility,
       owner_id, team_id, created_us, updated_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: organisations_update
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   name:text sort_name:text registration:text vat:text domain:text website:text phone:text? street:text postcode:text city:text country:text language:text note:text visibility:text owner_id:u64? team_id:u64? updated_us:i64 id:u64 version:u64
UPDATE organisation
   SET name = ?, sort_name = ?, registration = ?, vat = ?, domain = ?,
       website = ?, phone = ?, street = ?, postcode = ?, city = ?,
       country = ?, language = ?, note = ?, visibility = ?, owner_id = ?,
       team_id = ?, updated_us = ?, version = version + 1
 WHERE id = ? AND version = ?;

-- name: organisations_words_delete
-- for:  office owner
-- law:  GDPR 5(1)(d)
-- does: write
-- in:   organisation_id:u64
DELETE FROM organisation_word
 WHERE organisation_id = ?;

-- name: organisations_words_insert
-- for:  office keeper owner
-- law:  GDPR 5(1)(d)
-- does: write
-- each: word:text organisation_id:u64
INSERT INTO organisation_word (word, organisation_id) VALUES {(?, ?)};

-- Whoever puts somebody into it, and whoever removes it, comes after the other.
-- name: organisations_lock
-- for:  office
-- law:  GDPR 5(1)(d), 5(1)(f)
-- does: write
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one name:text trader_id:u64?
SELECT o.name, o.trader_id
  FROM organisation o
 WHERE o.id = ?
   AND (? OR o.visibility = 'everyone' OR o.owner_id = ?
        OR (o.visibility = 'team' AND o.team_id = ?))
   FOR UPDATE;

-- name: organisations_others
-- for:  office
-- law:  GDPR 5(1)(d)
-- does: read
-- in:   organisation_id:u64 but_id:u64
-- out:  many contact_id:u64
SELECT contact_id
  FROM membership
 WHERE organisation_id = ? AND contact_id <> ?
 ORDER BY contact_id
 LIMIT 1;

-- name: organisations_delete
-- for:  office
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   id:u64
DELETE FROM organisation
 WHERE id = ?;

-- name: organisations_trader
-- for:  office
-- law:  GDPR 4(1), 15(1), 17(1)
-- does: write
-- in:   trader_id:u64? id:u64
UPDATE organisation SET trader_id = ?, version = version + 1
 WHERE id = ?;

-- name: organisations_people
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   organisation_id:u64 after:u64 sees_all:bool staff_id:u64 team_id:u64 most:u64 examined:u64
-- out:  many id:u64 given_name:text family_name:text email:text? kind:text restriction:text? job_title:text since:day?
SELECT STRAIGHT_JOIN c.id, c.given_name, c.family_name, c.email, c.kind,
       IF(c.restriction IS NULL AND c.quarantined_us IS NOT NULL,
          'quarantine', c.restriction), m.job_title, m.since
  FROM membership m FORCE INDEX (by_organisation)
  JOIN contact c ON c.id = m.contact_id
 WHERE m.organisation_id = ? AND m.contact_id > ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY m.contact_id
 LIMIT ? ROWS EXAMINED ?;

-- name: organisations_of
-- for:  office keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  one organisation_id:u64 name:text job_title:text since:day? is_own:bool
SELECT m.organisation_id, o.name, m.job_title, m.since,
       o.trader_id IS NOT NULL AND o.trader_id = m.contact_id
  FROM membership m
  JOIN organisation o ON o.id = m.organisation_id
 WHERE m.contact_id = ?;

-- name: organisations_member_put
-- for:  office keeper owner
-- law:  GDPR 5(1)(d), 15(1)
-- does: write
-- in:   contact_id:u64 organisation_id:u64 job_title:text since:day? at_us:i64
INSERT INTO membership (contact_id, organisation_id, job_title, since, at_us)
VALUES (?, ?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE organisation_id = VALUES(organisation_id),
       job_title = VALUES(job_title), since = VALUES(since),
       at_us = VALUES(at_us);

-- name: organisations_member_end
-- for:  office keeper owner
-- law:  GDPR 5(1)(c)
-- does: write
-- in:   contact_id:u64
DELETE FROM membership
 WHERE contact_id = ?;

-- Who can look after an organisation: of one team, or of any.
-- name: organisations_keepers
-- for:  office
-- law:  GDPR 25(2)
-- does: read
-- in:   team_id:u64?
-- out:  many id:u64 name:text
SELECT id, name
  FROM staff
 WHERE state = 'active' AND role IN ('adviser', 'lead')
   [AND team_id = ?]
 ORDER BY name, id
 LIMIT 1000;

-- name: organisations_teams
-- for:  office
-- law:  GDPR 25(2)
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM team
 WHERE NOT is_closed
 ORDER BY name, id
 LIMIT 1000;
