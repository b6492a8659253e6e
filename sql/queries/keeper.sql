-- SPDX-License-Identifier: EUPL-1.2
-- The keeper's own: the clock's high-water mark, and what ends after a short
-- life.

-- name: keeper_clock_load
-- for:  keeper owner
-- law:  GDPR 5(1)(e), 5(1)(f)
-- does: read
-- out:  one high_us:i64 accepted_us:i64 machine:bytes? boot_us:i64?
SELECT high_us, accepted_us, machine, boot_us FROM clock_mark WHERE id = 1;

-- name: keeper_clock_insert
-- for:  keeper owner
-- law:  GDPR 5(1)(e), 5(1)(f)
-- does: append
-- in:   now_us:i64 now_us:i64
INSERT IGNORE INTO clock_mark (id, high_us, accepted_us) VALUES (1, ?, ?);

-- name: keeper_clock_raise
-- for:  keeper
-- law:  GDPR 5(1)(e), 5(1)(f)
-- does: write
-- in:   now_us:i64 machine:bytes boot_us:i64
UPDATE clock_mark
   SET high_us = GREATEST(high_us, ?), machine = ?, boot_us = ?
 WHERE id = 1;

-- name: keeper_clock_accept
-- for:  owner
-- law:  GDPR 5(2)
-- does: write
-- in:   now_us:i64 now_us:i64
UPDATE clock_mark SET high_us = ?, accepted_us = ? WHERE id = 1;

-- name: keeper_clock_tasks_done
-- for:  owner keeper
-- law:  GDPR 5(2)
-- does: write
-- in:   now_us:i64
UPDATE task SET state = 'done', done_us = ?
 WHERE state = 'open' AND kind IN ('clock.forward', 'clock.backward');

-- Read first, without locks: a DELETE that looks for them would hold up
-- sign-ups and confirmations meanwhile.
-- name: keeper_ended_signups
-- for:  keeper
-- law:  GDPR 5(1)(e); LAW R2
-- does: read
-- in:   before_us:i64 most:u64
-- out:  many id:u64 used_us:i64?
SELECT id, used_us
  FROM signup
 WHERE expires_us < ? AND (used_us IS NULL OR mailbox_key = '')
 ORDER BY expires_us, id
 LIMIT ?;

-- The index is named: the other one would lock what everybody waits for.
-- name: keeper_purge_signup_subjects
-- for:  keeper
-- law:  GDPR 5(1)(e); LAW R2
-- does: write
-- each: id:u64
DELETE s
  FROM consent_subject s FORCE INDEX (signup_id)
 WHERE s.contact_id IS NULL AND s.signup_id IN ({?});

-- name: keeper_purge_signups
-- for:  keeper
-- law:  GDPR 5(1)(e); LAW R2
-- does: write
-- each: id:u64
DELETE FROM signup WHERE id IN ({?});

-- name: keeper_purge_tokens
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM token WHERE expires_us < ? ORDER BY expires_us LIMIT ?;

-- name: keeper_purge_address_changes
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM address_change WHERE expires_us < ? ORDER BY expires_us LIMIT ?;

-- name: keeper_purge_portal_sessions
-- for:  keeper
-- law:  GDPR 5(1)(e), 32
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM portal_session WHERE seen_us < ? ORDER BY seen_us LIMIT ?;

-- name: keeper_purge_office_sessions
-- for:  keeper
-- law:  GDPR 5(1)(e), 32
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM office_session WHERE seen_us < ? ORDER BY seen_us LIMIT ?;

-- name: keeper_purge_budgets
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM budget WHERE window_us < ? ORDER BY window_us LIMIT ?;

-- name: keeper_purge_search_queries
-- for:  keeper
-- law:  GDPR 5(1)(e)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM search_query WHERE expires_us < ? ORDER BY expires_us LIMIT ?;

-- name: keeper_purge_suppressions
-- for:  keeper
-- law:  GDPR 5(1)(e), 21(3)
-- does: write
-- in:   before_us:i64 most:u64
DELETE FROM suppression WHERE until_us < ? ORDER BY until_us LIMIT ?;

-- name: keeper_heads_mailed
-- for:  keeper
-- law:  GDPR 5(2)
-- does: read
-- in:   since_us:i64
-- out:  one n:u64
SELECT COUNT(*)
  FROM outbox
 WHERE template = 'ledger_head' AND created_us >= ?;
