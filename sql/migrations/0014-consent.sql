-- SPDX-License-Identifier: EUPL-1.2
-- Consent: the events (the truth, append-only, no personal value), to whom
-- each belongs (erasable), the state derived from them, and suppression.
-- Law: GDPR 7, 21; ePrivacy 13; LAW R1 to R9, R32.
CREATE TABLE IF NOT EXISTS consent_event (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	kind		ENUM('asked','given','renewed','refused','withdrawn','objected','expired') NOT NULL,
	purpose_version_id INT UNSIGNED NOT NULL,
	channel		ENUM('email','phone','post','sms') NOT NULL,
	language	CHAR(2) NOT NULL,
	notice_version_id INT UNSIGNED NOT NULL,
	form_version_id	INT UNSIGNED NULL,
	rendering	BINARY(32) NULL,		-- SHA-256 of the form as shown
	how		ENUM('form','double_opt_in','account','mail_link','one_click',
			'phone','paper','in_person','import','program') NOT NULL,
	evidence_id	BIGINT UNSIGNED NULL,
	at_us		BIGINT NOT NULL,
	subject		BINARY(32) NOT NULL,		-- commitment, opened by consent_subject
	leaf		BINARY(32) NOT NULL,
	writer		BINARY(16) NOT NULL,
	writer_n	BIGINT UNSIGNED NOT NULL,
	mac		BINARY(32) NOT NULL,
	-- No foreign keys: the leaf covers both versions, no program deletes
	-- one, and of the notices an index would have no reader.
	UNIQUE (writer, writer_n),
	INDEX (purpose_version_id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS consent_subject (
	event_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NULL,
	signup_id	BIGINT UNSIGNED NULL,		-- where it was asked, or confirmed
	opening		BINARY(32) NOT NULL,
	INDEX (contact_id, event_id),
	INDEX (signup_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS consent_state (
	contact_id	BIGINT UNSIGNED NOT NULL,
	purpose_id	INT UNSIGNED NOT NULL,
	channel		ENUM('email','phone','post','sms') NOT NULL,
	state		ENUM('asked','given','refused','withdrawn','objected','expired') NOT NULL,
	purpose_version_id INT UNSIGNED NOT NULL,
	event_id	BIGINT UNSIGNED NOT NULL,
	at_us		BIGINT NOT NULL,
	is_told		BOOL NOT NULL DEFAULT TRUE,	-- the person has a mail that says so
	PRIMARY KEY (contact_id, purpose_id, channel),
	INDEX (purpose_id, channel, state, contact_id),
	INDEX to_tell (is_told, contact_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id),
	FOREIGN KEY (purpose_id) REFERENCES purpose (id)
) ENGINE=InnoDB;
-- The stored facts of the soft opt-in (ePrivacy 13(2)).
CREATE TABLE IF NOT EXISTS consent_soft_opt_in (
	contact_id	BIGINT UNSIGNED NOT NULL,
	purpose_id	INT UNSIGNED NOT NULL,
	sold_us		BIGINT NOT NULL,
	is_similar_product BOOL NOT NULL,
	was_objection_offered BOOL NOT NULL,
	PRIMARY KEY (contact_id, purpose_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
-- Keyed hashes of identifiers that must not be written to again.
CREATE TABLE IF NOT EXISTS suppression (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	identifier_hash	BINARY(32) NOT NULL,
	identifier	ENUM('email','phone','post') NOT NULL,
	purpose_id	INT UNSIGNED NOT NULL,		-- 0: every purpose
	channel		ENUM('email','phone','post','sms') NOT NULL,
	basis		VARCHAR(60) NOT NULL,		-- GDPR 17, GDPR 21(3), withdrawal
	since_us	BIGINT NOT NULL,
	until_us	BIGINT NOT NULL,
	superseded_us	BIGINT NULL,			-- a later given, by the person
	UNIQUE (identifier_hash, purpose_id, channel),
	INDEX (until_us)
) ENGINE=InnoDB;
