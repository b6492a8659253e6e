-- SPDX-License-Identifier: EUPL-1.2
-- A team that nobody and nothing is in any more is closed: nobody can choose
-- it, and old lines still name it.
-- Law: GDPR 32(4).
ALTER TABLE team
	ADD COLUMN IF NOT EXISTS is_closed BOOL NOT NULL DEFAULT FALSE;
