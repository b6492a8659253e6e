-- SPDX-License-Identifier: EUPL-1.2

-- name: budget_spend
-- for:  portal office
-- law:  GDPR 32 (no flooding of a mailbox, no guessing of a password)
-- does: write
-- each: key_hash:bytes window_us:i64
-- out:  many key_hash:bytes used:u64
INSERT INTO budget (key_hash, window_us, used)
VALUES {(?, ?, 1)}
ON DUPLICATE KEY UPDATE
       used = IF(window_us = VALUES(window_us), used + 1, 1),
       window_us = VALUES(window_us)
RETURNING key_hash, used;

-- name: budget_return
-- for:  office
-- law:  GDPR 32 (only what fails counts against a password or a code)
-- does: write
-- each: key_hash:bytes
UPDATE budget SET used = GREATEST(used, 1) - 1
 WHERE key_hash IN ({?});
