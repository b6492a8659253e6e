-- SPDX-License-Identifier: EUPL-1.2
-- The keeper's way through an erasure: each statement moves a row only from
-- the state before, so that a step done twice is done once.

-- name: erasing_due
-- for:  keeper
-- law:  GDPR 17(1)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 request_id:u64?
SELECT id, request_id
  FROM erasure
 WHERE state = 'cooling' AND due_us <= ?
 ORDER BY due_us, id
 LIMIT 100;

-- name: erasing_decide
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
-- in:   now_us:i64 id:u64 now_us:i64
UPDATE erasure SET state = 'decided', decided_us = ?
 WHERE id = ? AND state = 'cooling' AND due_us <= ?;

-- name: erasing_silent
-- for:  keeper
-- law:  GDPR 12(2), 12(3)
-- does: write
-- in:   now_us:i64 before_us:i64
INSERT INTO task (kind, request_id, erasure_id, detail, state, due_day,
       created_us)
SELECT 'erasure.intent', e.request_id, e.id, '{}', 'open', r.due_day, ?
  FROM erasure e
  LEFT JOIN rights_request r ON r.id = e.request_id
 WHERE e.state = 'intent' AND e.created_us < ?
   AND NOT EXISTS (SELECT 1 FROM task t
                    WHERE t.kind = 'erasure.intent' AND t.erasure_id = e.id);

-- name: erasing_silent_ones
-- for:  keeper
-- law:  GDPR 12(2), 12(3)
-- does: read
-- in:   before_us:i64
-- out:  many request_id:u64?
SELECT e.request_id
  FROM erasure e
 WHERE e.state = 'intent' AND e.created_us < ?
   AND NOT EXISTS (SELECT 1 FROM task t
                    WHERE t.kind = 'erasure.intent' AND t.erasure_id = e.id)
 ORDER BY e.id
 LIMIT 100;

-- name: erasing_silent_over
-- for:  keeper
-- law:  GDPR 12(2)
-- does: write
-- in:   done_us:i64
UPDATE task SET state = 'done', outcome = 'over', done_us = ?
 WHERE kind = 'erasure.intent' AND state = 'open'
   AND EXISTS (SELECT 1 FROM erasure e
                WHERE e.id = task.erasure_id AND e.state <> 'intent');

-- name: erasing_officers
-- for:  keeper
-- law:  GDPR 39(1)
-- does: read
-- out:  many email:text name:text language:text
SELECT email, name, language
  FROM staff
 WHERE state = 'active' AND role = 'dpo'
 ORDER BY id
 LIMIT 20;

-- name: erasing_open
-- for:  keeper
-- law:  GDPR 17(1)
-- does: read
-- out:  many id:u64 request_id:u64? contact_id:u64 state:text journal_n:u64? pseudonym:bytes? delivery:bytes? created_us:i64 decided_us:i64? erased_us:i64?
SELECT id, request_id, contact_id, state, journal_n, pseudonym, delivery,
       created_us, decided_us, erased_us
  FROM erasure
 WHERE state IN ('decided', 'announced', 'journaled', 'erased', 'scanned',
       'signed')
 ORDER BY id
 LIMIT 100;

-- name: erasing_number
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
UPDATE journal_mark SET announced = announced + 1
 WHERE id = 1;

-- name: erasing_announce
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
-- in:   journal_n:u64 pseudonym:bytes delivery:bytes decided_us:i64 id:u64
UPDATE erasure
   SET state = 'announced', journal_n = ?, pseudonym = ?, delivery = ?,
       decided_us = COALESCE(decided_us, ?)
 WHERE id = ? AND state = 'decided';

-- The numbers that the person had before a merge.
-- name: erasing_merged
-- for:  keeper
-- law:  GDPR 17(1)
-- does: read
-- in:   contact_id:u64
-- out:  many merged_id:u64
SELECT merged_id
  FROM contact_merge
 WHERE survivor_id = ? AND state = 'done'
 ORDER BY id
 LIMIT 100;

-- name: erasing_also_put
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
-- in:   erasure_id:u64 journal_n:u64 pseudonym:bytes
INSERT INTO erasure_also (erasure_id, journal_n, pseudonym)
VALUES (?, ?, ?);

-- name: erasing_also
-- for:  keeper
-- law:  GDPR 17(1)
-- does: read
-- in:   erasure_id:u64
-- out:  many journal_n:u64 pseudonym:bytes
SELECT journal_n, pseudonym
  FROM erasure_also
 WHERE erasure_id = ?
 ORDER BY journal_n
 LIMIT 100;

-- name: erasing_move
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
-- in:   state:text id:u64 from:text
UPDATE erasure SET state = ?
 WHERE id = ? AND state = ?;

-- name: erasing_erased
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
-- in:   erased_us:i64 id:u64
UPDATE erasure SET state = 'erased', erased_us = ?
 WHERE id = ? AND state = 'journaled';

-- name: erasing_count
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   erasure_id:u64 holding:text erased:u64 anonymised:u64 kept:u64 erased:u64 anonymised:u64 kept:u64 reread:u64 hold_law:text? hold_until:day?
INSERT INTO erasure_count (erasure_id, holding, found, erased, anonymised,
       kept, reread, hold_law, hold_until)
VALUES (?, ?, ? + ? + ?, ?, ?, ?, ?, ?, ?)
    ON DUPLICATE KEY UPDATE erased = erased + VALUES(erased),
       anonymised = anonymised + VALUES(anonymised), kept = VALUES(kept),
       found = erased + anonymised + kept, reread = VALUES(reread),
       hold_law = VALUES(hold_law), hold_until = VALUES(hold_until);

-- name: erasing_counts
-- for:  keeper
-- law:  GDPR 5(2)
-- does: read
-- in:   erasure_id:u64
-- out:  many holding:text erased:u64 anonymised:u64 kept:u64
SELECT holding, erased, anonymised, kept
  FROM erasure_count
 WHERE erasure_id = ?
 ORDER BY holding
 LIMIT 64;

-- name: erasing_case
-- for:  keeper
-- law:  GDPR 12(3)
-- does: read
-- in:   request_id:u64
-- out:  one reference:text received_us:i64
SELECT reference, received_us
  FROM rights_request
 WHERE id = ?;

-- name: erasing_task
-- for:  keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   kind:text request_id:u64? erasure_id:u64 detail:text now_us:i64 kind:text erasure_id:u64 detail:text
INSERT INTO task (kind, request_id, erasure_id, detail, state, created_us)
SELECT ?, ?, ?, ?, 'open', ?
  FROM health
 WHERE health.id = 1
   AND NOT EXISTS (SELECT 1 FROM task
                    WHERE state = 'open' AND kind = ? AND erasure_id = ?
                      AND detail = ?);

-- name: erasing_retry
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
UPDATE erasure SET state = 'erased'
 WHERE state = 'blocked'
   AND NOT EXISTS (SELECT 1 FROM task t
                    WHERE t.erasure_id = erasure.id AND t.state = 'open'
                      AND t.kind = 'erasure.second_copy');

-- name: erasing_receipt
-- for:  keeper
-- law:  GDPR 5(2), 17(1)
-- does: write
-- in:   erasure_id:u64 kid:text jws:text issued_us:i64
INSERT INTO receipt (erasure_id, kid, jws, issued_us)
VALUES (?, ?, ?, ?);

-- name: erasing_draft
-- for:  keeper
-- law:  GDPR 5(2), 17(1)
-- does: write
-- in:   erasure_id:u64 jws:text record_id:u64 frontier:bytes? issued_us:i64
INSERT INTO receipt_draft (erasure_id, jws, record_id, frontier, issued_us)
VALUES (?, ?, ?, ?, ?);

-- name: erasing_draft_load
-- for:  keeper
-- law:  GDPR 5(2), 17(1)
-- does: read
-- in:   erasure_id:u64
-- out:  many jws:text issued_us:i64 frontier:bytes? position:u64? leaf:bytes?
SELECT d.jws, d.issued_us, d.frontier, l.position, l.leaf
  FROM receipt_draft d
  LEFT JOIN log_leaf l ON l.ledger = 'receipt' AND l.row_id = d.record_id
 WHERE d.erasure_id = ?
 ORDER BY d.erasure_id
 LIMIT 1;

-- name: erasing_draft_drop
-- for:  keeper
-- law:  GDPR 5(2), 17(1)
-- does: write
-- in:   erasure_id:u64
DELETE FROM receipt_draft
 WHERE erasure_id = ?;

-- name: erasing_leaves
-- for:  keeper
-- law:  GDPR 5(2)
-- does: read
-- in:   from:u64 to:u64 most:u64
-- out:  many leaf:bytes
SELECT leaf
  FROM log_leaf
 WHERE position >= ? AND position < ?
 ORDER BY position
 LIMIT ?;

-- name: erasing_done
-- for:  keeper
-- law:  GDPR 12(3), 17(1)
-- does: write
-- in:   ended_us:i64 rescan_us:i64 id:u64
UPDATE erasure SET state = 'done', ended_us = ?, rescan_us = ?
 WHERE id = ? AND state = 'signed';

-- name: erasing_nobody
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
-- in:   ended_us:i64 id:u64
UPDATE erasure SET state = 'done', ended_us = ?
 WHERE id = ? AND state = 'decided';

-- name: erasing_rescans
-- for:  keeper
-- law:  GDPR 17(1)
-- does: read
-- in:   now_us:i64
-- out:  many id:u64 request_id:u64? contact_id:u64 delivery:bytes
SELECT e.id, e.request_id, e.contact_id, e.delivery
  FROM erasure e
  JOIN receipt r ON r.erasure_id = e.id
 WHERE e.state = 'done' AND e.delivery IS NOT NULL
   AND (e.rescan_us <= ?
        OR (EXISTS (SELECT 1 FROM outbox o
                     WHERE o.template = 'erasure_done'
                       AND o.created_us = r.issued_us)
            AND NOT EXISTS (SELECT 1 FROM outbox o
                             WHERE o.template = 'erasure_done'
                               AND o.created_us = r.issued_us
                               AND o.state <> 'sent')))
 ORDER BY e.id
 LIMIT 100;

-- name: erasing_returned
-- for:  keeper
-- law:  GDPR 17(1)
-- does: read
-- in:   key:bytes key:bytes id:u64
-- out:  one n:u64
SELECT (SELECT COUNT(*) FROM contact c
         WHERE c.email_key = ? AND c.created_us >= e.erased_us) +
       (SELECT COUNT(*) FROM signup s
         WHERE s.mailbox_key = ? AND s.created_us >= e.erased_us)
  FROM erasure e
 WHERE e.id = ?;

-- name: erasing_forget
-- for:  keeper
-- law:  GDPR 17(1)
-- does: write
-- in:   id:u64
UPDATE erasure SET delivery = NULL
 WHERE id = ? AND state = 'done';

-- name: erasing_receipt_text
-- for:  portal office keeper owner
-- law:  GDPR 5(2), 12(1)
-- does: read
-- in:   erasure_id:u64
-- out:  one kid:text jws:text issued_us:i64
SELECT kid, jws, issued_us
  FROM receipt
 WHERE erasure_id = ?;
