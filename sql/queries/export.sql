-- SPDX-License-Identifier: EUPL-1.2
-- Copies of a person's data: asked for and fetched at the portal, built and
-- destroyed by the keeper.

-- name: export_insert
-- for:  portal office
-- law:  GDPR 15(3), 20(1)
-- does: write
-- in:   contact_id:u64 request_id:u64 kind:text language:text created_us:i64 expires_us:i64
-- out:  one id:u64
INSERT INTO package (contact_id, request_id, kind, language, state,
       created_us, expires_us)
VALUES (?, ?, ?, ?, 'waiting', ?, ?)
RETURNING id;

-- name: export_underway
-- for:  portal
-- law:  GDPR 12(5)
-- does: read
-- in:   contact_id:u64 kind:text
-- out:  many id:u64
SELECT id
  FROM package
 WHERE contact_id = ? AND kind = ? AND state IN ('waiting', 'building')
 ORDER BY id DESC
 LIMIT 1;

-- name: export_mine
-- for:  portal
-- law:  GDPR 15(3), 20(1)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 kind:text state:text size_bytes:u64 created_us:i64 expires_us:i64
SELECT id, kind, state, size_bytes, created_us, expires_us
  FROM package
 WHERE contact_id = ?
 ORDER BY id DESC
 LIMIT 20;

-- name: export_mine_one
-- for:  portal
-- law:  GDPR 15(3), 20(1)
-- does: read
-- in:   id:u64 contact_id:u64
-- out:  one kind:text state:text done:u64 total:u64 size_bytes:u64 sha256:bytes? created_us:i64 expires_us:i64
SELECT kind, state, done, total, size_bytes, sha256, created_us, expires_us
  FROM package
 WHERE id = ? AND contact_id = ?;

-- name: export_chunk
-- for:  portal
-- law:  GDPR 15(3), 20(1)
-- does: read
-- in:   package_id:u64 number:u64
-- out:  one sealed:bytes
SELECT sealed
  FROM package_chunk
 WHERE package_id = ? AND number = ?;

-- name: export_downloaded
-- for:  portal
-- law:  GDPR 5(2); LAW R36
-- does: append
-- get:  yes
-- in:   package_id:u64 at_us:i64 is_whole:bool
INSERT INTO package_download (package_id, at_us, is_whole)
VALUES (?, ?, ?);

-- name: export_next
-- for:  keeper
-- law:  GDPR 15(3), 20(1)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 contact_id:u64 request_id:u64 kind:text language:text created_us:i64 expires_us:i64 fence:u64
SELECT id, contact_id, request_id, kind, language, created_us, expires_us,
       fence
  FROM package
 WHERE expires_us > ? AND state IN ('waiting', 'building')
 ORDER BY id
 LIMIT 1;

-- name: export_claim
-- for:  keeper
-- law:  GDPR 15(3), 20(1)
-- does: write
-- in:   total:u64 id:u64 fence:u64
UPDATE package
   SET state = 'building', done = 0, total = ?, fence = fence + 1
 WHERE id = ? AND fence = ? AND state IN ('waiting', 'building');

-- name: export_progress
-- for:  keeper
-- law:  GDPR 12(1)
-- does: write
-- in:   done:u64 id:u64 fence:u64
UPDATE package
   SET done = ?
 WHERE id = ? AND fence = ? AND state = 'building';

-- name: export_chunk_insert
-- for:  keeper
-- law:  GDPR 15(3), 20(1)
-- does: append
-- in:   package_id:u64 number:u64 sealed:bytes
INSERT INTO package_chunk (package_id, number, sealed)
VALUES (?, ?, ?);

-- name: export_ready
-- for:  keeper
-- law:  GDPR 12(3)
-- does: write
-- in:   size_bytes:u64 sha256:bytes ready_us:i64 id:u64 fence:u64
UPDATE package
   SET state = 'ready', done = total, size_bytes = ?, sha256 = ?,
       ready_us = ?
 WHERE id = ? AND fence = ? AND state = 'building';

-- name: export_fail
-- for:  keeper
-- law:  GDPR 12(3)
-- does: write
-- in:   id:u64 fence:u64
UPDATE package
   SET state = 'failed'
 WHERE id = ? AND fence = ? AND state IN ('waiting', 'building');

-- name: export_fetched
-- for:  keeper
-- law:  GDPR 5(1)(e); LAW R36
-- does: read
-- out:  many id:u64 at_us:i64
SELECT p.id, MIN(d.at_us)
  FROM package p
  JOIN package_download d ON d.package_id = p.id
 WHERE p.state = 'ready' AND p.downloaded_us IS NULL AND d.is_whole
 GROUP BY p.id
 ORDER BY p.id
 LIMIT 100;

-- name: export_shorten
-- for:  keeper
-- law:  GDPR 5(1)(e); LAW R36
-- does: write
-- in:   downloaded_us:i64 until_us:i64 id:u64
UPDATE package
   SET downloaded_us = ?, expires_us = LEAST(expires_us, ?)
 WHERE id = ? AND state = 'ready' AND downloaded_us IS NULL;

-- name: export_ended
-- for:  keeper
-- law:  GDPR 5(1)(e); LAW R36
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 contact_id:u64
SELECT p.id, p.contact_id
  FROM package p
  LEFT JOIN rights_request r ON r.id = p.request_id
 WHERE p.state IN ('waiting', 'building', 'ready')
   AND (p.expires_us <= ? OR r.id IS NULL OR
       r.state IN ('refused', 'cancelled'))
 ORDER BY p.id
 LIMIT 100;

-- name: export_chunks_delete
-- for:  keeper
-- law:  GDPR 5(1)(e), 17; LAW R36
-- does: write
-- in:   package_id:u64
DELETE FROM package_chunk
 WHERE package_id = ?;

-- name: export_destroy
-- for:  keeper
-- law:  GDPR 5(1)(e); LAW R36
-- does: write
-- in:   id:u64
UPDATE package
   SET state = 'destroyed', fence = fence + 1
 WHERE id = ? AND state IN ('waiting', 'building', 'ready');

-- name: export_identity
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many mailbox:text language:text has_password:bool password_us:i64? created_us:i64
SELECT i.mailbox, i.language, i.password_hash IS NOT NULL, i.password_us,
       i.created_us
  FROM contact c
  JOIN identity i ON i.id = c.identity_id
 WHERE c.id = ?
 ORDER BY i.id
 LIMIT 1;

-- name: export_reach
-- for:  keeper
-- law:  GDPR 15(1), 15(1)(g), 20(1)
-- does: read
-- in:   contact_id:u64
-- out:  many kind:text value:text label:text source:text basis:text notice:u64? at_us:i64
SELECT r.kind, r.value, r.label, r.source, r.basis, n.number, r.at_us
  FROM contact_reach r
  LEFT JOIN notice_version n ON n.id = r.notice_version_id
 WHERE r.contact_id = ?
 ORDER BY r.kind, r.id
 LIMIT 1000;

-- Where they belong, and the business that is their own.
-- name: export_organisation
-- for:  keeper
-- law:  GDPR 4(1), 15(1), 20(1)
-- does: read
-- in:   contact_id:u64 contact_id:u64 contact_id:u64 contact_id:u64
-- out:  many name:text job_title:text? since:day? is_own:bool at_us:i64? registration:text vat:text domain:text website:text phone:text? street:text postcode:text city:text country:text language:text note:text visibility:text team:text? created_us:i64 updated_us:i64
SELECT o.name, m.job_title, m.since,
       o.trader_id IS NOT NULL AND o.trader_id = ?, m.at_us, o.registration,
       o.vat, o.domain, o.website, o.phone, o.street, o.postcode, o.city,
       o.country, o.language, o.note, o.visibility, t.name, o.created_us,
       o.updated_us
  FROM (SELECT organisation_id AS id FROM membership WHERE contact_id = ?
         UNION
        SELECT id FROM organisation WHERE trader_id = ?) theirs
  JOIN organisation o ON o.id = theirs.id
  LEFT JOIN membership m ON m.organisation_id = o.id AND m.contact_id = ?
  LEFT JOIN team t ON t.id = o.team_id
 ORDER BY m.contact_id IS NULL, o.id
 LIMIT 100;

-- name: export_provenance
-- for:  keeper
-- law:  GDPR 15(1)(g)
-- does: read
-- in:   contact_id:u64
-- out:  many field:text source:text basis:text notice:u64? at_us:i64
SELECT p.field, p.source, p.basis, n.number, p.at_us
  FROM contact_provenance p
  LEFT JOIN notice_version n ON n.id = p.notice_version_id
 WHERE p.contact_id = ?
 ORDER BY p.field
 LIMIT 1000;

-- name: export_history
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many field:text old_sealed:bytes new_sealed:bytes by_kind:text at_us:i64
SELECT field, old_sealed, new_sealed, by_kind, at_us
  FROM contact_history
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 20000;

-- name: export_tags
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many name:text at_us:i64
SELECT t.name, g.at_us
  FROM contact_tag g
  JOIN tag t ON t.id = g.tag_id
 WHERE g.contact_id = ?
 ORDER BY t.name
 LIMIT 1000;

-- name: export_interactions
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many kind:text is_from_person:bool title:text detail_sealed:bytes? amount_cents:i64? at_us:i64 hold_law:text? hold_until:day?
SELECT kind, is_from_person, title, detail_sealed, amount_cents, at_us,
       hold_law, hold_until
  FROM interaction
 WHERE contact_id = ?
 ORDER BY at_us, id
 LIMIT 20000;

-- name: export_choices
-- for:  keeper
-- law:  GDPR 7(1), 15(1)
-- does: read
-- in:   language:text contact_id:u64
-- out:  many code:text title:text? wording:text? basis:text channel:text state:text at_us:i64 is_held:bool
SELECT p.code, t.title, t.wording, v.basis, s.channel, s.state, s.at_us,
       s.is_held
  FROM consent_state s
  JOIN purpose p ON p.id = s.purpose_id
  JOIN purpose_version v ON v.id = s.purpose_version_id
  LEFT JOIN purpose_text t ON t.purpose_version_id = s.purpose_version_id
       AND t.language = ?
 WHERE s.contact_id = ?
 ORDER BY s.purpose_id, s.channel
 LIMIT 1000;

-- name: export_events
-- for:  keeper
-- law:  GDPR 7(1), 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many kind:text code:text number:u64 channel:text wording:text? how:text language:text notice:u64 form:text? form_number:u64? rendering:bytes? at_us:i64 evidence_id:u64? evidence_kind:text?
SELECT e.kind, p.code, v.number, e.channel, t.wording, e.how, e.language,
       n.number, f.code, fv.number, e.rendering, e.at_us, x.id, x.kind
  FROM consent_subject s
  JOIN consent_event e ON e.id = s.event_id
  JOIN purpose_version v ON v.id = e.purpose_version_id
  JOIN purpose p ON p.id = v.purpose_id
  JOIN notice_version n ON n.id = e.notice_version_id
  LEFT JOIN purpose_text t ON t.purpose_version_id = v.id
       AND t.language = e.language
  LEFT JOIN form_version fv ON fv.id = e.form_version_id
  LEFT JOIN form f ON f.id = fv.form_id
  LEFT JOIN evidence x ON x.id = e.evidence_id
       AND x.contact_id = s.contact_id
 WHERE s.contact_id = ?
 ORDER BY s.event_id
 LIMIT 20000;

-- name: export_soft
-- for:  keeper
-- law:  GDPR 15(1); ePrivacy 13(2)
-- does: read
-- in:   contact_id:u64
-- out:  many code:text sold_us:i64 is_similar_product:bool was_objection_offered:bool is_address_from_sale:bool
SELECT p.code, s.sold_us, s.is_similar_product, s.was_objection_offered,
       s.is_address_from_sale
  FROM consent_soft_opt_in s
  JOIN purpose p ON p.id = s.purpose_id
 WHERE s.contact_id = ?
 ORDER BY s.purpose_id
 LIMIT 1000;

-- name: export_requests
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 reference:text kind:text door:text state:text language:text mailbox_sealed:bytes? words_sealed:bytes? answer_sealed:bytes? extended_sealed:bytes? received_us:i64 due_day:day extended_us:i64? answered_us:i64? outcome:text? lift_day:day?
SELECT id, reference, kind, door, state, language, mailbox_sealed,
       words_sealed, answer_sealed, extended_sealed, received_us, due_day,
       extended_us, answered_us, outcome, lift_day
  FROM rights_request
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 2000;

-- name: export_steps
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many reference:text verb:text actor:text at_us:i64
SELECT r.reference, s.verb, s.actor, s.at_us
  FROM rights_request r
  JOIN rights_step s ON s.request_id = r.id
 WHERE r.contact_id = ?
 ORDER BY s.id
 LIMIT 20000;

-- name: export_looks
-- for:  keeper
-- law:  GDPR 15(1)(c); CJEU C-579/21
-- does: read
-- in:   contact_id:u64
-- out:  many role:text team:text? kind:text reason:text at_us:i64
SELECT l.role, t.name, l.kind, l.reason, l.at_us
  FROM access_subject s
  JOIN access_line l ON l.id = s.line_id
  LEFT JOIN team t ON t.id = l.team_id
 WHERE s.contact_id = ?
 ORDER BY s.line_id
 LIMIT 50000;

-- name: export_mails
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many template:text language:text state:text created_us:i64 ended_us:i64?
SELECT template, language, state, created_us, ended_us
  FROM outbox
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 20000;

-- name: export_sessions
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many how:text label:text created_us:i64 signed_in_us:i64 seen_us:i64
SELECT how, label, created_us, signed_in_us, seen_us
  FROM portal_session
 WHERE contact_id = ?
 ORDER BY created_us
 LIMIT 1000;

-- name: export_copies
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many kind:text language:text state:text size_bytes:u64 sha256:bytes? created_us:i64 ready_us:i64? downloaded_us:i64? expires_us:i64
SELECT kind, language, state, size_bytes, sha256, created_us, ready_us,
       downloaded_us, expires_us
  FROM package
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 1000;

-- name: export_notice
-- for:  keeper
-- law:  GDPR 15(1)(a) to (h), 15(2)
-- does: read
-- in:   language:text
-- out:  many number:u64 blocks:text
SELECT n.number, t.blocks
  FROM notice_version n
  JOIN notice_text t ON t.notice_version_id = n.id
 ORDER BY n.number DESC, (t.language = ?) DESC
 LIMIT 1;

-- name: export_purposes
-- for:  keeper
-- law:  GDPR 15(1)(a), 15(1)(d)
-- does: read
-- in:   language:text
-- out:  many code:text title:text wording:text basis:text months:u64
SELECT p.code, t.title, t.wording, v.basis, v.retention_months
  FROM purpose p
  JOIN purpose_version v ON v.purpose_id = p.id
  JOIN purpose_text t ON t.purpose_version_id = v.id AND t.language = ?
 WHERE NOT p.is_closed
   AND v.number = (SELECT MAX(o.number) FROM purpose_version o
                    WHERE o.purpose_id = p.id)
 ORDER BY p.id
 LIMIT 200;

-- name: export_addressee
-- for:  keeper
-- law:  GDPR 12(3)
-- does: read
-- in:   contact_id:u64
-- out:  one email:text? mailbox:text? given_name:text
SELECT c.email, i.mailbox, c.given_name
  FROM contact c
  LEFT JOIN identity i ON i.id = c.identity_id
 WHERE c.id = ?;

-- name: export_held
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  one visibility:text team:text? notice:u64? quarantined_us:i64? inform_by:day? informed_us:i64? informed_how:text? informed_notice:u64? not_informed_why:text?
SELECT c.visibility, t.name, n.number, c.quarantined_us, d.due_day, d.told_us,
       d.how, v.number, d.exemption
  FROM contact c
  LEFT JOIN team t ON t.id = c.team_id
  LEFT JOIN notice_version n ON n.id = c.notice_version_id
  LEFT JOIN notice_duty d ON d.contact_id = c.id
  LEFT JOIN notice_version v ON v.id = d.notice_version_id
 WHERE c.id = ?;

-- name: export_sources
-- for:  keeper
-- law:  GDPR 15(1)(g)
-- does: read
-- in:   contact_id:u64 contact_id:u64
-- out:  many source:text
SELECT source FROM contact WHERE id = ?
UNION
SELECT source FROM contact_provenance WHERE contact_id = ?
 ORDER BY source
 LIMIT 100;

-- name: export_address_changes
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many mailbox:text created_us:i64 expires_us:i64
SELECT mailbox, created_us, expires_us
  FROM address_change
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 1000;

-- name: export_links
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many purpose:text tries:u64 created_us:i64 expires_us:i64 used_us:i64?
SELECT t.purpose, t.tries, t.created_us, t.expires_us, t.used_us
  FROM contact c
  JOIN token t ON (t.purpose IN ('sign_in', 'password') AND
           t.subject_id = c.identity_id)
       OR (t.purpose = 'address' AND t.subject_id IN
           (SELECT a.id FROM address_change a WHERE a.contact_id = c.id))
       OR (t.purpose = 'erasure' AND t.subject_id IN
           (SELECT e.id FROM erasure e WHERE e.contact_id = c.id))
 WHERE c.id = ?
 ORDER BY t.created_us, t.hash
 LIMIT 2000;

-- name: export_archive
-- for:  keeper
-- law:  GDPR 15(1), 17(3)(b)
-- does: read
-- in:   contact_id:u64
-- out:  many origin:text hold_law:text hold_until:day sealed:bytes created_us:i64
SELECT origin, hold_law, hold_until, sealed, created_us
  FROM archive_item
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 20000;

-- name: export_suppressions
-- for:  keeper
-- law:  GDPR 15(1), 21(3)
-- does: read
-- each: identifier_hash:bytes
-- out:  many identifier:text code:text? channel:text basis:text since_us:i64 until_us:i64 superseded_us:i64?
SELECT s.identifier, p.code, s.channel, s.basis, s.since_us, s.until_us,
       s.superseded_us
  FROM suppression s
  LEFT JOIN purpose p ON p.id = s.purpose_id
 WHERE s.identifier_hash IN ({?})
 ORDER BY s.id
 LIMIT 3200;

-- name: export_erasures
-- for:  keeper
-- law:  GDPR 15(1), 17
-- does: read
-- in:   contact_id:u64
-- out:  many reference:text? state:text proof:text? due_us:i64 created_us:i64 decided_us:i64? ended_us:i64?
SELECT r.reference, e.state, e.proof, e.due_us, e.created_us, e.decided_us,
       e.ended_us
  FROM erasure e
  LEFT JOIN rights_request r ON r.id = e.request_id
 WHERE e.contact_id = ?
 ORDER BY e.id
 LIMIT 1000;

-- name: export_downloads
-- for:  keeper
-- law:  GDPR 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many kind:text created_us:i64 at_us:i64 is_whole:bool
SELECT p.kind, p.created_us, d.at_us, d.is_whole
  FROM package p
  JOIN package_download d ON d.package_id = p.id
 WHERE p.contact_id = ?
 ORDER BY d.id
 LIMIT 20000;

-- name: export_acts
-- for:  keeper
-- law:  GDPR 5(2), 15(1)
-- does: read
-- in:   contact_id:u64
-- out:  many verb:text actor:text object:text at_us:i64
SELECT e.verb, e.actor, e.object, e.at_us
  FROM audit_subject s
  JOIN audit_event e ON e.id = s.event_id
 WHERE s.contact_id = ?
 ORDER BY s.event_id
 LIMIT 20000;
