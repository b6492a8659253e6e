-- SPDX-License-Identifier: EUPL-1.2
-- A row of an imported file is told everything that is wrong with it, not the
-- first thing only: a line for each.
-- Law: GDPR 5(1)(d).
ALTER TABLE import_row
	ADD COLUMN IF NOT EXISTS fault TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER line,	-- of the line, from 0
	DROP PRIMARY KEY,
	ADD PRIMARY KEY (import_id, line, fault);
