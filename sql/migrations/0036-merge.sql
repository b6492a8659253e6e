-- SPDX-License-Identifier: EUPL-1.2
-- Two records of one person that become one, and whoever seems to have two.
-- Law: GDPR 5(1)(d), 5(2), 16, 17.
--
-- A merge that was asked for, and what the number and the reference of the
-- record that went lead to.  The commitments of ledger rows that were written
-- for that record open with its number, which this keeps.
CREATE TABLE IF NOT EXISTS contact_merge (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	merged_id	BIGINT UNSIGNED NOT NULL,	-- once done, it has no row any more
	reference	CHAR(10) NOT NULL,		-- of that: people go on quoting it
	survivor_id	BIGINT UNSIGNED NOT NULL,
	staff_id	INT UNSIGNED NOT NULL,		-- who asked
	reason		VARCHAR(20) NOT NULL,		-- how they know: a code
	taken		VARCHAR(2400) NOT NULL,		-- fields of which the value is the merged one's: codes
	merged_version	INT UNSIGNED NOT NULL,		-- as previewed
	survivor_version INT UNSIGNED NOT NULL,
	state		ENUM('asked','done','refused') NOT NULL,
	why		VARCHAR(20) NULL,		-- it was refused: a code
	epoch		INT UNSIGNED NULL,		-- of the merged one's standing links
	epoch_after	INT UNSIGNED NOT NULL DEFAULT 0,	-- of the other's since: they die with it
	asked_us	BIGINT NOT NULL,
	done_us		BIGINT NULL,
	INDEX (merged_id),
	INDEX (reference),
	INDEX (survivor_id),
	INDEX (state, id),
	FOREIGN KEY (survivor_id) REFERENCES contact (id),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
-- What else the erasure journal names by an erasure: the numbers that the
-- person had before a merge, which an older backup still holds.
CREATE TABLE IF NOT EXISTS erasure_also (
	erasure_id	BIGINT UNSIGNED NOT NULL,
	journal_n	BIGINT UNSIGNED NOT NULL UNIQUE,
	pseudonym	BINARY(32) NOT NULL,
	PRIMARY KEY (erasure_id, journal_n),
	FOREIGN KEY (erasure_id) REFERENCES erasure (id)
) ENGINE=InnoDB;
-- Pairs that look like one person, found by the keeper's walks.  No foreign
-- keys: a record that goes leaves a row that leads nowhere until the next walk.
CREATE TABLE IF NOT EXISTS duplicate (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,	-- pages go on from it: it names nobody
	low_id		BIGINT UNSIGNED NOT NULL,
	high_id		BIGINT UNSIGNED NOT NULL,
	why		ENUM('email','phone','name') NOT NULL,
	found_us	BIGINT NOT NULL,		-- by the last walk that saw it
	dismissed_us	BIGINT NULL,			-- staff said: two people
	UNIQUE pair (low_id, high_id),
	INDEX (high_id),
	INDEX to_show (dismissed_us, id),
	INDEX (found_us)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS duplicate_walk (
	id		TINYINT UNSIGNED NOT NULL PRIMARY KEY,	-- always 1
	through_id	BIGINT UNSIGNED NOT NULL,	-- contacts looked at
	began_us	BIGINT NOT NULL,
	ended_us	BIGINT NULL
) ENGINE=InnoDB;
-- Sessions of one record end with it.
CREATE INDEX IF NOT EXISTS by_contact ON portal_session (contact_id);
INSERT IGNORE INTO duplicate_walk (id, through_id, began_us, ended_us)
VALUES (1, 0, 0, 0);
