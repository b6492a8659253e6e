-- SPDX-License-Identifier: EUPL-1.2
-- Choices that staff note, and the recordings and scans that prove them.

-- Whoever writes of the person in the same moment waits; an erasure that was
-- quicker leaves nobody.
-- name: evidence_lock
-- for:  office
-- law:  GDPR 5(1)(f), 18(2), 25
-- does: write
-- in:   contact_id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  many id:u64 restriction:text?
SELECT c.id, c.restriction
  FROM contact c
 WHERE c.id = ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?))
 ORDER BY c.id
 LIMIT 1
   FOR UPDATE;

-- name: evidence_room
-- for:  office
-- law:  GDPR 5(1)(c)
-- does: read
-- in:   contact_id:u64
-- out:  one n:u64 size_bytes:u64
SELECT COUNT(*), CAST(COALESCE(SUM(size_bytes), 0) AS UNSIGNED)
  FROM evidence
 WHERE contact_id = ?;

-- name: evidence_insert
-- for:  office
-- law:  GDPR 7(1)
-- does: write
-- in:   contact_id:u64 kind:text size_bytes:u64 sha256:bytes staff_id:u64 created_us:i64
-- out:  new id:u64
INSERT INTO evidence (contact_id, kind, size_bytes, sha256, staff_id,
       created_us)
VALUES (?, ?, ?, ?, ?, ?);

-- name: evidence_chunk_insert
-- for:  office
-- law:  GDPR 7(1), 32(1)(a)
-- does: write
-- in:   evidence_id:u64 number:u64 sealed:bytes
INSERT INTO evidence_chunk (evidence_id, number, sealed)
VALUES (?, ?, ?);

-- name: evidence_chunk_load
-- for:  office keeper
-- law:  GDPR 7(1), 15(3)
-- does: read
-- in:   evidence_id:u64 number:u64
-- out:  one sealed:bytes
SELECT sealed
  FROM evidence_chunk
 WHERE evidence_id = ? AND number = ?;

-- name: evidence_chunk_put
-- for:  keeper
-- law:  GDPR 7(1), 32(1)(a)
-- does: write
-- in:   sealed:bytes evidence_id:u64 number:u64
UPDATE evidence_chunk SET sealed = ?
 WHERE evidence_id = ? AND number = ?;

-- name: evidence_one
-- for:  office
-- law:  GDPR 5(1)(f), 25
-- does: read
-- in:   id:u64 sees_all:bool staff_id:u64 team_id:u64
-- out:  one contact_id:u64 kind:text size_bytes:u64 sha256:bytes created_us:i64
SELECT v.contact_id, v.kind, v.size_bytes, v.sha256, v.created_us
  FROM evidence v
  JOIN contact c ON c.id = v.contact_id
 WHERE v.id = ?
   AND (? OR c.visibility = 'everyone' OR c.owner_id = ?
        OR (c.visibility = 'team' AND c.team_id = ?));

-- name: evidence_list
-- for:  keeper
-- law:  GDPR 15(1), 15(3)
-- does: read
-- in:   contact_id:u64
-- out:  many id:u64 kind:text size_bytes:u64 sha256:bytes created_us:i64
SELECT id, kind, size_bytes, sha256, created_us
  FROM evidence
 WHERE contact_id = ?
 ORDER BY id
 LIMIT 20;

-- What a recording or scan proves.
-- name: evidence_proves
-- for:  office
-- law:  GDPR 7(1)
-- does: read
-- in:   language:text evidence_id:u64 contact_id:u64
-- out:  many title:text? channel:text how:text at_us:i64
SELECT t.title, e.channel, e.how, e.at_us
  FROM consent_subject s
  JOIN consent_event e ON e.id = s.event_id
  LEFT JOIN purpose_text t ON t.purpose_version_id = e.purpose_version_id
       AND t.language = ?
 WHERE e.evidence_id = ? AND s.contact_id = ?
 ORDER BY e.id
 LIMIT 20;

-- name: evidence_events
-- for:  office
-- law:  GDPR 7(1)
-- does: read
-- in:   language:text contact_id:u64
-- out:  many kind:text title:text? channel:text how:text at_us:i64 number:u64 notice_number:u64 evidence_id:u64?
SELECT e.kind, t.title, e.channel, e.how, e.at_us, v.number, n.number,
       x.id
  FROM consent_subject s
  JOIN consent_event e ON e.id = s.event_id
  JOIN purpose_version v ON v.id = e.purpose_version_id
  JOIN notice_version n ON n.id = e.notice_version_id
  LEFT JOIN purpose_text t ON t.purpose_version_id = v.id
       AND t.language = ?
  LEFT JOIN evidence x ON x.id = e.evidence_id
       AND x.contact_id = s.contact_id
 WHERE s.contact_id = ?
 ORDER BY s.event_id DESC
 LIMIT 100;
