-- SPDX-License-Identifier: EUPL-1.2
-- Packages: built by the keeper as sealed chunks, streamed to their owner,
-- destroyed 24 h after the first whole download, at most after 7 days.
-- Law: GDPR 15, 20; LAW R19, R24, R36.
CREATE TABLE IF NOT EXISTS package (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	request_id	BIGINT UNSIGNED NOT NULL,
	kind		ENUM('access','portability') NOT NULL,
	language	CHAR(2) NOT NULL,
	state		ENUM('waiting','building','ready','destroyed','failed') NOT NULL,
	done		INT UNSIGNED NOT NULL DEFAULT 0,	-- steps, for the progress bar
	total		INT UNSIGNED NOT NULL DEFAULT 0,
	size_bytes	BIGINT UNSIGNED NOT NULL DEFAULT 0,
	sha256		BINARY(32) NULL,
	created_us	BIGINT NOT NULL,
	ready_us	BIGINT NULL,
	downloaded_us	BIGINT NULL,			-- first whole download
	expires_us	BIGINT NOT NULL,
	fence		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- how often it was begun
	INDEX (contact_id, id),
	INDEX (state, expires_us),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS package_chunk (
	package_id	BIGINT UNSIGNED NOT NULL,
	number		INT UNSIGNED NOT NULL,
	sealed		MEDIUMBLOB NOT NULL,		-- person key, live
	PRIMARY KEY (package_id, number),
	FOREIGN KEY (package_id) REFERENCES package (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS package_download (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	package_id	BIGINT UNSIGNED NOT NULL,
	at_us		BIGINT NOT NULL,
	is_whole	BOOL NOT NULL,
	INDEX (package_id),
	FOREIGN KEY (package_id) REFERENCES package (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS clock_mark (
	id		TINYINT UNSIGNED NOT NULL PRIMARY KEY,	-- always 1
	high_us		BIGINT NOT NULL,		-- the latest instant that work was done at
	accepted_us	BIGINT NOT NULL,		-- jumps up to here were confirmed
	machine		BINARY(32) NULL,		-- hash of the name of the machine that did it
	boot_us		BIGINT NULL			-- how long that machine had been up
) ENGINE=InnoDB;
