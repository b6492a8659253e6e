-- SPDX-License-Identifier: EUPL-1.2
-- Who had the whole log verified, when, and what was found.
-- Law: GDPR 5(2), 32(1)(d).
CREATE TABLE IF NOT EXISTS ledger_check (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,		-- who asked
	state		ENUM('waiting','running','done','cancelled','failed') NOT NULL,
	n_done		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- rows and leaves looked at
	n_total		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- about as many there are
	n_rows		BIGINT UNSIGNED NOT NULL DEFAULT 0,
	n_leaves	BIGINT UNSIGNED NOT NULL DEFAULT 0,
	n_heads		BIGINT UNSIGNED NOT NULL DEFAULT 0,
	n_findings	BIGINT UNSIGNED NOT NULL DEFAULT 0,
	findings	MEDIUMTEXT NULL,		-- the first ones, JSON: kind, ledger, row
	created_us	BIGINT NOT NULL,
	ended_us	BIGINT NULL,
	INDEX (state, id),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
