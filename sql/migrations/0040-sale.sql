-- SPDX-License-Identifier: EUPL-1.2
-- A sale lets us write to the address and the number that were given at it,
-- kept as the hashes under which a no to them is found, and for as long as they
-- have not changed since it was noted; noted_us NULL: noted before that was
-- kept, the keeper fills it in.  And who decided on an import's quarantine.
-- Law: ePrivacy 13(2); GDPR 21(3), 25; FEATURES TL4, BT4.
ALTER TABLE consent_soft_opt_in
	ADD COLUMN IF NOT EXISTS noted_us BIGINT NULL,
	ADD COLUMN IF NOT EXISTS email_hash BINARY(32) NULL,
	ADD COLUMN IF NOT EXISTS phone_hash BINARY(32) NULL,
	ADD INDEX IF NOT EXISTS by_noted (noted_us, contact_id, purpose_id);
ALTER TABLE import
	ADD COLUMN IF NOT EXISTS decided_by INT UNSIGNED NULL;
