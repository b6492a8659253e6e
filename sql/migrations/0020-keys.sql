-- SPDX-License-Identifier: EUPL-1.2
-- The key store: a database of its own that backups leave out.  Erasure
-- destroys a person's keys, and old dumps then hold ciphertext that nothing
-- opens.
-- Law: GDPR 17, 32.
CREATE TABLE IF NOT EXISTS {keys}.person_key (
	contact_id	BIGINT UNSIGNED NOT NULL,
	class		ENUM('live','proof') NOT NULL,
	wrapped		VARBINARY(120) NOT NULL,
	created_us	BIGINT NOT NULL,
	PRIMARY KEY (contact_id, class)
) ENGINE=InnoDB;
