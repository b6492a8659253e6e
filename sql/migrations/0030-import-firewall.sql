-- SPDX-License-Identifier: EUPL-1.2
-- The firewall of imports: a corrected file that came back for one record;
-- contacts in quarantine, whose basis, source or date nobody has stated; the
-- queue of those who must be told what is held of them and where it is from;
-- files that name people to be erased.
-- Law: GDPR 5(1)(d), 5(2), 6(1), 14, 16, 17.
ALTER TABLE import
	DROP COLUMN IF EXISTS sees_all,
	ADD COLUMN IF NOT EXISTS contact_id BIGINT UNSIGNED NULL AFTER staff_id,	-- whose corrected file it is; NULL: a file of many
	ADD COLUMN IF NOT EXISTS snapshot_id BIGINT UNSIGNED NULL,	-- whom a file names to be erased; no foreign key: it ends first
	ADD COLUMN IF NOT EXISTS n_quarantined INT UNSIGNED NOT NULL DEFAULT 0,	-- of the new ones
	MODIFY state ENUM('waiting','refused','read','checking','checked',
		'running','done','undoing','undone','cancelled','expired',
		'stating','removing') NOT NULL,
	MODIFY policy ENUM('create','update','skip','delete') NULL,
	ADD INDEX IF NOT EXISTS by_contact (contact_id),
	ADD CONSTRAINT import_contact FOREIGN KEY IF NOT EXISTS (contact_id) REFERENCES contact (id);
ALTER TABLE import_row
	MODIFY outcome ENUM('created','updated','same','suppressed','rejected','listed','unknown') NOT NULL;
-- "unstated" is a basis that is none: nothing is sent on it.
ALTER TABLE contact
	MODIFY basis ENUM('consent','contract','legal_obligation','vital_interest',
		'public_task','legitimate_interest','unstated') NOT NULL,
	ADD COLUMN IF NOT EXISTS quarantined_us BIGINT NULL AFTER restriction;	-- since when; NULL: basis, source and date are stated
CREATE TABLE IF NOT EXISTS quarantine (
	contact_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	import_id	BIGINT UNSIGNED NULL,		-- NULL: of the command line, or forgotten
	lacks		SET('basis','source','collected') NOT NULL,
	remove_day	DATE NOT NULL,			-- its removal is proposed from then on
	INDEX by_import (import_id, contact_id),
	INDEX by_day (remove_day, contact_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
-- Who was brought in and must be told, in the order of the law's dates.
CREATE TABLE IF NOT EXISTS notice_duty (
	contact_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	state		ENUM('held','due','post','told','exempt') NOT NULL,	-- held: in quarantine; post: no mail can be sent
	due_day		DATE NOT NULL,			-- legal limit
	send_us		BIGINT NOT NULL,		-- no mail before: the import may be taken back
	how		ENUM('mail','post') NULL,
	told_us		BIGINT NULL,
	notice_version_id INT UNSIGNED NULL,		-- that was told
	exemption	ENUM('known','impossible','law','secrecy') NULL,	-- GDPR 14(5)(a) to (d)
	staff_id	INT UNSIGNED NULL,		-- who told by post, or found the exemption
	created_us	BIGINT NOT NULL,
	INDEX by_due (state, due_day, contact_id, send_us),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
