-- SPDX-License-Identifier: EUPL-1.2
-- Crossing a silo: a colleague opens one record that they may not see, because
-- its person gave them the reference, for a reason and some hours.  What it
-- was about stands among the exchanges of the record, where the person reads
-- it.
-- Law: GDPR 5(1)(f), 15(1)(c), 32(4).
CREATE TABLE IF NOT EXISTS crossing (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,		-- who opened it
	contact_id	BIGINT UNSIGNED NOT NULL,
	reason		ENUM('call','visit','cover','urgent') NOT NULL,
	begun_us	BIGINT NOT NULL,
	until_us	BIGINT NOT NULL,		-- ends by itself then
	ended_us	BIGINT NULL,			-- ended before
	seen_us		BIGINT NULL,			-- whose record it is has read of it
	INDEX (contact_id, staff_id, until_us),
	INDEX (staff_id, id),
	INDEX (seen_us, id),
	INDEX (until_us),
	FOREIGN KEY (staff_id) REFERENCES staff (id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
