-- SPDX-License-Identifier: EUPL-1.2
-- Passkeys of staff, the question that the browser of one session is to answer
-- with one, once, and how a session's colleague proved who they are.
-- Law: GDPR 32; CNIL 2022-100.
CREATE TABLE IF NOT EXISTS staff_passkey (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,
	credential	VARBINARY(1023) NOT NULL UNIQUE,	-- what the browser calls it
	cose_alg	INT NOT NULL,			-- RFC 9053
	public_key	VARBINARY(600) NOT NULL,
	mac		BINARY(32) NOT NULL,		-- over whose, credential and key
	sign_count	INT UNSIGNED NOT NULL,		-- of its last use
	name		VARCHAR(60) NOT NULL,		-- as its owner calls it
	created_us	BIGINT NOT NULL,
	used_us		BIGINT NULL,
	INDEX (staff_id, id),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS passkey_question (
	session_hash	BINARY(32) NOT NULL PRIMARY KEY,	-- keyed, as of office_session
	challenge	BINARY(32) NOT NULL,
	expires_us	BIGINT NOT NULL,
	INDEX (expires_us)
) ENGINE=InnoDB;
ALTER TABLE office_session
	ADD COLUMN IF NOT EXISTS how ENUM('password','passkey','header')
		NOT NULL DEFAULT 'password' AFTER has_second_factor;
