-- SPDX-License-Identifier: EUPL-1.2
-- More contacts than the site lets one colleague take out in a day wait for
-- a second one who agrees, or says why not.
-- site.export_rows: contacts in a day, alone.
-- A merge that the database gives up on is tried so often, then refused.
-- The contacts of a country have an index in the order of the list.
-- Law: GDPR 5(1)(c), 5(1)(f), 5(2), 25, 32.
ALTER TABLE site
	ADD COLUMN IF NOT EXISTS export_rows INT UNSIGNED NOT NULL DEFAULT 500;
ALTER TABLE staff_export
	MODIFY COLUMN state ENUM('waiting','building','ready','cancelled',
		'failed','destroyed','asked','refused','lapsed') NOT NULL,
	ADD COLUMN IF NOT EXISTS words VARCHAR(400) NOT NULL DEFAULT '',	-- what for, to whom must agree
	ADD COLUMN IF NOT EXISTS decided_by INT UNSIGNED NULL,	-- the second person
	ADD COLUMN IF NOT EXISTS decided_us BIGINT NULL,
	ADD COLUMN IF NOT EXISTS answer VARCHAR(400) NOT NULL DEFAULT '',	-- why it was refused
	ADD INDEX IF NOT EXISTS (decided_by),
	ADD CONSTRAINT staff_export_decider
		FOREIGN KEY IF NOT EXISTS (decided_by) REFERENCES staff (id);
ALTER TABLE contact_merge
	ADD COLUMN IF NOT EXISTS tries INT UNSIGNED NOT NULL DEFAULT 0,
	ADD COLUMN IF NOT EXISTS next_us BIGINT NOT NULL DEFAULT 0;
ALTER TABLE contact
	ADD INDEX IF NOT EXISTS by_country (country, sort_name, id);
