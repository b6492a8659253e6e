-- SPDX-License-Identifier: EUPL-1.2
-- The data subject: identity (a confirmed mailbox that signs in), contact (a
-- prospect or customer), where each datum came from, and what changed.
-- Foreign keys restrict: a contact cannot go while a row of theirs stays.
-- Law: GDPR 5(1)(c), 5(1)(d), 15(1)(g), 16, 18.
CREATE TABLE IF NOT EXISTS identity (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	mailbox		VARCHAR(254) NOT NULL,		-- mail goes here, as stored
	mailbox_key	VARBINARY(254) NOT NULL UNIQUE,	-- normalised, compared as bytes
	language	CHAR(2) NOT NULL,
	password_hash	VARBINARY(128) NULL,
	password_mac	BINARY(32) NULL,
	password_us	BIGINT NULL,
	epoch		INT UNSIGNED NOT NULL DEFAULT 1,	-- standing links of older epochs are dead
	created_us	BIGINT NOT NULL
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS contact (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	reference	CHAR(10) NOT NULL UNIQUE,	-- what people quote
	kind		ENUM('prospect','customer') NOT NULL,
	is_business	BOOL NOT NULL DEFAULT FALSE,
	identity_id	BIGINT UNSIGNED NULL,
	given_name	VARCHAR(120) NOT NULL DEFAULT '',
	family_name	VARCHAR(120) NOT NULL DEFAULT '',
	sort_name	VARCHAR(250) NOT NULL DEFAULT '',	-- folded, family name first
	language	CHAR(2) NOT NULL,
	email		VARCHAR(254) NULL,
	email_key	VARBINARY(254) NULL,
	phone		VARCHAR(16) NULL,		-- E.164
	street		VARCHAR(200) NOT NULL DEFAULT '',
	postcode	VARCHAR(16) NOT NULL DEFAULT '',
	city		VARCHAR(120) NOT NULL DEFAULT '',
	country		CHAR(2) NOT NULL DEFAULT '',
	visibility	ENUM('owner','team','everyone') NOT NULL DEFAULT 'team',
	owner_id	INT UNSIGNED NULL,
	team_id		INT UNSIGNED NULL,
	source		VARCHAR(60) NOT NULL,		-- form:newsletter, import:12, staff
	basis		ENUM('consent','contract','legal_obligation','vital_interest',
			'public_task','legitimate_interest') NOT NULL,
	notice_version_id INT UNSIGNED NULL,
	collected_us	BIGINT NOT NULL,
	last_person_us	BIGINT NOT NULL,		-- last contact that came from the person (X10)
	relationship_end_us BIGINT NULL,
	restricted_us	BIGINT NULL,
	restriction	ENUM('accuracy','unlawful','claims','objection','erasure') NULL,
	version		INT UNSIGNED NOT NULL DEFAULT 1,	-- optimistic lock
	is_indexed	BOOL NOT NULL DEFAULT FALSE,	-- contact_word says the same as the name
	created_us	BIGINT NOT NULL,
	updated_us	BIGINT NOT NULL,
	INDEX (identity_id),
	INDEX (email_key),
	INDEX (phone),
	INDEX by_name (sort_name, id),
	INDEX by_person (last_person_us, id),
	INDEX to_index (is_indexed, id),
	FOREIGN KEY (identity_id) REFERENCES identity (id),
	FOREIGN KEY (owner_id) REFERENCES staff (id),
	FOREIGN KEY (team_id) REFERENCES team (id),
	FOREIGN KEY (notice_version_id) REFERENCES notice_version (id)
) ENGINE=InnoDB;
-- Every word of a name, folded: search by the beginning of any of them.
CREATE TABLE IF NOT EXISTS contact_word (
	word		VARCHAR(60) NOT NULL,
	contact_id	BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (word, contact_id),
	INDEX (contact_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS contact_provenance (
	contact_id	BIGINT UNSIGNED NOT NULL,
	field		VARCHAR(40) NOT NULL,
	source		VARCHAR(60) NOT NULL,
	basis		ENUM('consent','contract','legal_obligation','vital_interest',
			'public_task','legitimate_interest') NOT NULL,
	notice_version_id INT UNSIGNED NULL,
	at_us		BIGINT NOT NULL,
	PRIMARY KEY (contact_id, field),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS contact_history (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	field		VARCHAR(40) NOT NULL,
	old_sealed	VARBINARY(1400) NOT NULL,	-- person key, live
	new_sealed	VARBINARY(1400) NOT NULL,
	by_kind		ENUM('person','staff','program') NOT NULL,
	by_staff_id	INT UNSIGNED NULL,
	at_us		BIGINT NOT NULL,
	INDEX (contact_id, id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
-- A request, a call, a visit, an order: what happened between us.
CREATE TABLE IF NOT EXISTS interaction (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	kind		ENUM('request','call','visit','order','note') NOT NULL,
	is_from_person	BOOL NOT NULL,			-- they came to us (X10)
	staff_id	INT UNSIGNED NULL,		-- who noted it; NULL: the person, or a program
	title		VARCHAR(200) NOT NULL,
	detail_sealed	VARBINARY(8000) NULL,		-- person key, live
	amount_cents	BIGINT NULL,
	at_us		BIGINT NOT NULL,
	hold_law	VARCHAR(120) NULL,		-- the statute that keeps this row
	hold_until	DATE NULL,
	INDEX (contact_id, at_us),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
-- What a law makes us keep after an erasure: sealed by the proof key, out of
-- daily use, gone at its date (GDPR 17(3)).  contact_id has no row any more.
CREATE TABLE IF NOT EXISTS archive_item (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	erasure_id	BIGINT UNSIGNED NULL,
	origin		VARCHAR(40) NOT NULL,		-- the holding it came from
	hold_law	VARCHAR(120) NOT NULL,
	hold_until	DATE NOT NULL,
	sealed		MEDIUMBLOB NOT NULL,
	created_us	BIGINT NOT NULL,
	INDEX (contact_id),
	INDEX (hold_until)
) ENGINE=InnoDB;
