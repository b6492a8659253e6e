-- SPDX-License-Identifier: EUPL-1.2
-- Staff, their teams, and their sessions in the back-office.
-- Law: GDPR 32; CNIL 2022-100.
CREATE TABLE IF NOT EXISTS team (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	name		VARCHAR(80) NOT NULL UNIQUE
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS staff (
	id		INT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	email		VARCHAR(254) NOT NULL,
	email_key	VARBINARY(254) NOT NULL UNIQUE,
	name		VARCHAR(120) NOT NULL,
	role		ENUM('adviser','lead','dpo','security','legal','auditor','admin') NOT NULL,
	team_id		INT UNSIGNED NULL,
	language	CHAR(2) NOT NULL,
	state		ENUM('invited','active','disabled') NOT NULL,
	password_hash	VARBINARY(128) NULL,
	password_mac	BINARY(32) NULL,
	totp_sealed	VARBINARY(200) NULL,
	totp_step	BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- last accepted, RFC 6238
	created_us	BIGINT NOT NULL,
	FOREIGN KEY (team_id) REFERENCES team (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS staff_recovery (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,
	code_hash	VARBINARY(128) NOT NULL,
	used_us		BIGINT NULL,
	INDEX (staff_id),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS office_session (
	id_hash		BINARY(32) NOT NULL PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,
	has_second_factor BOOL NOT NULL,
	label		VARCHAR(60) NOT NULL,		-- browser family
	created_us	BIGINT NOT NULL,
	signed_in_us	BIGINT NOT NULL,		-- last proof of identity
	seen_us		BIGINT NOT NULL,
	INDEX (staff_id),
	INDEX (seen_us),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
-- Words typed into a search: never in an address, sealed here for an hour.
CREATE TABLE IF NOT EXISTS search_query (
	id		BINARY(16) NOT NULL PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,
	sealed		VARBINARY(1200) NOT NULL,
	expires_us	BIGINT NOT NULL,
	INDEX (expires_us),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
