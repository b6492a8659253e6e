-- SPDX-License-Identifier: EUPL-1.2
-- The two ledgers, whose each line is, and the Merkle log over them.  Nobody
-- changes a line; the keeper removes one under a signed record.

-- name: ledger_consent_insert
-- for:  portal office keeper owner
-- law:  GDPR 7(1)
-- does: append
-- each: kind:text purpose_version_id:u64 channel:text language:text notice_version_id:u64 form_version_id:u64? rendering:bytes? how:text evidence_id:u64? at_us:i64 subject:bytes leaf:bytes writer:bytes writer_n:u64 mac:bytes
-- out:  many id:u64
INSERT INTO consent_event (kind, purpose_version_id, channel, language,
       notice_version_id, form_version_id, rendering, how, evidence_id, at_us,
       subject, leaf, writer, writer_n, mac)
VALUES {(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)}
RETURNING id;

-- name: ledger_consent_subject_insert
-- for:  portal office keeper owner
-- law:  GDPR 7(1), 17
-- does: append
-- each: event_id:u64 contact_id:u64? signup_id:u64? opening:bytes
INSERT INTO consent_subject (event_id, contact_id, signup_id, opening)
VALUES {(?, ?, ?, ?)};

-- name: ledger_audit_insert
-- for:  portal office courier keeper owner
-- law:  GDPR 5(2), 32(1)(b)
-- does: append
-- in:   verb:text actor:text actor_id:u64 object:text object_id:u64 detail:text at_us:i64 subject:bytes leaf:bytes writer:bytes writer_n:u64 mac:bytes
-- out:  new id:u64
INSERT INTO audit_event (verb, actor, actor_id, object, object_id, detail,
       at_us, subject, leaf, writer, writer_n, mac)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);

-- name: ledger_audit_subject_insert
-- for:  portal office courier keeper owner
-- law:  GDPR 15(1)(c), 17
-- does: append
-- in:   event_id:u64 contact_id:u64 opening:bytes
INSERT INTO audit_subject (event_id, contact_id, opening) VALUES (?, ?, ?);

-- name: ledger_record_insert
-- for:  keeper owner
-- law:  GDPR 5(2)
-- does: append
-- in:   ledger:text record:text at_us:i64 mac:bytes
-- out:  new id:u64
INSERT INTO log_record (ledger, record, at_us, mac) VALUES (?, ?, ?, ?);

-- Each in its turn by its key: what few rows the purposes have tempts the
-- server to read all that waits, join it in a buffer and sort it.
-- name: ledger_consent_rows
-- for:  keeper owner
-- law:  GDPR 5(2), 7(1)
-- does: read
-- in:   after:u64 through:u64 most:u64
-- out:  many id:u64 kind:text purpose:text purpose_version_id:u64 channel:text language:text notice_version_id:u64 form_version_id:u64? rendering:bytes? how:text evidence_id:u64? at_us:i64 subject:bytes leaf:bytes writer:bytes writer_n:u64 mac:bytes logged:bytes?
SELECT STRAIGHT_JOIN e.id, e.kind, p.code, e.purpose_version_id, e.channel,
       e.language, e.notice_version_id, e.form_version_id, e.rendering, e.how,
       e.evidence_id, e.at_us, e.subject, e.leaf, e.writer, e.writer_n, e.mac,
       l.leaf
  FROM consent_event e FORCE INDEX (PRIMARY)
  JOIN purpose_version v FORCE INDEX (PRIMARY) ON v.id = e.purpose_version_id
  JOIN purpose p FORCE INDEX (PRIMARY) ON p.id = v.purpose_id
  LEFT JOIN log_leaf l ON l.ledger = 'consent' AND l.row_id = e.id
 WHERE e.id > ? AND e.id <= ?
 ORDER BY e.id
 LIMIT ?;

-- name: ledger_audit_rows
-- for:  keeper owner
-- law:  GDPR 5(2), 32(1)(b)
-- does: read
-- in:   after:u64 through:u64 most:u64
-- out:  many id:u64 verb:text actor:text actor_id:u64 object:text object_id:u64 detail:text at_us:i64 subject:bytes leaf:bytes writer:bytes writer_n:u64 mac:bytes logged:bytes?
SELECT STRAIGHT_JOIN e.id, e.verb, e.actor, e.actor_id, e.object, e.object_id,
       e.detail, e.at_us, e.subject, e.leaf, e.writer, e.writer_n, e.mac,
       l.leaf
  FROM audit_event e
  LEFT JOIN log_leaf l ON l.ledger = 'audit' AND l.row_id = e.id
 WHERE e.id > ? AND e.id <= ?
 ORDER BY e.id
 LIMIT ?;

-- name: ledger_records_new
-- for:  keeper
-- law:  GDPR 5(2)
-- does: read
-- in:   after_record:u64 after_prune:u64 most:u64
-- out:  many ledger:text id:u64 record:text mac:bytes
SELECT r.ledger, r.id, r.record, r.mac
  FROM log_record r
  LEFT JOIN log_leaf x ON x.ledger = 'receipt' AND x.row_id = r.id
  LEFT JOIN log_leaf y ON y.ledger = 'digest' AND y.row_id = r.id
  LEFT JOIN log_leaf z ON z.ledger = 'epoch' AND z.row_id = r.id
 WHERE r.id > ? AND x.leaf IS NULL AND y.leaf IS NULL AND z.leaf IS NULL
 UNION ALL
SELECT 'prune', p.id, p.record, p.mac
  FROM log_prune p
  LEFT JOIN log_leaf l ON l.ledger = 'prune' AND l.row_id = p.id
 WHERE p.id > ? AND l.leaf IS NULL
 ORDER BY 2, 1
 LIMIT ?;

-- name: ledger_record_rows
-- for:  keeper owner
-- law:  GDPR 5(2)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 ledger:text record:text mac:bytes logged:bytes?
SELECT r.id, r.ledger, r.record, r.mac,
       CASE r.ledger WHEN 'receipt' THEN x.leaf WHEN 'digest' THEN y.leaf
       ELSE z.leaf END
  FROM log_record r
  LEFT JOIN log_leaf x ON x.ledger = 'receipt' AND x.row_id = r.id
  LEFT JOIN log_leaf y ON y.ledger = 'digest' AND y.row_id = r.id
  LEFT JOIN log_leaf z ON z.ledger = 'epoch' AND z.row_id = r.id
 WHERE r.id > ?
 ORDER BY r.id
 LIMIT ?;

-- name: ledger_prune_rows
-- for:  keeper owner
-- law:  GDPR 5(1)(e), 5(2)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 ledger:text row_ids:text record:text jws:text mac:bytes logged:bytes?
SELECT STRAIGHT_JOIN r.id, r.ledger, r.row_ids, r.record, r.jws, r.mac, l.leaf
  FROM log_prune r
  LEFT JOIN log_leaf l ON l.ledger = 'prune' AND l.row_id = r.id
 WHERE r.id > ?
 ORDER BY r.id
 LIMIT ?;

-- name: ledger_leaves
-- for:  keeper owner
-- law:  GDPR 5(2)
-- does: read
-- in:   from:u64 most:u64
-- out:  many position:u64 ledger:text row_id:u64 leaf:bytes has_row:bool
SELECT STRAIGHT_JOIN l.position, l.ledger, l.row_id, l.leaf,
       CASE l.ledger
       WHEN 'consent' THEN c.id IS NOT NULL
       WHEN 'audit' THEN a.id IS NOT NULL
       WHEN 'prune' THEN p.id IS NOT NULL
       ELSE r.id IS NOT NULL END
  FROM log_leaf l
  LEFT JOIN consent_event c ON l.ledger = 'consent' AND c.id = l.row_id
  LEFT JOIN audit_event a ON l.ledger = 'audit' AND a.id = l.row_id
  LEFT JOIN log_prune p ON l.ledger = 'prune' AND p.id = l.row_id
  LEFT JOIN log_record r ON l.ledger NOT IN ('consent', 'audit', 'prune')
       AND r.id = l.row_id
 WHERE l.position >= ?
 ORDER BY l.position
 LIMIT ?;

-- name: ledger_state
-- for:  keeper owner
-- law:  GDPR 5(2)
-- does: read
-- out:  one epoch:u64 size:u64 frontier:bytes consent_through:u64 audit_through:u64 fence:u64
SELECT epoch, size, frontier, consent_through, audit_through, fence
  FROM log_state WHERE id = 1;

-- name: ledger_state_insert
-- for:  keeper owner
-- law:  GDPR 5(2)
-- does: write
-- in:   frontier:bytes
INSERT IGNORE INTO log_state (id, epoch, size, frontier, consent_through,
       audit_through, fence)
VALUES (1, 1, 0, ?, 0, 0, 0);

-- name: ledger_state_advance
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   size:u64 frontier:bytes consent_through:u64 audit_through:u64 fence:u64 old_size:u64 fence:u64
UPDATE log_state SET size = ?, frontier = ?, consent_through = ?,
       audit_through = ?, fence = ?
 WHERE id = 1 AND size = ? AND fence <= ?;

-- name: ledger_leaf_insert
-- for:  keeper
-- law:  GDPR 5(2)
-- does: append
-- each: position:u64 ledger:text row_id:u64 leaf:bytes
INSERT INTO log_leaf (position, ledger, row_id, leaf)
VALUES {(?, ?, ?, ?)};

-- name: ledger_writer_load
-- for:  keeper
-- law:  GDPR 5(2)
-- does: read
-- in:   writer:bytes ledger:text
-- out:  one program:text last_n:u64
SELECT program, last_n FROM log_writer WHERE writer = ? AND ledger = ?;

-- name: ledger_writer_store
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- each: writer:bytes ledger:text program:text last_n:u64 seen_us:i64
INSERT INTO log_writer (writer, ledger, program, last_n, seen_us)
VALUES {(?, ?, ?, ?, ?)}
ON DUPLICATE KEY UPDATE last_n = GREATEST(last_n, VALUES(last_n)),
       seen_us = VALUES(seen_us);

-- name: ledger_head_insert
-- for:  keeper
-- law:  GDPR 5(2)
-- does: append
-- in:   epoch:u64 size:u64 root:bytes kid:text jws:text at_us:i64
INSERT INTO log_head (epoch, size, root, kid, jws, at_us)
VALUES (?, ?, ?, ?, ?, ?);

-- name: ledger_head_last
-- for:  portal office keeper owner
-- law:  GDPR 5(2)
-- does: read
-- out:  one id:u64 epoch:u64 size:u64 root:bytes jws:text at_us:i64
SELECT id, epoch, size, root, jws, at_us
  FROM log_head ORDER BY id DESC LIMIT 1;

-- name: ledger_head_wanted
-- for:  keeper
-- law:  GDPR 5(2), 12(3)
-- does: read
-- in:   size:u64
-- out:  one is_wanted:bool
SELECT EXISTS (SELECT 1 FROM receipt_draft d
                 JOIN log_leaf l ON l.ledger = 'receipt'
                      AND l.row_id = d.record_id
                WHERE l.position >= ?);

-- name: ledger_head_find
-- for:  keeper owner
-- law:  GDPR 5(2)
-- does: read
-- in:   size:u64 jws:text
-- out:  one id:u64
SELECT id FROM log_head WHERE size = ? AND jws = ? ORDER BY id DESC LIMIT 1;

-- name: ledger_heads
-- for:  keeper owner
-- law:  GDPR 5(2)
-- does: read
-- in:   after:u64 most:u64
-- out:  many id:u64 epoch:u64 size:u64 root:bytes jws:text at_us:i64
SELECT id, epoch, size, root, jws, at_us
  FROM log_head WHERE id > ? ORDER BY id LIMIT ?;

-- name: ledger_heads_before
-- for:  portal
-- law:  GDPR 5(2)
-- does: read
-- in:   before:u64 most:u64
-- out:  many id:u64 epoch:u64 size:u64 root:bytes jws:text at_us:i64
SELECT id, epoch, size, root, jws, at_us
  FROM log_head WHERE id < ? ORDER BY id DESC LIMIT ?;

-- name: ledger_keys
-- for:  portal office keeper owner
-- law:  GDPR 5(2), 12(1)
-- does: read
-- out:  many kid:text usage_of:text generation:u64 public_key:bytes created_us:i64 retired_us:i64? revoked_us:i64? mac:bytes
SELECT kid, usage_of, generation, public_key, created_us, retired_us,
       revoked_us, mac
  FROM signing_key ORDER BY usage_of, generation, kid LIMIT 256;

-- name: ledger_key_insert
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   kid:text usage_of:text generation:u64 public_key:bytes created_us:i64 mac:bytes
INSERT IGNORE INTO signing_key (kid, usage_of, generation, public_key,
       created_us, mac)
VALUES (?, ?, ?, ?, ?, ?);

-- name: ledger_key_retire
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   now_us:i64 usage_of:text generation:u64
UPDATE signing_key SET retired_us = ?
 WHERE usage_of = ? AND generation < ? AND retired_us IS NULL;

-- name: ledger_key_revoke
-- for:  owner
-- law:  GDPR 5(2), 32(1)(a)
-- does: write
-- in:   now_us:i64 kid:text
UPDATE signing_key SET revoked_us = ? WHERE kid = ? AND revoked_us IS NULL;

-- name: ledger_journal_insert
-- for:  keeper
-- law:  GDPR 17
-- does: write
-- in:   generation:bytes
INSERT IGNORE INTO journal_mark (id, generation, announced) VALUES (1, ?, 0);

-- name: ledger_prune_insert
-- for:  keeper
-- law:  GDPR 5(1)(e), 5(2)
-- does: append
-- in:   ledger:text row_ids:text reason:text record:text jws:text at_us:i64 mac:bytes
INSERT INTO log_prune (ledger, row_ids, reason, record, jws, at_us, mac)
VALUES (?, ?, ?, ?, ?, ?, ?);

-- name: ledger_prune_logged
-- for:  keeper
-- law:  GDPR 5(2)
-- does: read
-- in:   ledger:text
-- each: id:u64
-- out:  one n:u64
SELECT COUNT(*) FROM log_leaf WHERE ledger = ? AND row_id IN ({?});

-- name: ledger_prune_consents
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- each: id:u64
DELETE FROM consent_event WHERE id IN ({?});

-- name: ledger_prune_consent_subjects
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- each: id:u64
DELETE FROM consent_subject WHERE event_id IN ({?});

-- name: ledger_prune_audits
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- each: id:u64
DELETE FROM audit_event WHERE id IN ({?});

-- name: ledger_prune_audit_subjects
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- each: id:u64
DELETE FROM audit_subject WHERE event_id IN ({?});

-- name: ledger_office_lines
-- for:  office
-- law:  GDPR 5(2), 32(1)(b)
-- does: read
-- in:   before:u64 object:text? staff_id:u64? most:u64
-- out:  many id:u64 verb:text actor:text staff:text? role:text? program:text? object:text object_id:u64 detail:text at_us:i64 contact_id:u64? contact:text? case_id:u64? reference:text? member:text?
SELECT a.id, a.verb, a.actor, p.name, p.role, w.program, a.object,
       a.object_id, a.detail, a.at_us, c.id, c.reference,
       COALESCE(r.id, d.id), COALESCE(r.reference, d.reference), o.name
  FROM audit_event a
  LEFT JOIN staff p ON a.actor = 'staff' AND p.id = a.actor_id
  LEFT JOIN log_writer w ON w.writer = a.writer AND w.ledger = 'audit'
  LEFT JOIN audit_subject s ON s.event_id = a.id
  LEFT JOIN contact c ON c.id = s.contact_id
  LEFT JOIN rights_request r ON a.object = 'rights_request'
       AND r.id = a.object_id
  LEFT JOIN erasure e ON a.object = 'erasure' AND e.id = a.object_id
  LEFT JOIN rights_request d ON d.id = e.request_id
  LEFT JOIN staff o ON a.object = 'staff' AND o.id = a.object_id
 WHERE a.id < ?
   [AND a.object = ?]
   [AND a.actor = 'staff' AND a.actor_id = ?]
 ORDER BY a.id DESC
 LIMIT ?;

-- name: ledger_office_of
-- for:  office
-- law:  GDPR 5(2), 15(1)
-- does: read
-- in:   contact_id:u64 before:u64 most:u64
-- out:  many id:u64 verb:text actor:text staff:text? role:text? program:text? object:text object_id:u64 detail:text at_us:i64 contact_id:u64? contact:text? case_id:u64? reference:text? member:text?
SELECT a.id, a.verb, a.actor, p.name, p.role, w.program, a.object,
       a.object_id, a.detail, a.at_us, c.id, c.reference,
       COALESCE(r.id, d.id), COALESCE(r.reference, d.reference), o.name
  FROM audit_subject s
  JOIN audit_event a ON a.id = s.event_id
  LEFT JOIN staff p ON a.actor = 'staff' AND p.id = a.actor_id
  LEFT JOIN log_writer w ON w.writer = a.writer AND w.ledger = 'audit'
  LEFT JOIN contact c ON c.id = s.contact_id
  LEFT JOIN rights_request r ON a.object = 'rights_request'
       AND r.id = a.object_id
  LEFT JOIN erasure e ON a.object = 'erasure' AND e.id = a.object_id
  LEFT JOIN rights_request d ON d.id = e.request_id
  LEFT JOIN staff o ON a.object = 'staff' AND o.id = a.object_id
 WHERE s.contact_id = ? AND s.event_id < ?
 ORDER BY s.event_id DESC
 LIMIT ?;

-- name: ledger_office_staff
-- for:  office
-- law:  GDPR 5(2)
-- does: read
-- out:  many id:u64 name:text
SELECT id, name
  FROM staff
 ORDER BY name, id
 LIMIT 500;

-- One at a time: none is asked for while another is under way.
-- name: ledger_check_insert
-- for:  office
-- law:  GDPR 5(2), 32(1)(d)
-- does: write
-- in:   staff_id:u64 at_us:i64
-- out:  new id:u64
INSERT INTO ledger_check (staff_id, state, created_us)
VALUES (?, 'waiting', ?);

-- name: ledger_check_open
-- for:  office
-- law:  GDPR 5(2), 32(1)(d)
-- does: write
-- out:  many id:u64
SELECT id
  FROM ledger_check
 WHERE state IN ('waiting', 'running')
 ORDER BY id
 LIMIT 1
   FOR UPDATE;

-- name: ledger_check_one
-- for:  office
-- law:  GDPR 5(2), 32(1)(d)
-- does: read
-- in:   id:u64
-- out:  one staff:text state:text n_done:u64 n_total:u64 n_rows:u64 n_leaves:u64 n_heads:u64 n_findings:u64 findings:text? created_us:i64 ended_us:i64?
SELECT s.name, k.state, k.n_done, k.n_total, k.n_rows, k.n_leaves, k.n_heads,
       k.n_findings, k.findings, k.created_us, k.ended_us
  FROM ledger_check k
  JOIN staff s ON s.id = k.staff_id
 WHERE k.id = ?;

-- name: ledger_check_last
-- for:  office
-- law:  GDPR 5(2), 32(1)(d)
-- does: read
-- out:  many id:u64 state:text n_rows:u64 n_findings:u64 ended_us:i64?
SELECT id, state, n_rows, n_findings, ended_us
  FROM ledger_check
 ORDER BY id DESC
 LIMIT 1;

-- name: ledger_check_cancel
-- for:  office
-- law:  GDPR 5(2)
-- does: write
-- in:   at_us:i64 id:u64
UPDATE ledger_check SET state = 'cancelled', ended_us = ?
 WHERE id = ? AND state IN ('waiting', 'running');

-- name: ledger_check_next
-- for:  keeper
-- law:  GDPR 5(2), 32(1)(d)
-- does: read
-- out:  many id:u64 size:u64?
SELECT k.id, (SELECT size FROM log_state WHERE log_state.id = 1)
  FROM ledger_check k
 WHERE k.state IN ('waiting', 'running')
 ORDER BY k.id
 LIMIT 1;

-- name: ledger_check_begin
-- for:  keeper
-- law:  GDPR 5(2), 32(1)(d)
-- does: write
-- in:   total:u64 id:u64
UPDATE ledger_check SET state = 'running', n_done = 0, n_total = ?
 WHERE id = ? AND state IN ('waiting', 'running');

-- name: ledger_check_progress
-- for:  keeper
-- law:  GDPR 5(2), 32(1)(d)
-- does: write
-- in:   done:u64 id:u64
UPDATE ledger_check SET n_done = ?
 WHERE id = ? AND state = 'running';

-- name: ledger_check_end
-- for:  keeper
-- law:  GDPR 5(2), 32(1)(d)
-- does: write
-- in:   state:text n_rows:u64 n_leaves:u64 n_heads:u64 n_findings:u64 findings:text? at_us:i64 id:u64
UPDATE ledger_check
   SET state = ?, n_rows = ?, n_leaves = ?, n_heads = ?, n_findings = ?,
       findings = ?, ended_us = ?
 WHERE id = ? AND state = 'running';
