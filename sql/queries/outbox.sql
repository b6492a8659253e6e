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
-- for:  keeper
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
