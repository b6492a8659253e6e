-- SPDX-License-Identifier: EUPL-1.2
-- Lists that staff work with: tags, saved views, and snapshots: the people
-- whom a filter found at one moment, in order.
-- Law: GDPR 5(1)(c), 5(1)(f), 25.
CREATE TABLE IF NOT EXISTS tag (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name		VARCHAR(60) NOT NULL,
	name_key	VARCHAR(60) NOT NULL UNIQUE	-- folded
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS contact_tag (
	contact_id	BIGINT UNSIGNED NOT NULL,
	tag_id		INT UNSIGNED NOT NULL,
	staff_id	INT UNSIGNED NULL,		-- who put it there
	at_us		BIGINT NOT NULL,
	PRIMARY KEY (contact_id, tag_id),
	INDEX by_tag (tag_id, contact_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id),
	FOREIGN KEY (tag_id) REFERENCES tag (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS saved_view (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,
	name		VARCHAR(80) NOT NULL,
	is_shared	BOOL NOT NULL,
	sealed		VARBINARY(4000) NOT NULL,	-- the filter: it may hold typed words
	columns		VARCHAR(400) NOT NULL,		-- codes, in order
	created_us	BIGINT NOT NULL,
	UNIQUE (staff_id, name),
	INDEX (is_shared),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS snapshot (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,		-- it is in their silo, and theirs alone
	sealed		VARBINARY(4000) NOT NULL,	-- the filter
	state		ENUM('waiting','walking','ready','cancelled','failed') NOT NULL,
	walked		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- contacts looked at, for the progress bar
	total		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- about how many there are to look at
	n		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- contacts found
	after_id	BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- the last one looked at
	fence		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- how often it was begun
	created_us	BIGINT NOT NULL,
	ready_us	BIGINT NULL,
	expires_us	BIGINT NOT NULL,
	INDEX (staff_id, id),
	INDEX (state, id),
	INDEX (expires_us),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS snapshot_contact (
	snapshot_id	BIGINT UNSIGNED NOT NULL,
	position	BIGINT UNSIGNED NOT NULL,	-- from 1, in the list's order
	contact_id	BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (snapshot_id, position),
	INDEX (contact_id),
	FOREIGN KEY (snapshot_id) REFERENCES snapshot (id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
-- A search may come with a filter.
ALTER TABLE search_query MODIFY sealed VARBINARY(4000) NOT NULL;
-- Each scope of an adviser's own contacts in the list's order.
ALTER TABLE contact
	ADD INDEX IF NOT EXISTS owner_by_scope (owner_id, visibility, sort_name, id),
	DROP INDEX IF EXISTS owner_by_name;
