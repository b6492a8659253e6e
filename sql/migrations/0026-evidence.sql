-- SPDX-License-Identifier: EUPL-1.2
-- What proves a choice that was given another way: recordings and scans,
-- sealed for the person; and which yes counts: none that staff noted over a
-- no, none to a text that has changed materially since.
-- Law: GDPR 5(2), 7(1), 7(3), 17; ePrivacy 13; FEATURES TL1, TL2.
CREATE TABLE IF NOT EXISTS evidence (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	kind		ENUM('pdf','png','jpeg','mp3','mp4','wav','ogg','webm') NOT NULL,	-- by its bytes
	size_bytes	INT UNSIGNED NOT NULL,
	sha256		BINARY(32) NOT NULL,
	staff_id	INT UNSIGNED NOT NULL,		-- who brought it
	created_us	BIGINT NOT NULL,
	INDEX (contact_id, id),
	FOREIGN KEY (contact_id) REFERENCES contact (id),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS evidence_chunk (
	evidence_id	BIGINT UNSIGNED NOT NULL,
	number		INT UNSIGNED NOT NULL,
	sealed		MEDIUMBLOB NOT NULL,		-- person key, live
	PRIMARY KEY (evidence_id, number),
	FOREIGN KEY (evidence_id) REFERENCES evidence (id)
) ENGINE=InnoDB;
-- A yes that staff noted while a no, or an erasure, stood against it: not used
-- until the person says it themself.
ALTER TABLE consent_state
	ADD COLUMN IF NOT EXISTS is_held BOOL NOT NULL DEFAULT FALSE;
-- The newest version of a purpose that asks people again: a yes to an earlier
-- one counts no more (I12).  0: none does.
ALTER TABLE purpose
	ADD COLUMN IF NOT EXISTS material_id INT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE access_line
	MODIFY kind ENUM('list','search','record','export','evidence') NOT NULL;
