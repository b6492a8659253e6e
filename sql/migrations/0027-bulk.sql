-- SPDX-License-Identifier: EUPL-1.2
-- How a colleague likes their lists, and what they do to many contacts at
-- once: who was changed and what stood there before, for seven days, so that
-- it can be taken back; whom somebody proposes to delete.
-- Law: GDPR 5(1)(d), 5(1)(e), 5(1)(f), 5(2), 17, 18, 25.
CREATE TABLE IF NOT EXISTS staff_display (
	staff_id	INT UNSIGNED NOT NULL PRIMARY KEY,
	page_size	SMALLINT UNSIGNED NOT NULL,
	columns		VARCHAR(400) NOT NULL,		-- codes, in order
	is_compact	BOOL NOT NULL,
	has_keys	BOOL NOT NULL,			-- single letters do something
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
-- Where a walk was is not kept: the keeper that dies begins anew.
ALTER TABLE snapshot DROP COLUMN IF EXISTS after_id;
CREATE TABLE IF NOT EXISTS bulk (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,		-- who acts
	action		ENUM('assign','label','unlabel','restrict','delete') NOT NULL,
	state		ENUM('counting','ready','waiting','running','done','proposed',
			'undoing','undone','cancelled','failed','dismissed') NOT NULL,
	snapshot_id	BIGINT UNSIGNED NULL,		-- of whom; no foreign key: it ends before this row; NULL: one record
	reason		VARCHAR(20) NOT NULL,		-- a code
	has_owner	BOOL NOT NULL DEFAULT FALSE,	-- new_owner_id says whose they become; NULL: nobody's
	new_owner_id	INT UNSIGNED NULL,
	has_team	BOOL NOT NULL DEFAULT FALSE,	-- likewise; NULL: no team
	new_team_id	INT UNSIGNED NULL,
	new_visibility	ENUM('owner','team','everyone') NULL,	-- NULL: as it is
	tag_id		INT UNSIGNED NULL,
	ground		ENUM('accuracy','unlawful','claims','objection') NULL,
	total		BIGINT UNSIGNED NOT NULL,	-- contacts asked for: the last position
	done		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- the last position looked at
	n		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- whom it is for; from its start on: changed
	n_restricted	BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- left out: restricted, being erased, gone
	n_foreign	BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- left out: not this colleague's to change
	n_same		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- left out: so already
	n_unseen	BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- left out: no adviser would see them
	n_undone	BIGINT UNSIGNED NOT NULL DEFAULT 0,
	n_kept		BIGINT UNSIGNED NOT NULL DEFAULT 0,	-- changed since, so not put back
	created_us	BIGINT NOT NULL,
	acted_us	BIGINT NULL,			-- the instant that its changes bear
	ended_us	BIGINT NULL,
	expires_us	BIGINT NOT NULL,		-- who was in it is forgotten then
	told_us		BIGINT NULL,			-- when the new owner read of it
	INDEX (staff_id, id),
	INDEX (state, id),
	INDEX (expires_us),
	INDEX (new_owner_id, told_us),
	FOREIGN KEY (staff_id) REFERENCES staff (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS bulk_contact (
	bulk_id		BIGINT UNSIGNED NOT NULL,
	position	BIGINT UNSIGNED NOT NULL,	-- in the list's order
	contact_id	BIGINT UNSIGNED NOT NULL,
	is_done		BOOL NOT NULL,			-- changed, and can be put back
	old_owner_id	INT UNSIGNED NULL,
	old_team_id	INT UNSIGNED NULL,
	old_visibility	ENUM('owner','team','everyone') NULL,
	PRIMARY KEY (bulk_id, position),
	INDEX (contact_id),
	FOREIGN KEY (bulk_id) REFERENCES bulk (id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
