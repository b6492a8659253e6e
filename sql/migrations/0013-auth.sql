-- SPDX-License-Identifier: EUPL-1.2
-- Sessions of the portal, acting tokens, and the budgets that slow abuse.
-- Everything a thief of this table would want is a keyed hash.
-- Law: GDPR 32.
CREATE TABLE IF NOT EXISTS portal_session (
	id_hash		BINARY(32) NOT NULL PRIMARY KEY,
	identity_id	BIGINT UNSIGNED NOT NULL,
	contact_id	BIGINT UNSIGNED NULL,		-- which of several; NULL until chosen
	how		ENUM('password','link','code') NOT NULL,
	label		VARCHAR(60) NOT NULL,
	created_us	BIGINT NOT NULL,
	signed_in_us	BIGINT NOT NULL,
	seen_us		BIGINT NOT NULL,
	INDEX (identity_id),
	INDEX (seen_us),
	FOREIGN KEY (identity_id) REFERENCES identity (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS token (
	hash		BINARY(32) NOT NULL PRIMARY KEY,
	purpose		ENUM('sign_in','erasure','address','password','invite') NOT NULL,
	subject_id	BIGINT UNSIGNED NOT NULL,	-- identity, erasure, ... by purpose
	address_hash	BINARY(32) NOT NULL,		-- for address + code; keyed
	code_hash	BINARY(32) NULL,
	tries		TINYINT UNSIGNED NOT NULL DEFAULT 0,
	created_us	BIGINT NOT NULL,
	expires_us	BIGINT NOT NULL,
	used_us		BIGINT NULL,
	used_request	BINARY(16) NULL,		-- which request spent it
	INDEX (purpose, subject_id),
	INDEX (address_hash, purpose, created_us),
	INDEX (expires_us)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS address_change (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	identity_id	BIGINT UNSIGNED NOT NULL,
	mailbox		VARCHAR(254) NOT NULL,
	mailbox_key	VARBINARY(254) NOT NULL,
	created_us	BIGINT NOT NULL,
	expires_us	BIGINT NOT NULL,
	INDEX (contact_id),
	INDEX (expires_us),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS budget (
	key_hash	BINARY(32) NOT NULL PRIMARY KEY,	-- kind and address or network, keyed
	window_us	BIGINT NOT NULL,			-- when the window began
	used		INT UNSIGNED NOT NULL,
	INDEX (window_us)
) ENGINE=InnoDB;
