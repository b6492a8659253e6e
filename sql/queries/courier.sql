-- SPDX-License-Identifier: EUPL-1.2
-- The courier's way through the outbox: each step is taken by whoever still
-- holds the row's fence, so that two couriers never send one mail twice.

-- name: courier_due
-- for:  courier
-- law:  GDPR 12(3)
-- does: read
-- in:   now_us:i64 now_us:i64 now_us:i64
-- out:  many id:u64
SELECT due.id
  FROM ((SELECT id, due_us FROM outbox
          WHERE state = 'new' AND due_us <= ?
          ORDER BY due_us, id LIMIT 32)
        UNION ALL
        (SELECT id, due_us FROM outbox
          WHERE state = 'retry' AND due_us <= ?
          ORDER BY due_us, id LIMIT 32)
        UNION ALL
        (SELECT id, due_us FROM outbox
          WHERE state = 'ambiguous' AND due_us <= ?
          ORDER BY due_us, id LIMIT 32)) AS due
 ORDER BY due.due_us, due.id
 LIMIT 32;

-- name: courier_claim
-- for:  courier
-- law:  GDPR 12(3)
-- does: write
-- in:   owner:bytes lease_us:i64 now_us:i64
-- each: id:u64
UPDATE outbox
   SET state = 'claimed', owner = ?, lease_us = ?, fence = fence + 1,
       attempt = attempt + 1
 WHERE state IN ('new', 'retry', 'ambiguous') AND due_us <= ?
   AND id IN ({?});

-- name: courier_load
-- for:  courier
-- law:  GDPR 12(3)
-- does: read
-- in:   owner:bytes
-- each: id:u64
-- out:  many id:u64 fence:u64 template:text message_id:text language:text sealed:bytes? is_legal:bool attempt:u64 unsure:u64 created_us:i64
SELECT id, fence, template, message_id, language, sealed, is_legal, attempt,
       unsure, created_us
  FROM outbox
 WHERE state = 'claimed' AND owner = ? AND id IN ({?})
 ORDER BY due_us, id
 LIMIT 32;

-- name: courier_renew
-- for:  courier
-- law:  GDPR 12(3)
-- does: write
-- in:   lease_us:i64 owner:bytes
-- each: id:u64
UPDATE outbox SET lease_us = ?
 WHERE state = 'claimed' AND owner = ? AND id IN ({?});

-- name: courier_end
-- for:  courier
-- law:  GDPR 5(1)(e), 12(3)
-- does: write
-- in:   state:text reply_code:u64? ended_us:i64 id:u64 fence:u64
UPDATE outbox
   SET state = ?, reply_code = ?, ended_us = ?, sealed = NULL, owner = NULL,
       lease_us = NULL
 WHERE id = ? AND fence = ? AND state = 'claimed';

-- name: courier_wait
-- for:  courier
-- law:  GDPR 12(3)
-- does: write
-- in:   state:text reply_code:u64? due_us:i64 unsure:u64 id:u64 fence:u64
UPDATE outbox
   SET state = ?, reply_code = ?, due_us = ?, unsure = ?, owner = NULL,
       lease_us = NULL
 WHERE id = ? AND fence = ? AND state = 'claimed';

-- name: courier_release
-- for:  courier
-- law:  GDPR 12(3)
-- does: write
-- in:   owner:bytes
-- each: id:u64
UPDATE outbox
   SET state = 'retry', attempt = attempt - 1, owner = NULL, lease_us = NULL
 WHERE state = 'claimed' AND owner = ? AND id IN ({?});

-- name: courier_claimed
-- for:  courier
-- law:  GDPR 12(3)
-- does: read
-- in:
-- out:  many id:u64 fence:u64 owner:bytes lease_us:i64 attempt:u64
SELECT id, fence, owner, lease_us, attempt
  FROM outbox
 WHERE state = 'claimed'
 ORDER BY due_us, id
 LIMIT 1000;

-- name: courier_recover
-- for:  courier
-- law:  GDPR 12(3)
-- does: write
-- in:   attempt:u64 due_us:i64 id:u64 fence:u64
UPDATE outbox
   SET state = 'retry', attempt = ?, due_us = GREATEST(due_us, ?),
       fence = fence + 1, owner = NULL, lease_us = NULL
 WHERE id = ? AND fence = ? AND state = 'claimed';

-- name: courier_task
-- for:  courier
-- law:  GDPR 12(3)
-- does: append
-- in:   kind:text detail:text created_us:i64
INSERT INTO task (kind, detail, state, created_us)
VALUES (?, ?, 'open', ?);
