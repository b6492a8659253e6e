-- SPDX-License-Identifier: EUPL-1.2
-- Files of contacts that staff bring in: sealed while they wait, read by the
-- keeper, destroyed when they are done with.  Which contact came of which line
-- stays for seven days, so that an import can be taken back.
-- Law: GDPR 5(1)(c), 5(1)(d), 5(1)(e), 6(1), 14.
CREATE TABLE IF NOT EXISTS import (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,		-- who brings it
	state		ENUM('waiting','refused','read','checking','checked',
			'running','done','undoing','undone','cancelled','expired') NOT NULL,
	fault		VARCHAR(20) NULL,		-- why it was refused: a code
	fault_line	BIGINT UNSIGNED NULL,
	tries		INT UNSIGNED NOT NULL DEFAULT 0,	-- how often its reading was begun
	size_bytes	INT UNSIGNED NOT NULL,
	file_mac	BINARY(32) NOT NULL,		-- keyed hash of the bytes: the same file again
	effect_mac	BINARY(32) NULL UNIQUE,		-- of file, columns and policy, from its start on
	format		ENUM('csv','xlsx') NULL,
	is_cp1252	BOOL NOT NULL DEFAULT FALSE,
	delimiter	CHAR(1) NULL,
	has_names	BOOL NOT NULL DEFAULT TRUE,	-- its first line is names of columns
	mapping		VARCHAR(1200) NULL,		-- the field of each column, JSON
	policy		ENUM('create','update','skip') NULL,
	basis		ENUM('consent','contract','legal_obligation','vital_interest',
			'public_task','legitimate_interest') NULL,
	source		VARCHAR(60) NULL,
	collected	DATE NULL,
	team_id		INT UNSIGNED NULL,		-- who sees new contacts; NULL: all the staff
	sees_all	BOOL NOT NULL DEFAULT FALSE,	-- whether who brings it may change every record
	n_rows		INT UNSIGNED NOT NULL DEFAULT 0,
	n_done		INT UNSIGNED NOT NULL DEFAULT 0,
	next_chunk	INT UNSIGNED NOT NULL DEFAULT 0,	-- of rows, to be checked or stored
	n_created	INT UNSIGNED NOT NULL DEFAULT 0,
	n_updated	INT UNSIGNED NOT NULL DEFAULT 0,
	n_same		INT UNSIGNED NOT NULL DEFAULT 0,
	n_suppressed	INT UNSIGNED NOT NULL DEFAULT 0,
	n_rejected	INT UNSIGNED NOT NULL DEFAULT 0,
	n_undone	INT UNSIGNED NOT NULL DEFAULT 0,
	n_kept		INT UNSIGNED NOT NULL DEFAULT 0,	-- touched since, so not taken back
	created_us	BIGINT NOT NULL,
	started_us	BIGINT NULL,
	ended_us	BIGINT NULL,
	expires_us	BIGINT NOT NULL,		-- what is sealed of the file goes then
	destroyed_us	BIGINT NULL,			-- when it went
	undo_until_us	BIGINT NULL,
	INDEX (state, id),
	INDEX (staff_id, id),
	INDEX (expires_us),
	FOREIGN KEY (staff_id) REFERENCES staff (id),
	FOREIGN KEY (team_id) REFERENCES team (id)
) ENGINE=InnoDB;
-- The file as it came, then its columns with some samples, then its rows in
-- pieces, and those of its rows that were not taken.
CREATE TABLE IF NOT EXISTS import_chunk (
	import_id	BIGINT UNSIGNED NOT NULL,
	kind		ENUM('file','head','rows','reject') NOT NULL,
	number		INT UNSIGNED NOT NULL,
	sealed		MEDIUMBLOB NOT NULL,		-- import key
	PRIMARY KEY (import_id, kind, number),
	FOREIGN KEY (import_id) REFERENCES import (id)
) ENGINE=InnoDB;
-- What became of a line; no value of it.
CREATE TABLE IF NOT EXISTS import_row (
	import_id	BIGINT UNSIGNED NOT NULL,
	line		INT UNSIGNED NOT NULL,
	contact_id	BIGINT UNSIGNED NULL,
	outcome		ENUM('created','updated','same','suppressed','rejected') NOT NULL,
	reason		VARCHAR(20) NULL,		-- a code
	field		VARCHAR(20) NULL,		-- that the reason speaks of
	version		INT UNSIGNED NULL,		-- of the contact, as the import left it
	before_sealed	VARBINARY(8000) NULL,		-- person key, live: what it replaced
	PRIMARY KEY (import_id, line),
	INDEX (contact_id),
	FOREIGN KEY (import_id) REFERENCES import (id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS {keys}.import_key (
	import_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	wrapped		VARBINARY(120) NOT NULL,
	created_us	BIGINT NOT NULL
) ENGINE=InnoDB;
