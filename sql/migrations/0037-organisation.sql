-- SPDX-License-Identifier: EUPL-1.2
-- Organisations that contacts belong to, at most one each.  A row is about a
-- legal person, unless trader_id says whose own business it is: then it is
-- data of that contact, in their copy, and goes with them.
-- Law: GDPR 4(1), 5(1)(c), 15(1), 17.
CREATE TABLE IF NOT EXISTS organisation (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name		VARCHAR(200) NOT NULL,
	sort_name	VARCHAR(250) NOT NULL,		-- folded
	registration	VARCHAR(20) NOT NULL DEFAULT '',	-- SIREN, SIRET, or of another register
	vat		VARCHAR(14) NOT NULL DEFAULT '',
	domain		VARCHAR(253) NOT NULL DEFAULT '',	-- as mail is sent to: A-labels, small letters
	website		VARCHAR(200) NOT NULL DEFAULT '',
	phone		VARCHAR(16) NULL,		-- E.164
	street		VARCHAR(200) NOT NULL DEFAULT '',
	postcode	VARCHAR(16) NOT NULL DEFAULT '',
	city		VARCHAR(120) NOT NULL DEFAULT '',
	country		CHAR(2) NOT NULL DEFAULT '',
	language	CHAR(2) NOT NULL,
	note		VARCHAR(2000) NOT NULL DEFAULT '',
	trader_id	BIGINT UNSIGNED NULL,		-- the contact whose own business it is
	visibility	ENUM('owner','team','everyone') NOT NULL DEFAULT 'team',
	owner_id	INT UNSIGNED NULL,
	team_id		INT UNSIGNED NULL,
	version		INT UNSIGNED NOT NULL DEFAULT 1,	-- optimistic lock
	created_us	BIGINT NOT NULL,
	updated_us	BIGINT NOT NULL,
	INDEX by_name (sort_name, id),
	INDEX everyone_by_name (visibility, sort_name, id),
	INDEX team_by_name (team_id, visibility, sort_name, id),
	INDEX owner_by_scope (owner_id, visibility, sort_name, id),
	INDEX by_domain (domain, id),
	INDEX by_registration (registration, id),
	INDEX (phone),
	INDEX (trader_id),
	FOREIGN KEY (trader_id) REFERENCES contact (id),
	FOREIGN KEY (owner_id) REFERENCES staff (id),
	FOREIGN KEY (team_id) REFERENCES team (id)
) ENGINE=InnoDB;
-- Every word of a name, folded: search by the beginning of any of them.
CREATE TABLE IF NOT EXISTS organisation_word (
	word		VARCHAR(60) NOT NULL,
	organisation_id	BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (word, organisation_id),
	INDEX (organisation_id),
	FOREIGN KEY (organisation_id) REFERENCES organisation (id)
) ENGINE=InnoDB;
-- Where each field is from stands in contact_provenance, as of every other.
CREATE TABLE IF NOT EXISTS membership (
	contact_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	organisation_id	BIGINT UNSIGNED NOT NULL,
	job_title	VARCHAR(120) NOT NULL DEFAULT '',
	since		DATE NULL,
	at_us		BIGINT NOT NULL,		-- noted
	INDEX by_organisation (organisation_id, contact_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id),
	FOREIGN KEY (organisation_id) REFERENCES organisation (id)
) ENGINE=InnoDB;
