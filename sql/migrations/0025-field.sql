-- SPDX-License-Identifier: EUPL-1.2
-- Custom fields: what this company notes of people beside the built-in data,
-- each with what it is for, why it may be held and for how long; and the
-- values, one row for each that is filled.
-- Law: GDPR 5(1)(b), 5(1)(c), 5(1)(e), 9, 25, 30.
CREATE TABLE IF NOT EXISTS custom_field (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	code		VARCHAR(30) NOT NULL UNIQUE,	-- never changes, nor is it used again
	kind		ENUM('text','number','date','choice','yes_no') NOT NULL,
	is_sensitive	BOOL NOT NULL,		-- values are sealed, and cannot be searched
	is_editable	BOOL NOT NULL,		-- by the person, in their space
	is_bounded	BOOL NOT NULL DEFAULT FALSE,	-- of a number: least and most hold
	least		BIGINT NOT NULL DEFAULT 0,	-- in thousandths
	most		BIGINT NOT NULL DEFAULT 0,
	choices		VARCHAR(8000) NOT NULL DEFAULT '[]',	-- JSON: [{"code", "en", "fr"}]
	basis		ENUM('consent','contract','legal_obligation','vital_interest',
			'public_task','legitimate_interest') NOT NULL,
	retention_months INT UNSIGNED NOT NULL,	-- after it was noted; 0: as long as the record
	state		ENUM('open','closed','emptying','removed') NOT NULL DEFAULT 'open',
	version		INT UNSIGNED NOT NULL DEFAULT 1,	-- optimistic lock
	to_empty	BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- how many values there were when it was removed
	emptied		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- how many of them are gone
	created_us	BIGINT NOT NULL,
	ended_us	BIGINT NULL		-- closed, or removed
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS custom_text (
	field_id	INT UNSIGNED NOT NULL,
	language	CHAR(2) NOT NULL,
	label		VARCHAR(80) NOT NULL,
	help		VARCHAR(200) NOT NULL,
	PRIMARY KEY (field_id, language),
	FOREIGN KEY (field_id) REFERENCES custom_field (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS custom_purpose (
	field_id	INT UNSIGNED NOT NULL,
	purpose_id	INT UNSIGNED NOT NULL,
	PRIMARY KEY (field_id, purpose_id),
	FOREIGN KEY (field_id) REFERENCES custom_field (id),
	FOREIGN KEY (purpose_id) REFERENCES purpose (id)
) ENGINE=InnoDB;
-- One of the typed columns is used, by the field's kind; of a sensitive field
-- none but sealed.
CREATE TABLE IF NOT EXISTS custom_value (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	field_id	INT UNSIGNED NOT NULL,
	value_text	VARCHAR(300) COLLATE utf8mb4_general_ci NULL,	-- also a choice, yes, no
	value_number	BIGINT NOT NULL DEFAULT 0,	-- in thousandths
	value_day	DATE NULL,
	sealed		VARBINARY(1400) NULL,	-- person key, live
	at_us		BIGINT NOT NULL,	-- when it was noted
	UNIQUE of_contact (contact_id, field_id),
	INDEX by_text (field_id, value_text, contact_id),
	INDEX by_number (field_id, value_number, contact_id),
	INDEX by_day (field_id, value_day, contact_id),
	INDEX by_at (field_id, at_us),
	FOREIGN KEY (contact_id) REFERENCES contact (id),
	FOREIGN KEY (field_id) REFERENCES custom_field (id)
) ENGINE=InnoDB;
-- How much each field of a contact is used, custom or not, as the keeper
-- counts it once a day, and how far it has read what tells.
CREATE TABLE IF NOT EXISTS field_use (
	field		VARCHAR(40) NOT NULL PRIMARY KEY,	-- a column, or custom:CODE
	filled		BIGINT UNSIGNED NOT NULL,	-- contacts that have it
	filled_us	BIGINT NOT NULL,	-- when one last got it; 0: never
	read_us		BIGINT NOT NULL,	-- when staff last read one; 0: never
	since_us	BIGINT NOT NULL		-- since when there is the field
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS field_use_mark (
	id		TINYINT UNSIGNED NOT NULL PRIMARY KEY,
	history_id	BIGINT UNSIGNED NOT NULL,	-- the last line of a history
	line_id		BIGINT UNSIGNED NOT NULL,	-- the last line of who looked
	contacts	BIGINT UNSIGNED NOT NULL,
	counted_us	BIGINT NOT NULL
) ENGINE=InnoDB;
-- Custom fields are columns of an export too.
ALTER TABLE staff_export MODIFY columns VARCHAR(2400) NOT NULL;
