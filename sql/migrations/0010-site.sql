-- SPDX-License-Identifier: EUPL-1.2
-- The controller and what it declares: site, purposes, notices, retention
-- rules.  Versions are never changed once used; a change is a new version.
-- Law: GDPR 5(1)(b), 5(1)(e), 13, 14.
CREATE TABLE IF NOT EXISTS site (
	id		TINYINT UNSIGNED NOT NULL PRIMARY KEY,	-- always 1
	name		VARCHAR(120) NOT NULL,		-- as people know it
	legal_name	VARCHAR(200) NOT NULL,
	address		VARCHAR(400) NOT NULL,
	contact_email	VARCHAR(254) NOT NULL,		-- a human answers here
	dpo_name	VARCHAR(120) NOT NULL,
	dpo_email	VARCHAR(254) NOT NULL,
	authority_name	VARCHAR(200) NOT NULL,		-- supervisory authority
	authority_url	VARCHAR(200) NOT NULL,
	holidays	VARCHAR(12) NOT NULL,		-- calendar of LAW: FR, FR-67
	cooling_off_minutes INT UNSIGNED NOT NULL,	-- 0 to 20160
	backup_days	SMALLINT UNSIGNED NOT NULL,	-- how long backups live
	binlog_days	SMALLINT UNSIGNED NOT NULL
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS purpose (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	code		VARCHAR(40) NOT NULL UNIQUE,
	is_closed	BOOL NOT NULL DEFAULT FALSE
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS purpose_version (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	purpose_id	INT UNSIGNED NOT NULL,
	number		INT UNSIGNED NOT NULL,
	basis		ENUM('consent','contract','legal_obligation','vital_interest',
			'public_task','legitimate_interest') NOT NULL,
	is_commercial	BOOL NOT NULL,		-- direct marketing (ePrivacy 13)
	is_material	BOOL NOT NULL,		-- asks people again (I12)
	retention_months SMALLINT UNSIGNED NOT NULL,
	created_us	BIGINT NOT NULL,
	UNIQUE (purpose_id, number),
	FOREIGN KEY (purpose_id) REFERENCES purpose (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS purpose_channel (
	purpose_version_id INT UNSIGNED NOT NULL,
	channel		ENUM('email','phone','post','sms') NOT NULL,
	PRIMARY KEY (purpose_version_id, channel),
	FOREIGN KEY (purpose_version_id) REFERENCES purpose_version (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS purpose_text (
	purpose_version_id INT UNSIGNED NOT NULL,
	language	CHAR(2) NOT NULL,
	title		VARCHAR(120) NOT NULL,
	wording		VARCHAR(1000) NOT NULL,	-- exactly what people agree to
	PRIMARY KEY (purpose_version_id, language),
	FOREIGN KEY (purpose_version_id) REFERENCES purpose_version (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS notice_version (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	number		INT UNSIGNED NOT NULL UNIQUE,
	is_material	BOOL NOT NULL,
	created_us	BIGINT NOT NULL
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS notice_text (
	notice_version_id INT UNSIGNED NOT NULL,
	language	CHAR(2) NOT NULL,
	-- the blocks of GDPR 13: a JSON list of {"key","heading","text"}; keys:
	-- controller dpo purposes interests recipients transfers retention
	-- rights withdrawal complaint mandatory decisions sources
	blocks		TEXT NOT NULL,
	PRIMARY KEY (notice_version_id, language),
	FOREIGN KEY (notice_version_id) REFERENCES notice_version (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS retention_rule (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	category	VARCHAR(40) NOT NULL UNIQUE,	-- prospect, customer, order, ...
	law		VARCHAR(120) NOT NULL,		-- the dated legal reference
	start_event	ENUM('last_person_contact','relationship_end','collected',
			'answered','year_end') NOT NULL,
	months		SMALLINT UNSIGNED NOT NULL,
	action		ENUM('erase','archive','anonymise') NOT NULL
) ENGINE=InnoDB;
