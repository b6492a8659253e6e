-- SPDX-License-Identifier: EUPL-1.2
-- Cases: a person's request, its clock, its steps; erasures with their
-- journal number, counts and receipt; staff tasks.
-- Law: GDPR 12(3), 12(4), 15 to 22; Regulation 1182/71.
CREATE TABLE IF NOT EXISTS rights_request (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	reference	CHAR(10) NOT NULL UNIQUE,
	kind		ENUM('access','portability','rectification','restriction','objection','erasure') NOT NULL,
	door		ENUM('account','form','desk','staff') NOT NULL,
	contact_id	BIGINT UNSIGNED NULL,		-- NULL: not yet known, or erased
	language	CHAR(2) NOT NULL,
	words_sealed	VARBINARY(8000) NULL,		-- what they wrote; person key, proof
	mailbox_sealed	VARBINARY(600) NULL,		-- where to answer when there is no contact
	answer_sealed	VARBINARY(16200) NULL,		-- what was answered; person key, proof
	extended_sealed	VARBINARY(4200) NULL,		-- why it takes longer, as the person was told
	assigned_id	INT UNSIGNED NULL,		-- the colleague who answers
	alerted		TINYINT UNSIGNED NOT NULL DEFAULT 0,	-- enum rights_alert that staff were told
	version		INT UNSIGNED NOT NULL DEFAULT 0,	-- of two who decide at once, one is told
	state		ENUM('intent','open','waiting','answered','refused','cancelled') NOT NULL,
	received_us	BIGINT NOT NULL,
	received_day	DATE NOT NULL,
	target_day	DATE NOT NULL,			-- internal, day 20
	working_day	DATE NOT NULL,			-- working limit
	due_day		DATE NOT NULL,			-- legal limit
	extended_us	BIGINT NULL,
	answered_us	BIGINT NULL,
	matched_us	BIGINT NULL,			-- when the keeper looked whose address it is
	outcome		VARCHAR(40) NULL,		-- of a refusal its ground
	lift_told_us	BIGINT NULL,			-- when the end of a freeze was announced
	lift_day	DATE NULL,			-- until when; NULL: not announced, or over
	INDEX (contact_id),
	INDEX (state, due_day, id),
	INDEX (received_us),
	INDEX (matched_us, id),
	INDEX (lift_day),
	FOREIGN KEY (assigned_id) REFERENCES staff (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS rights_step (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	request_id	BIGINT UNSIGNED NOT NULL,
	verb		VARCHAR(60) NOT NULL,
	actor		ENUM('person','staff','program') NOT NULL,
	staff_id	INT UNSIGNED NULL,
	at_us		BIGINT NOT NULL,
	INDEX (request_id, id),
	FOREIGN KEY (request_id) REFERENCES rights_request (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS erasure (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	request_id	BIGINT UNSIGNED NULL,		-- NULL: retention
	contact_id	BIGINT UNSIGNED NOT NULL,	-- stays as a bare number
	state		ENUM('intent','cooling','decided','announced','journaled','erased',
			'scanned','signed','done','blocked','cancelled') NOT NULL,
	proof		ENUM('session','link','staff','retention') NULL,
	due_us		BIGINT NOT NULL,		-- end of the cooling-off
	journal_n	BIGINT UNSIGNED NULL UNIQUE,
	pseudonym	BINARY(32) NULL,		-- what the journal holds
	delivery	VARBINARY(4000) NULL,		-- needles and address, sealed; dies after the second scan
	created_us	BIGINT NOT NULL,
	decided_us	BIGINT NULL,
	erased_us	BIGINT NULL,
	ended_us	BIGINT NULL,
	rescan_us	BIGINT NULL,			-- when the second scan is due
	INDEX (state, due_us),
	INDEX (contact_id),
	INDEX (request_id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS erasure_count (
	erasure_id	BIGINT UNSIGNED NOT NULL,
	holding		VARCHAR(40) NOT NULL,
	found		INT UNSIGNED NOT NULL,		-- before
	erased		INT UNSIGNED NOT NULL,
	anonymised	INT UNSIGNED NOT NULL,
	kept		INT UNSIGNED NOT NULL,
	reread		INT UNSIGNED NULL,		-- rows still there, read again after
	hold_law	VARCHAR(120) NULL,
	hold_until	DATE NULL,
	PRIMARY KEY (erasure_id, holding),
	FOREIGN KEY (erasure_id) REFERENCES erasure (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS receipt (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	erasure_id	BIGINT UNSIGNED NOT NULL UNIQUE,
	kid		CHAR(43) NOT NULL,
	jws		TEXT NOT NULL,
	issued_us	BIGINT NOT NULL,
	FOREIGN KEY (erasure_id) REFERENCES erasure (id)
) ENGINE=InnoDB;
-- A receipt that waits for a head over its line, to say its place in the log.
CREATE TABLE IF NOT EXISTS receipt_draft (
	erasure_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	jws		TEXT NOT NULL,			-- without its place
	record_id	BIGINT UNSIGNED NOT NULL,	-- its line
	frontier	VARBINARY(4096) NULL,		-- of the log before that line
	issued_us	BIGINT NOT NULL,
	FOREIGN KEY (erasure_id) REFERENCES erasure (id)
) ENGINE=InnoDB;
-- Announced numbers of the erasure journal; compared with its head by every
-- worker: a journal ahead of this is a database put back from a backup.
CREATE TABLE IF NOT EXISTS journal_mark (
	id		TINYINT UNSIGNED NOT NULL PRIMARY KEY,	-- always 1
	generation	BINARY(16) NOT NULL,
	announced	BIGINT UNSIGNED NOT NULL,
	replayed_us	BIGINT NULL
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS task (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind		VARCHAR(40) NOT NULL,		-- erasure.second_copy, mail.dead
	request_id	BIGINT UNSIGNED NULL,
	erasure_id	BIGINT UNSIGNED NULL,
	detail		VARCHAR(1000) NOT NULL,		-- JSON: tables, columns, row ids; no values
	state		ENUM('open','done') NOT NULL,
	due_day		DATE NULL,
	created_us	BIGINT NOT NULL,
	done_us		BIGINT NULL,
	done_by		INT UNSIGNED NULL,
	outcome		ENUM('mended','looked','over') NULL,	-- over: by itself
	note		VARCHAR(1000) NULL,		-- what was done; searched like detail
	INDEX (state, id),
	INDEX (request_id),
	INDEX (erasure_id)
) ENGINE=InnoDB;
