-- SPDX-License-Identifier: EUPL-1.2
-- What staff take out of the contact base: one record or the people whom a
-- snapshot froze, made by the keeper as sealed chunks, destroyed at its time
-- or as soon as somebody in it is erased.  Whom it holds is said by the line
-- of who looked.
-- Law: GDPR 5(1)(c), 5(1)(e), 5(1)(f), 15(1)(c), 17, 32.
CREATE TABLE IF NOT EXISTS staff_export (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,		-- it is theirs alone
	contact_id	BIGINT UNSIGNED NULL,		-- of one record; NULL: see snapshot_id, or erased
	snapshot_id	BIGINT UNSIGNED NULL,		-- no foreign key: it ends before this row
	format		ENUM('csv','xlsx','json') NOT NULL,
	columns		VARCHAR(400) NOT NULL,		-- codes, in order
	reason		VARCHAR(20) NOT NULL,		-- a code
	is_pseudonymised BOOL NOT NULL,
	state		ENUM('waiting','building','ready','cancelled','failed','destroyed') NOT NULL,
	why		ENUM('space','staff','source','program') NULL,	-- it has failed
	mark		BINARY(8) NOT NULL,		-- random: in the file, that a leaked one names its export
	line_id		BIGINT UNSIGNED NULL,		-- of who looked: its subjects are in the file
	done		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- contacts read, for the progress bar
	total		BIGINT UNSIGNED NOT NULL,	-- contacts asked for; counted by the budget
	left_out	BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- of these, not in the file
	size_bytes	BIGINT UNSIGNED NOT NULL DEFAULT 0,
	sha256		BINARY(32) NULL,
	created_us	BIGINT NOT NULL,
	ready_us	BIGINT NULL,
	expires_us	BIGINT NOT NULL,
	destroyed_us	BIGINT NULL,			-- chunks and key are gone
	fence		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- how often it was begun
	INDEX (staff_id, created_us),
	INDEX (state, id),
	INDEX (destroyed_us, expires_us),
	INDEX (contact_id),
	INDEX (line_id),
	FOREIGN KEY (staff_id) REFERENCES staff (id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS staff_export_chunk (
	export_id	BIGINT UNSIGNED NOT NULL,
	number		INT UNSIGNED NOT NULL,
	sealed		MEDIUMBLOB NOT NULL,		-- the export's own key
	PRIMARY KEY (export_id, number),
	FOREIGN KEY (export_id) REFERENCES staff_export (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS staff_export_download (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	export_id	BIGINT UNSIGNED NOT NULL,
	at_us		BIGINT NOT NULL,
	is_whole	BOOL NOT NULL,
	is_noted	BOOL NOT NULL DEFAULT FALSE,	-- the audit has its line
	INDEX (export_id),
	INDEX (is_noted, id),
	FOREIGN KEY (export_id) REFERENCES staff_export (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS {keys}.staff_export_key (
	export_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	wrapped		VARBINARY(120) NOT NULL,	-- of this export alone
	created_us	BIGINT NOT NULL
) ENGINE=InnoDB;
