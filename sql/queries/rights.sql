-- SPDX-License-Identifier: EUPL-1.2

-- name: rights_insert
-- for:  portal office
-- law:  GDPR 12(3)
-- does: write
-- in:   reference:text kind:text door:text contact_id:u64? language:text words_sealed:bytes? mailbox_sealed:bytes? state:text received_us:i64 received_day:day target_day:day working_day:day due_day:day matched_us:i64?
-- out:  one id:u64
INSERT INTO rights_request (reference, kind, door, contact_id, language,
       words_sealed, mailbox_sealed, state, received_us, received_day, target_day,
       working_day, due_day, matched_us)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
RETURNING id;

-- name: rights_step_insert
-- for:  portal office keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   request_id:u64 verb:text actor:text staff_id:u64? at_us:i64
INSERT INTO rights_step (request_id, verb, actor, staff_id, at_us)
VALUES (?, ?, ?, ?, ?);

-- name: rights_mine
-- for:  portal
-- law:  GDPR 12(3)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 reference:text kind:text state:text received_us:i64 due_day:day answered_us:i64?
SELECT id, reference, kind, state, received_us, due_day, answered_us
  FROM rights_request
 WHERE contact_id = ?
 ORDER BY id DESC
 LIMIT 50;

-- name: rights_mine_one
-- for:  portal
-- law:  GDPR 12(3)
-- does: read
-- in:   id:u64 contact_id:u64
-- out:  one reference:text kind:text state:text received_us:i64 due_day:day extended_us:i64? answered_us:i64? outcome:text? words_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes?
SELECT reference, kind, state, received_us, due_day, extended_us, answered_us,
       outcome, words_sealed, answer_sealed, extended_sealed
  FROM rights_request
 WHERE id = ? AND contact_id = ?;

-- name: rights_steps
-- for:  portal office
-- law:  GDPR 12(3)
-- does: read
-- in:   request_id:u64
-- out:  many verb:text actor:text at_us:i64
SELECT verb, actor, at_us
  FROM rights_step
 WHERE request_id = ?
 ORDER BY id
 LIMIT 100;

-- name: rights_restrict
-- for:  portal
-- law:  GDPR 18(1)
-- does: write
-- in:   restricted_us:i64 restriction:text updated_us:i64 id:u64
UPDATE contact
   SET restricted_us = ?, restriction = ?, updated_us = ?,
       version = version + 1
 WHERE id = ?
   AND (restricted_us IS NULL OR restriction = 'erasure'
        OR EXISTS (SELECT 1 FROM rights_request r
                    WHERE r.contact_id = contact.id
                      AND r.kind = 'restriction' AND r.door = 'staff'
                      AND r.received_us = contact.restricted_us));

-- Staff may take back what they froze; what the person asks for stays.
-- name: rights_frozen_by_staff
-- for:  portal
-- law:  GDPR 18(1)
-- does: read
-- in:   id:u64
-- out:  many id:u64
SELECT r.id
  FROM contact c
  JOIN rights_request r ON r.contact_id = c.id
 WHERE c.id = ? AND r.kind = 'restriction' AND r.door = 'staff'
   AND r.received_us = c.restricted_us AND c.restriction <> 'erasure'
 ORDER BY r.id
 LIMIT 1;

-- What an erasure freezes meanwhile stays frozen for it.
-- name: rights_lift
-- for:  portal office keeper
-- law:  GDPR 18(3)
-- does: write
-- in:   updated_us:i64 id:u64
UPDATE contact c
   SET c.restricted_us = IF(EXISTS (SELECT 1 FROM erasure e
                WHERE e.contact_id = c.id
                  AND e.state NOT IN ('done', 'cancelled')),
           c.restricted_us, NULL),
       c.restriction = IF(EXISTS (SELECT 1 FROM erasure e
                WHERE e.contact_id = c.id
                  AND e.state NOT IN ('done', 'cancelled')),
           'erasure', NULL),
       c.updated_us = ?, c.version = c.version + 1
 WHERE c.id = ? AND c.restriction <> 'erasure';

-- name: rights_lift_announce
-- for:  office
-- law:  GDPR 18(3)
-- does: write
-- in:   lift_told_us:i64 lift_day:day id:u64 version:u64
UPDATE rights_request
   SET lift_told_us = ?, lift_day = ?, version = version + 1
 WHERE id = ? AND version = ? AND lift_day IS NULL;

-- name: rights_lift_announced
-- for:  portal
-- law:  GDPR 18(3)
-- does: read
-- in:   contact_id:u64
-- out:  many lift_day:day
SELECT lift_day
  FROM rights_request
 WHERE contact_id = ? AND lift_day IS NOT NULL
 ORDER BY lift_day
 LIMIT 1;

-- name: rights_lift_forget
-- for:  portal office keeper
-- law:  GDPR 18
-- does: write
-- in:   contact_id:u64
UPDATE rights_request SET lift_day = NULL
 WHERE contact_id = ? AND lift_day IS NOT NULL;

-- Not while a mail that says so is on its way, which holds up no other; failed:
-- those that have not arrived.  Who was erased meanwhile has nothing that could
-- be used again.
-- name: rights_lift_due
-- for:  keeper
-- law:  GDPR 18(3)
-- does: read
-- in:   until:day
-- out:  many id:u64 contact_id:u64 failed:u64
SELECT r.id, r.contact_id,
       (SELECT COUNT(*) FROM outbox
         WHERE contact_id = r.contact_id AND created_us >= r.lift_told_us
           AND template IN ('rights_answered', 'rights_lift')
           AND state IN ('bounced', 'dead', 'cancelled'))
  FROM rights_request r
  JOIN contact c ON c.id = r.contact_id
 WHERE r.lift_day <= ?
   AND NOT EXISTS (SELECT 1 FROM outbox
                    WHERE contact_id = r.contact_id
                      AND created_us >= r.lift_told_us
                      AND template IN ('rights_answered', 'rights_lift')
                      AND state IN ('new', 'claimed', 'retry', 'ambiguous'))
 ORDER BY r.lift_day, r.id
 LIMIT 100;

-- name: rights_close
-- for:  portal office keeper
-- law:  GDPR 12(3)
-- does: write
-- in:   state:text outcome:text answered_us:i64 id:u64
UPDATE rights_request
   SET state = ?, outcome = ?, answered_us = ?, version = version + 1
 WHERE id = ? AND state IN ('intent', 'open', 'waiting');

-- name: rights_open_restriction
-- for:  portal
-- law:  GDPR 18
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64
SELECT id
  FROM rights_request
 WHERE contact_id = ? AND kind = 'restriction'
   AND state IN ('intent', 'open', 'waiting')
 ORDER BY id DESC
 LIMIT 1;

-- name: rights_office_open
-- for:  office
-- law:  GDPR 12(3)
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64 kind:text? assigned_id:u64? day:day? day:day? after:u64
-- out:  many id:u64 reference:text kind:text state:text received_us:i64 target_day:day working_day:day due_day:day contact_id:u64? given_name:text? family_name:text? assigned:text?
SELECT r.id, r.reference, r.kind, r.state, r.received_us, r.target_day,
       r.working_day, r.due_day, c.id, c.given_name, c.family_name, p.name
  FROM rights_request r
  LEFT JOIN contact c ON c.id = r.contact_id
  LEFT JOIN staff p ON p.id = r.assigned_id
 WHERE r.state IN ('intent', 'open', 'waiting')
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
   [AND r.kind = ?]
   [AND r.assigned_id = ?]
   [AND (r.due_day > ? OR (r.due_day = ? AND r.id > ?))]
 ORDER BY r.due_day, r.id
 LIMIT 51;

-- name: rights_office_done
-- for:  office
-- law:  GDPR 5(2), 12(3)
-- does: read
-- in:   sees_all:bool staff_id:u64 team_id:u64 before:u64?
-- out:  many id:u64 reference:text kind:text state:text received_us:i64 target_day:day working_day:day due_day:day contact_id:u64? given_name:text? family_name:text? assigned:text?
SELECT r.id, r.reference, r.kind, r.state, r.received_us, r.target_day,
       r.working_day, r.due_day, c.id, c.given_name, c.family_name, p.name
  FROM rights_request r
  LEFT JOIN contact c ON c.id = r.contact_id
  LEFT JOIN staff p ON p.id = r.assigned_id
 WHERE r.state IN ('answered', 'refused', 'cancelled')
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
   [AND r.id < ?]
 ORDER BY r.id DESC
 LIMIT 51;

-- name: rights_office_one
-- for:  office
-- law:  GDPR 12(3)
-- does: read
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one reference:text kind:text door:text state:text language:text received_us:i64 received_day:day target_day:day working_day:day due_day:day extended_us:i64? answered_us:i64? outcome:text? version:u64 contact_id:u64? words_sealed:bytes? mailbox_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes? person_id:u64? given_name:text? family_name:text? email:text? identity_id:u64? assigned_id:u64? assigned_name:text? lift_day:day? restricted_us:i64? restriction:text?
SELECT r.reference, r.kind, r.door, r.state, r.language, r.received_us,
       r.received_day, r.target_day, r.working_day, r.due_day, r.extended_us,
       r.answered_us, r.outcome, r.version, r.contact_id, r.words_sealed,
       r.mailbox_sealed, r.answer_sealed, r.extended_sealed, c.id,
       c.given_name, c.family_name, c.email, c.identity_id, r.assigned_id,
       p.name, r.lift_day, c.restricted_us, c.restriction
  FROM rights_request r
  LEFT JOIN contact c ON c.id = r.contact_id
  LEFT JOIN staff p ON p.id = r.assigned_id
 WHERE r.id = ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?));

-- name: rights_office_steps
-- for:  office
-- law:  GDPR 12(3)
-- does: read
-- in:   request_id:u64
-- out:  many verb:text actor:text staff:text? at_us:i64
SELECT s.verb, s.actor, p.name, s.at_us
  FROM rights_step s
  LEFT JOIN staff p ON p.id = s.staff_id
 WHERE s.request_id = ?
 ORDER BY s.id
 LIMIT 100;

-- name: rights_office_answer
-- for:  office
-- law:  GDPR 12(3), 12(4)
-- does: write
-- in:   state:text outcome:text answer_sealed:bytes answered_us:i64 id:u64 version:u64
UPDATE rights_request
   SET state = ?, outcome = ?, answer_sealed = ?, answered_us = ?,
       version = version + 1
 WHERE id = ? AND version = ? AND state IN ('intent', 'open', 'waiting');

-- name: rights_office_extend
-- for:  office
-- law:  GDPR 12(3)
-- does: write
-- in:   extended_us:i64 extended_sealed:bytes working_day:day due_day:day id:u64 version:u64
UPDATE rights_request
   SET extended_us = ?, extended_sealed = ?, working_day = ?, due_day = ?,
       alerted = 0, version = version + 1
 WHERE id = ? AND version = ? AND extended_us IS NULL
   AND state IN ('intent', 'open', 'waiting');

-- name: rights_office_assign
-- for:  office
-- law:  GDPR 24, 39(1)
-- does: write
-- in:   assigned_id:u64? id:u64 version:u64
UPDATE rights_request SET assigned_id = ?, version = version + 1
 WHERE id = ? AND version = ? AND state IN ('intent', 'open', 'waiting');

-- name: rights_office_answerers
-- for:  office
-- law:  GDPR 39(1)
-- does: read
-- out:  many id:u64 name:text email:text language:text
SELECT id, name, email, language
  FROM staff
 WHERE state = 'active' AND role IN ('dpo', 'legal')
 ORDER BY name, id
 LIMIT 100;

-- name: rights_office_stop
-- for:  office
-- law:  GDPR 12(4), 17(3)
-- does: write
-- in:   ended_us:i64 request_id:u64
UPDATE erasure SET state = 'cancelled', ended_us = ?
 WHERE request_id = ? AND state IN ('intent', 'cooling');

-- name: rights_office_lift
-- for:  office
-- law:  GDPR 18(3)
-- does: write
-- in:   updated_us:i64 id:u64
UPDATE contact
   SET restricted_us = NULL, restriction = NULL, updated_us = ?,
       version = version + 1
 WHERE id = ? AND restriction = 'erasure';

-- name: rights_near
-- for:  keeper
-- law:  GDPR 12(3)
-- does: read
-- in:   until:day told:u64 after:day? after:day? after_id:u64
-- out:  many id:u64 reference:text due_day:day alerted:u64 name:text? email:text? language:text?
SELECT r.id, r.reference, r.due_day, r.alerted, p.name, p.email, p.language
  FROM rights_request r
  LEFT JOIN staff p ON p.id = r.assigned_id AND p.state = 'active'
       AND p.role IN ('dpo', 'legal')
 WHERE r.state IN ('intent', 'open', 'waiting')
   AND r.due_day <= ? AND r.alerted < ?
   [AND (r.due_day > ? OR (r.due_day = ? AND r.id > ?))]
 ORDER BY r.due_day, r.id
 LIMIT 100;

-- name: rights_alerted
-- for:  keeper
-- law:  GDPR 12(3)
-- does: write
-- in:   alerted:u64 id:u64 alerted:u64
UPDATE rights_request SET alerted = ?
 WHERE id = ? AND alerted < ?;

-- name: rights_office_tasks_open
-- for:  office
-- law:  GDPR 17, 24
-- does: read
-- in:   request_id:u64
-- out:  one n:u64
SELECT COUNT(*)
  FROM task
 WHERE request_id = ? AND state = 'open'
   AND kind IN ('erasure.second_copy', 'erasure.look');

-- name: rights_office_tasks_over
-- for:  office
-- law:  GDPR 24
-- does: write
-- in:   done_us:i64 done_by:u64 request_id:u64
UPDATE task SET state = 'done', outcome = 'over', done_us = ?, done_by = ?
 WHERE request_id = ? AND state = 'open' AND kind = 'erasure.intent';

-- name: rights_office_erasure
-- for:  office
-- law:  GDPR 17
-- does: read
-- in:   request_id:u64
-- out:  many id:u64 state:text due_us:i64 journal_n:u64? erased_us:i64? ended_us:i64?
SELECT id, state, due_us, journal_n, erased_us, ended_us
  FROM erasure
 WHERE request_id = ?
 ORDER BY id DESC
 LIMIT 1;

-- name: rights_office_counts
-- for:  office
-- law:  GDPR 17
-- does: read
-- in:   erasure_id:u64
-- out:  many holding:text found:u64 erased:u64 anonymised:u64 kept:u64
SELECT holding, found, erased, anonymised, kept
  FROM erasure_count
 WHERE erasure_id = ?
 ORDER BY holding
 LIMIT 60;

-- name: rights_unmatched
-- for:  keeper
-- law:  GDPR 12(6)
-- does: read
-- out:  many id:u64 words_sealed:bytes? mailbox_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes? version:u64
SELECT id, words_sealed, mailbox_sealed, answer_sealed, extended_sealed,
       version
  FROM rights_request
 WHERE matched_us IS NULL AND contact_id IS NULL
 ORDER BY id
 LIMIT 100;

-- A further address that somebody typed themself proves nothing about a stranger.
-- name: rights_address_of
-- for:  keeper
-- law:  GDPR 12(6)
-- does: write
-- in:   email_key:bytes email_key:bytes
-- out:  many id:u64
SELECT c.id
  FROM (SELECT id FROM contact WHERE email_key = ?
         UNION
        SELECT contact_id FROM contact_reach
         WHERE value_key = ? AND source <> 'account') f
  JOIN contact c ON c.id = f.id
 ORDER BY c.id
 LIMIT 2
   FOR UPDATE;

-- name: rights_match
-- for:  keeper
-- law:  GDPR 12(6)
-- does: write
-- in:   matched_us:i64 contact_id:u64? words_sealed:bytes? mailbox_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes? id:u64 version:u64
UPDATE rights_request
   SET matched_us = ?, contact_id = ?, words_sealed = ?, mailbox_sealed = ?,
       answer_sealed = ?, extended_sealed = ?, version = version + 1
 WHERE id = ? AND version = ? AND matched_us IS NULL
   AND contact_id IS NULL;
