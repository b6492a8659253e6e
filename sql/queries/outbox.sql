-- SPDX-License-Identifier: EUPL-1.2
-- Mails as those see them who write them, take them back or clean up.

-- name: outbox_insert
-- for:  portal office keeper
-- law:  GDPR 12(1), 12(3)
-- does: append
-- in:   template:text message_id:text language:text contact_id:u64? sealed:bytes is_legal:bool due_us:i64 created_us:i64
INSERT INTO outbox (template, message_id, language, contact_id, sealed,
       state, is_legal, due_us, created_us)
VALUES (?, ?, ?, ?, ?, 'new', ?, ?, ?);

-- name: outbox_cancel
-- for:  keeper owner
-- law:  GDPR 17(1)
-- does: write
-- in:   now_us:i64 contact_id:u64
UPDATE outbox
   SET ended_us = COALESCE(ended_us, ?), sealed = NULL, owner = NULL,
       lease_us = NULL, fence = fence + 1, contact_id = NULL,
       state = IF(state IN ('new', 'claimed', 'retry', 'ambiguous'),
       'cancelled', state)
 WHERE contact_id = ?;

-- name: outbox_hold
-- for:  owner
-- law:  GDPR 5(1)(d), 17
-- does: write
-- in:   never_us:i64 before_us:i64
UPDATE outbox
   SET state = 'ambiguous', due_us = ?, owner = NULL, lease_us = NULL,
       fence = fence + 1
 WHERE state IN ('new', 'claimed', 'retry', 'ambiguous') AND created_us < ?;

-- name: outbox_purge
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM outbox
 WHERE state IN ('sent', 'bounced', 'dead', 'cancelled') AND ended_us < ?
 ORDER BY id LIMIT ?;

-- name: outbox_office_counts
-- for:  office
-- law:  GDPR 12(3), 24
-- does: read
-- in:   since_us:i64
-- out:  one waiting:u64 oldest_us:i64? sent:u64 failed:u64
SELECT (SELECT COUNT(*) FROM outbox
         WHERE state IN ('new', 'claimed', 'retry', 'ambiguous')),
       (SELECT MIN(created_us) FROM outbox
         WHERE state IN ('new', 'claimed', 'retry', 'ambiguous')),
       (SELECT COUNT(*) FROM outbox WHERE state = 'sent' AND ended_us >= ?),
       (SELECT COUNT(*) FROM outbox WHERE state IN ('bounced', 'dead'));

-- name: outbox_office_mails
-- for:  office
-- law:  GDPR 12(3), 24
-- does: read
-- in:   before:u64 state:text? state_2:text state_3:text state_4:text
-- out:  many id:u64 template:text state:text attempt:u64 due_us:i64 reply_code:u64? created_us:i64
SELECT id, template, state, attempt, due_us, reply_code, created_us
  FROM outbox
 WHERE id < ?
   [AND (state = ? OR state = ? OR state = ? OR state = ?)]
 ORDER BY id DESC
 LIMIT 51;

-- name: outbox_office_tasks
-- for:  office
-- law:  GDPR 24
-- does: read
-- out:  one n:u64
SELECT COUNT(*)
  FROM task
 WHERE state = 'open' AND kind = 'mail.dead';

-- name: outbox_office_seen
-- for:  office
-- law:  GDPR 24
-- does: write
-- in:   done_us:i64 done_by:u64
UPDATE task SET state = 'done', outcome = 'looked', done_us = ?, done_by = ?
 WHERE state = 'open' AND kind = 'mail.dead';
