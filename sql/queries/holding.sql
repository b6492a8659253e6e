-- SPDX-License-Identifier: EUPL-1.2
-- What each holding has of a person, and how it goes.  The owner has them too,
-- to erase again after a restore.

-- name: holding_who
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: read
-- in:   contact_id:u64
-- out:  one reference:text given_name:text family_name:text language:text basis:text email:text? email_key:bytes? phone:text? identity_id:u64? mailbox:text? mailbox_key:bytes? same_identity:u64 same_address:u64 same_phone:u64
SELECT c.reference, c.given_name, c.family_name, c.language, c.basis, c.email,
       c.email_key, c.phone, c.identity_id, i.mailbox, i.mailbox_key,
       (SELECT COUNT(*) FROM contact o
         WHERE o.identity_id = c.identity_id AND o.id <> c.id),
       (SELECT COUNT(*) FROM contact o
         WHERE o.email_key IN (c.email_key, i.mailbox_key) AND o.id <> c.id) +
       (SELECT COUNT(*) FROM contact_reach r
         WHERE r.value_key IN (c.email_key, i.mailbox_key)
           AND r.contact_id <> c.id AND r.source <> 'account') +
       (SELECT COUNT(*) FROM staff s
         WHERE s.email_key IN (c.email_key, i.mailbox_key)),
       (SELECT COUNT(*) FROM contact o
         WHERE o.phone = c.phone AND o.id <> c.id) +
       (SELECT COUNT(*) FROM contact_reach r
         WHERE r.value_key = CAST(c.phone AS BINARY)
           AND r.contact_id <> c.id AND r.source <> 'account') +
       (SELECT COUNT(*) FROM organisation g
         WHERE g.phone = c.phone
           AND (g.trader_id IS NULL OR g.trader_id <> c.id))
  FROM contact c
  LEFT JOIN identity i ON i.id = c.identity_id
 WHERE c.id = ?;

-- others: who else here has it, as the main one or beside it.  A reference is
-- that of a record that became part of this one.
-- name: holding_reach
-- for:  keeper owner
-- law:  GDPR 17(1), 21(3)
-- does: read
-- in:   contact_id:u64 contact_id:u64
-- out:  many kind:text value:text value_key:bytes others:u64
SELECT r.kind, r.value, r.value_key,
       (SELECT COUNT(*) FROM contact_reach o
         WHERE o.value_key = r.value_key AND o.contact_id <> r.contact_id
           AND o.source <> 'account') +
       IF(r.kind = 'email',
          (SELECT COUNT(*) FROM contact o
            WHERE o.email_key = r.value_key AND o.id <> r.contact_id) +
          (SELECT COUNT(*) FROM identity i
             JOIN contact o ON o.identity_id = i.id AND o.id <> r.contact_id
            WHERE i.mailbox_key = r.value_key) +
          (SELECT COUNT(*) FROM staff s WHERE s.email_key = r.value_key),
          (SELECT COUNT(*) FROM contact o
            WHERE o.phone = r.value AND o.id <> r.contact_id) +
          (SELECT COUNT(*) FROM organisation g
            WHERE g.phone = r.value
              AND (g.trader_id IS NULL OR g.trader_id <> r.contact_id)))
  FROM contact_reach r
 WHERE r.contact_id = ?
 UNION ALL
SELECT 'reference', reference, reference, 0
  FROM contact_merge
 WHERE survivor_id = ? AND state = 'done'
 ORDER BY 1, 2
 LIMIT 60;

-- name: holding_signups
-- for:  keeper owner
-- law:  GDPR 5(2), 17(1)
-- does: read
-- in:   mailbox_key:bytes
-- out:  one n:u64
SELECT COUNT(*)
  FROM signup
 WHERE mailbox_key = ?;

-- name: holding_counts
-- for:  keeper owner
-- law:  GDPR 5(2), 17(1)
-- does: read
-- in:   contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 identity_id:u64? identity_id:u64? contact_id:u64 identity_id:u64? contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64 mailbox_key:bytes? contact_id:u64 contact_id:u64
-- out:  one contact:u64 contact_index:u64 provenance:u64 history:u64 identity:u64 interaction:u64 consent:u64 audit:u64 access:u64 outbox:u64 package:u64 signup:u64 rights_request:u64 evidence:u64
SELECT (SELECT COUNT(*) FROM contact WHERE id = ?) +
       (SELECT COUNT(*) FROM address_change WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM contact_reach WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM membership WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM organisation WHERE trader_id = ?) +
       (SELECT COUNT(*) FROM contact_merge
         WHERE survivor_id = ? OR merged_id = ?) +
       (SELECT COUNT(*) FROM duplicate WHERE low_id = ? OR high_id = ?) +
       (SELECT COUNT(*) FROM contact_tag WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM custom_value WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM snapshot_contact WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM bulk_contact WHERE contact_id = ?),
       (SELECT COUNT(*) FROM contact_word WHERE contact_id = ?),
       (SELECT COUNT(*) FROM contact_provenance WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM import_row WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM import WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM quarantine WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM notice_duty WHERE contact_id = ?),
       (SELECT COUNT(*) FROM contact_history WHERE contact_id = ?),
       (SELECT COUNT(*) FROM identity WHERE id = ?) +
       (SELECT COUNT(*) FROM portal_session WHERE identity_id = ? OR contact_id = ?) +
       (SELECT COUNT(*) FROM token WHERE purpose IN ('sign_in', 'password') AND subject_id = ?),
       (SELECT COUNT(*) FROM interaction WHERE contact_id = ?),
       (SELECT COUNT(*) FROM consent_state WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM consent_soft_opt_in WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM consent_subject WHERE contact_id = ?),
       (SELECT COUNT(*) FROM audit_subject WHERE contact_id = ?),
       (SELECT COUNT(*) FROM access_subject WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM crossing WHERE contact_id = ?),
       (SELECT COUNT(*) FROM outbox WHERE contact_id = ?),
       (SELECT COUNT(*) FROM package WHERE contact_id = ?) +
       (SELECT COUNT(*) FROM staff_export WHERE contact_id = ?),
       (SELECT COUNT(*) FROM signup WHERE mailbox_key = ?),
       (SELECT COUNT(*) FROM rights_request WHERE contact_id = ?),
       (SELECT COUNT(*) FROM evidence WHERE contact_id = ?);

-- name: holding_erase_crossing
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM crossing
 WHERE contact_id = ?;

-- name: holding_erase_contact_word
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM contact_word
 WHERE contact_id = ?;

-- name: holding_erase_contact_provenance
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM contact_provenance
 WHERE contact_id = ?;

-- name: holding_close_import
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   now_us:i64 contact_id:u64 contact_id:u64
UPDATE import
   SET expires_us = ?
 WHERE destroyed_us IS NULL
   AND (contact_id = ?
        OR id IN (SELECT import_id FROM import_row WHERE contact_id = ?));

-- name: holding_unlink_import
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
UPDATE import
   SET contact_id = NULL,
       state = IF(state IN ('waiting', 'read', 'checking', 'checked'),
         'cancelled', state)
 WHERE contact_id = ?;

-- name: holding_erase_quarantine
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM quarantine
 WHERE contact_id = ?;

-- name: holding_erase_notice_duty
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM notice_duty
 WHERE contact_id = ?;

-- name: holding_erase_import_row
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM import_row
 WHERE contact_id = ?;

-- name: holding_erase_contact_history
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM contact_history
 WHERE contact_id = ?;

-- name: holding_erase_interaction
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM interaction
 WHERE contact_id = ?;

-- name: holding_erase_evidence_chunk
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM evidence_chunk
 WHERE evidence_id IN (SELECT id FROM evidence WHERE contact_id = ?);

-- name: holding_erase_evidence
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM evidence
 WHERE contact_id = ?;

-- name: holding_erase_address_change
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM address_change
 WHERE contact_id = ?;

-- name: holding_erase_contact_merge
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64 contact_id:u64
DELETE FROM contact_merge
 WHERE survivor_id = ? OR merged_id = ?;

-- name: holding_erase_duplicate
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64 contact_id:u64
DELETE FROM duplicate
 WHERE low_id = ? OR high_id = ?;

-- name: holding_destroy_merged_keys
-- for:  keeper owner
-- law:  GDPR 17(1), 32(1)(a)
-- does: write
-- in:   contact_id:u64
DELETE k
  FROM contact_merge m
  JOIN {keys}.person_key k ON k.contact_id = m.merged_id
 WHERE m.survivor_id = ? AND m.state = 'done';

-- name: holding_erase_contact_reach
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM contact_reach
 WHERE contact_id = ?;

-- A sole trader's business is data of theirs: nobody belongs to it any more.
-- name: holding_erase_own_members
-- for:  keeper owner
-- law:  GDPR 4(1), 17(1)
-- does: write
-- in:   contact_id:u64
DELETE m
  FROM organisation o
  JOIN membership m ON m.organisation_id = o.id
 WHERE o.trader_id = ?;

-- name: holding_erase_own_origins
-- for:  keeper owner
-- law:  GDPR 4(1), 17(1)
-- does: write
-- in:   contact_id:u64
DELETE p
  FROM organisation o
  JOIN membership m ON m.organisation_id = o.id
  JOIN contact_provenance p ON p.contact_id = m.contact_id
       AND p.field IN ('organisation', 'job_title', 'member_since')
 WHERE o.trader_id = ?;

-- name: holding_erase_membership
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM membership
 WHERE contact_id = ?;

-- name: holding_erase_organisation_word
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE w
  FROM organisation o
  JOIN organisation_word w ON w.organisation_id = o.id
 WHERE o.trader_id = ?;

-- name: holding_erase_organisation
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM organisation
 WHERE trader_id = ?;

-- name: holding_erase_contact_tag
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM contact_tag
 WHERE contact_id = ?;

-- name: holding_erase_custom_value
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM custom_value
 WHERE contact_id = ?;

-- name: holding_erase_snapshot_contact
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM snapshot_contact
 WHERE contact_id = ?;

-- name: holding_erase_bulk_contact
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM bulk_contact
 WHERE contact_id = ?;

-- name: holding_erase_consent_state
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM consent_state
 WHERE contact_id = ?;

-- name: holding_erase_consent_soft_opt_in
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM consent_soft_opt_in
 WHERE contact_id = ?;

-- name: holding_erase_consent_subject
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM consent_subject
 WHERE contact_id = ?;

-- name: holding_erase_audit_subject
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM audit_subject
 WHERE contact_id = ?;

-- name: holding_erase_access_subject
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM access_subject
 WHERE contact_id = ?;

-- Whoever writes of the person in the same moment comes before and is found, or
-- after and finds nobody.
-- name: holding_lock
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
-- out:  many id:u64
SELECT id
  FROM contact
 WHERE id = ?
 ORDER BY id
 LIMIT 1
   FOR UPDATE;

-- An export by staff is found by the line of who looked, so this comes before
-- the lines are unlinked.
-- name: holding_erase_export_chunk
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM staff_export_chunk
 WHERE export_id IN (SELECT e.id
                       FROM access_subject s
                       JOIN staff_export e ON e.line_id = s.line_id
                      WHERE s.contact_id = ?);

-- name: holding_erase_export_key
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM {keys}.staff_export_key
 WHERE export_id IN (SELECT e.id
                       FROM access_subject s
                       JOIN staff_export e ON e.line_id = s.line_id
                      WHERE s.contact_id = ?);

-- name: holding_erase_export
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64 contact_id:u64 contact_id:u64
UPDATE staff_export e
   SET e.state = IF(e.state IN ('waiting', 'building', 'ready'), 'destroyed',
           e.state),
       e.contact_id = IF(e.contact_id = ?, NULL, e.contact_id),
       e.fence = e.fence + 1
 WHERE e.contact_id = ?
    OR e.line_id IN (SELECT line_id FROM access_subject WHERE contact_id = ?);

-- name: holding_erase_package
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM package
 WHERE contact_id = ?;

-- name: holding_erase_package_chunk
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM package_chunk
 WHERE package_id IN (SELECT id FROM package WHERE contact_id = ?);

-- name: holding_erase_package_download
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM package_download
 WHERE package_id IN (SELECT id FROM package WHERE contact_id = ?);

-- name: holding_erase_contact
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE FROM contact
 WHERE id = ?;

-- name: holding_erase_identity
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   identity_id:u64
DELETE FROM identity
 WHERE id = ?;

-- name: holding_erase_portal_session
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   identity_id:u64? contact_id:u64
DELETE FROM portal_session
 WHERE identity_id = ? OR contact_id = ?;

-- name: holding_erase_token
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   identity_id:u64? contact_id:u64 contact_id:u64
DELETE FROM token
 WHERE (purpose IN ('sign_in', 'password') AND subject_id = ?)
    OR (purpose = 'address' AND subject_id IN
        (SELECT id FROM address_change WHERE contact_id = ?))
    OR (purpose = 'erasure' AND subject_id IN
        (SELECT id FROM erasure WHERE contact_id = ?));

-- name: holding_erase_signup
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   mailbox_key:bytes
DELETE FROM signup
 WHERE mailbox_key = ?;

-- name: holding_erase_signup_filed
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   contact_id:u64
DELETE s
  FROM consent_subject g
  STRAIGHT_JOIN signup s ON s.id = g.signup_id
 WHERE g.contact_id = ?;

-- name: holding_erase_signup_subject
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   mailbox_key:bytes
DELETE FROM consent_subject
 WHERE contact_id IS NULL
   AND signup_id IN (SELECT id FROM signup WHERE mailbox_key = ?);

-- What else they asked for ends with them: there is nobody to answer.  The
-- case of the erasure itself is closed with its receipt.
-- name: holding_end_requests_step
-- for:  keeper owner
-- law:  GDPR 12(3), 17(1)
-- does: write
-- in:   at_us:i64 contact_id:u64
INSERT INTO rights_step (request_id, verb, actor, at_us)
SELECT r.id, 'ended', 'program', ?
  FROM rights_request r
 WHERE r.contact_id = ? AND r.state IN ('intent', 'open', 'waiting')
   AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.request_id = r.id);

-- name: holding_end_requests
-- for:  keeper owner
-- law:  GDPR 12(3), 17(1)
-- does: write
-- in:   answered_us:i64 contact_id:u64
UPDATE rights_request r
   SET r.state = 'cancelled', r.outcome = 'erased', r.answered_us = ?,
       r.version = r.version + 1
 WHERE r.contact_id = ? AND r.state IN ('intent', 'open', 'waiting')
   AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.request_id = r.id);

-- name: holding_forget_request
-- for:  keeper owner
-- law:  GDPR 17(1), 17(3)(e)
-- does: write
-- in:   contact_id:u64
UPDATE rights_request SET contact_id = NULL
 WHERE contact_id = ? AND words_sealed IS NULL AND mailbox_sealed IS NULL
   AND answer_sealed IS NULL AND extended_sealed IS NULL;

-- name: holding_kept_requests
-- for:  keeper owner
-- law:  GDPR 17(3)(e)
-- does: read
-- in:   contact_id:u64
-- out:  one kept:u64 last:day?
SELECT COUNT(*), MAX(received_day)
  FROM rights_request
 WHERE contact_id = ?;

-- name: holding_held
-- for:  keeper owner
-- law:  GDPR 17(3)(b)
-- does: read
-- in:   contact_id:u64 today:day
-- out:  many id:u64 kind:text is_from_person:bool title:text detail_sealed:bytes? amount_cents:i64? at_us:i64 hold_law:text hold_until:day
SELECT id, kind, is_from_person, title, detail_sealed, amount_cents, at_us,
       hold_law, hold_until
  FROM interaction
 WHERE contact_id = ? AND hold_law IS NOT NULL AND hold_until >= ?
 ORDER BY id
 LIMIT 32;

-- name: holding_archive
-- for:  keeper owner
-- law:  GDPR 17(3)(b)
-- does: write
-- each: contact_id:u64 erasure_id:u64? origin:text hold_law:text hold_until:day sealed:bytes created_us:i64
INSERT INTO archive_item (contact_id, erasure_id, origin, hold_law,
       hold_until, sealed, created_us)
VALUES {(?, ?, ?, ?, ?, ?, ?)};

-- name: holding_erase_held
-- for:  keeper owner
-- law:  GDPR 17(1), 17(3)(b)
-- does: write
-- each: id:u64
DELETE FROM interaction WHERE id IN ({?});

-- name: holding_archived
-- for:  keeper owner
-- law:  GDPR 5(2), 17(3)(b)
-- does: read
-- in:   contact_id:u64
-- out:  many origin:text hold_law:text hold_until:day kept:u64
SELECT origin, hold_law, hold_until, COUNT(*)
  FROM archive_item
 WHERE contact_id = ?
 GROUP BY origin, hold_law, hold_until
 ORDER BY origin, hold_until, hold_law
 LIMIT 32;

-- name: holding_suppress
-- for:  keeper owner
-- law:  GDPR 17(1), 21(3)
-- does: write
-- each: identifier_hash:bytes identifier:text channel:text since_us:i64 until_us:i64
INSERT INTO suppression (identifier_hash, identifier, purpose_id, channel,
       basis, since_us, until_us)
VALUES {(?, ?, 0, ?, 'GDPR 17', ?, ?)}
    ON DUPLICATE KEY UPDATE basis = VALUES(basis),
       since_us = VALUES(since_us), superseded_us = NULL,
       until_us = GREATEST(until_us, VALUES(until_us));

-- name: holding_destroy_keys
-- for:  keeper owner
-- law:  GDPR 17(1), 32(1)(a)
-- does: write
-- in:   contact_id:u64 contact_id:u64 contact_id:u64
DELETE FROM {keys}.person_key
 WHERE contact_id = ?
   AND (class = 'live'
        OR (NOT EXISTS (SELECT 1 FROM archive_item WHERE contact_id = ?)
            AND NOT EXISTS (SELECT 1 FROM rights_request
                             WHERE contact_id = ?)));

-- name: holding_archive_ended
-- for:  keeper
-- law:  GDPR 5(1)(e), 17(3)(b)
-- does: read
-- in:   today:day most:u64
-- out:  many id:u64 contact_id:u64
SELECT id, contact_id
  FROM archive_item
 WHERE hold_until < ?
 ORDER BY hold_until, id
 LIMIT ?;

-- name: holding_archive_delete
-- for:  keeper
-- law:  GDPR 5(1)(e), 17(1)
-- does: write
-- each: id:u64
DELETE FROM archive_item WHERE id IN ({?});

-- name: holding_cases_ended
-- for:  keeper
-- law:  GDPR 5(1)(e), 17(3)(e)
-- does: read
-- in:   before_day:day most:u64
-- out:  many contact_id:u64
SELECT r.contact_id
  FROM rights_request r
  LEFT JOIN contact c ON c.id = r.contact_id
 WHERE r.contact_id IS NOT NULL AND c.id IS NULL
 GROUP BY r.contact_id
HAVING MAX(r.received_day) < ?
 ORDER BY r.contact_id
 LIMIT ?;

-- name: holding_cases_forget
-- for:  keeper
-- law:  GDPR 5(1)(e), 17(1)
-- does: write
-- in:   contact_id:u64
UPDATE rights_request
   SET contact_id = NULL, words_sealed = NULL, mailbox_sealed = NULL,
       answer_sealed = NULL, extended_sealed = NULL
 WHERE contact_id = ?;
