-- SPDX-License-Identifier: EUPL-1.2
-- Further addresses and numbers of a contact, beside the main ones of its row.
-- Nobody signs in with one: that takes a mailbox that its person confirmed.
-- Law: GDPR 5(1)(c), 5(1)(d), 15(1)(g), 16.
CREATE TABLE IF NOT EXISTS contact_reach (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	kind		ENUM('email','phone') NOT NULL,
	value		VARCHAR(254) NOT NULL,		-- as mail is sent to; or E.164
	value_key	VARBINARY(254) NOT NULL,	-- normalised, compared as bytes
	label		ENUM('private','work','mobile','other') NOT NULL,
	source		VARCHAR(60) NOT NULL,		-- as contact.source
	basis		ENUM('consent','contract','legal_obligation','vital_interest',
			'public_task','legitimate_interest','unstated') NOT NULL,
	notice_version_id INT UNSIGNED NULL,
	at_us		BIGINT NOT NULL,		-- held since
	UNIQUE (contact_id, value_key),
	INDEX by_key (value_key, contact_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id),
	FOREIGN KEY (notice_version_id) REFERENCES notice_version (id)
) ENGINE=InnoDB;
-- A field of a record whose basis nobody has stated yet is corrected too.
ALTER TABLE contact_provenance
	MODIFY basis ENUM('consent','contract','legal_obligation','vital_interest',
		'public_task','legitimate_interest','unstated') NOT NULL;
-- The delivery column holds the needles of each of them.
ALTER TABLE erasure MODIFY delivery VARBINARY(12000) NULL;
