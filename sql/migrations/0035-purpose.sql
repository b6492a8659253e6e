-- SPDX-License-Identifier: EUPL-1.2
-- What a purpose rests on, said to people: the legitimate interest that was
-- weighed, and whether customers may be written to about products like those
-- they bought; and where the address of the soft opt-in came from.
-- Law: GDPR 6(1)(f), 13(1)(d), 21(4); ePrivacy 13(2); FEATURES TL4.
ALTER TABLE purpose_version
	ADD COLUMN IF NOT EXISTS has_soft_opt_in BOOL NOT NULL DEFAULT FALSE;
ALTER TABLE purpose_text
	ADD COLUMN IF NOT EXISTS interest VARCHAR(1000) NOT NULL DEFAULT '';
ALTER TABLE consent_soft_opt_in
	ADD COLUMN IF NOT EXISTS is_address_from_sale BOOL NOT NULL DEFAULT FALSE;
