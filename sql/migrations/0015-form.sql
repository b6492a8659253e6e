-- SPDX-License-Identifier: EUPL-1.2
-- Opt-in forms, the pages as they were shown, and sign-ups that wait for
-- their confirmation (no list and no export reads those; gone after 7 days).
-- Law: GDPR 7(1), 13; LAW R2, R7, R11.
CREATE TABLE IF NOT EXISTS form (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	code		VARCHAR(40) NOT NULL UNIQUE,	-- in the address
	state		ENUM('draft','published','closed') NOT NULL,
	version_id	INT UNSIGNED NULL		-- the one shown now
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS form_version (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	form_id		INT UNSIGNED NOT NULL,
	number		INT UNSIGNED NOT NULL,
	notice_version_id INT UNSIGNED NOT NULL,
	-- JSON: {"fields":["email","given_name",...],
	--        "choices":[{"purpose_version":1,"channels":["email"]}],
	--        "texts":{"fr":{"title","intro"},"en":{...}}}
	definition	TEXT NOT NULL,
	created_us	BIGINT NOT NULL,
	UNIQUE (form_id, number),
	FOREIGN KEY (form_id) REFERENCES form (id),
	FOREIGN KEY (notice_version_id) REFERENCES notice_version (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS form_origin (
	form_id		INT UNSIGNED NOT NULL,
	origin		VARCHAR(200) NOT NULL,		-- scheme://host[:port]
	PRIMARY KEY (form_id, origin),
	FOREIGN KEY (form_id) REFERENCES form (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS form_rendering (
	hash		BINARY(32) NOT NULL PRIMARY KEY,	-- SHA-256 of body
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT UNIQUE,	-- the search goes by it
	form_version_id	INT UNSIGNED NOT NULL,
	language	CHAR(2) NOT NULL,
	body		MEDIUMBLOB NOT NULL,	-- the page without tokens and typed values
	created_us	BIGINT NOT NULL,
	FOREIGN KEY (form_version_id) REFERENCES form_version (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS signup (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	form_version_id	INT UNSIGNED NOT NULL,
	rendering	BINARY(32) NOT NULL,
	language	CHAR(2) NOT NULL,
	mailbox		VARCHAR(254) NOT NULL,
	mailbox_key	VARBINARY(254) NOT NULL,
	given_name	VARCHAR(120) NOT NULL,
	family_name	VARCHAR(120) NOT NULL,
	phone		VARCHAR(16) NULL,		-- E.164
	choices		VARCHAR(2000) NOT NULL,		-- JSON: [[purpose version, channel], ...]
	token_hash	BINARY(32) NOT NULL UNIQUE,	-- of the link; keyed
	code_hash	BINARY(32) NOT NULL,		-- of the typed code; keyed
	tries		TINYINT UNSIGNED NOT NULL DEFAULT 0,
	created_us	BIGINT NOT NULL,
	expires_us	BIGINT NOT NULL,
	used_us		BIGINT NULL,			-- confirmed; emptied once it is filed
	INDEX (expires_us),
	INDEX (mailbox_key)
) ENGINE=InnoDB;
