-- SPDX-License-Identifier: EUPL-1.2
-- The audit, who looked, and the Merkle log over both ledgers.
-- Law: GDPR 5(2), 15(1)(c), 32; CNIL on logging (LAW R34).
CREATE TABLE IF NOT EXISTS audit_event (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	verb		VARCHAR(60) NOT NULL,		-- contact.edited, erasure.announced
	actor		ENUM('person','staff','program') NOT NULL,
	actor_id	BIGINT UNSIGNED NOT NULL,	-- staff.id; 0 otherwise
	object		VARCHAR(40) NOT NULL,		-- what kind of thing
	object_id	BIGINT UNSIGNED NOT NULL,	-- 0 for a person: see subject
	detail		VARCHAR(1000) NOT NULL,		-- JSON without personal values
	at_us		BIGINT NOT NULL,
	subject		BINARY(32) NOT NULL,
	leaf		BINARY(32) NOT NULL,
	writer		BINARY(16) NOT NULL,
	writer_n	BIGINT UNSIGNED NOT NULL,
	mac		BINARY(32) NOT NULL,
	UNIQUE (writer, writer_n),
	INDEX (at_us),
	INDEX (object, id),
	INDEX (actor_id, id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS audit_subject (
	event_id	BIGINT UNSIGNED NOT NULL PRIMARY KEY,
	contact_id	BIGINT UNSIGNED NOT NULL,
	opening		BINARY(32) NOT NULL,
	INDEX (contact_id, event_id),
	FOREIGN KEY (contact_id) REFERENCES contact (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS access_line (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	staff_id	INT UNSIGNED NOT NULL,
	role		ENUM('adviser','lead','dpo','security','legal','auditor','admin') NOT NULL,
	team_id		INT UNSIGNED NULL,
	kind		ENUM('list','search','record','export') NOT NULL,
	reason		VARCHAR(200) NOT NULL,
	at_us		BIGINT NOT NULL,
	INDEX (at_us),
	INDEX (staff_id, at_us)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS access_subject (
	contact_id	BIGINT UNSIGNED NOT NULL,
	line_id		BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (contact_id, line_id),
	INDEX (line_id),
	FOREIGN KEY (line_id) REFERENCES access_line (id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS log_leaf (
	position	BIGINT UNSIGNED NOT NULL PRIMARY KEY,	-- 0, 1, 2, ...
	ledger		ENUM('consent','audit','receipt','prune','digest','epoch') NOT NULL,
	row_id		BIGINT UNSIGNED NOT NULL,
	leaf		BINARY(32) NOT NULL,
	UNIQUE (ledger, row_id)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS log_head (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	epoch		INT UNSIGNED NOT NULL,		-- a restore opens a new one
	size		BIGINT UNSIGNED NOT NULL,
	root		BINARY(32) NOT NULL,
	kid		CHAR(43) NOT NULL,
	jws		TEXT NOT NULL,
	at_us		BIGINT NOT NULL,
	INDEX (size)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS log_state (
	id		TINYINT UNSIGNED NOT NULL PRIMARY KEY,	-- always 1
	epoch		INT UNSIGNED NOT NULL,
	size		BIGINT UNSIGNED NOT NULL,
	frontier	VARBINARY(4096) NOT NULL,
	consent_through	BIGINT UNSIGNED NOT NULL,	-- every row up to here is in, or known absent
	audit_through	BIGINT UNSIGNED NOT NULL,
	fence		BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS log_writer (
	writer		BINARY(16) NOT NULL,
	ledger		ENUM('consent','audit') NOT NULL,
	program		ENUM('portal','office','courier','keeper','owner') NOT NULL,
	last_n		BIGINT UNSIGNED NOT NULL,
	seen_us		BIGINT NOT NULL,
	PRIMARY KEY (writer, ledger)
) ENGINE=InnoDB;
-- A leaf whose row ended: why rows 'first' to 'last' of a ledger are stubs.
CREATE TABLE IF NOT EXISTS log_prune (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	ledger		ENUM('consent','audit') NOT NULL,
	row_ids		MEDIUMTEXT NOT NULL,		-- JSON list
	reason		VARCHAR(120) NOT NULL,
	record		TEXT NOT NULL,			-- canonical bytes of the leaf
	jws		TEXT NOT NULL,
	at_us		BIGINT NOT NULL,
	mac		BINARY(32) NOT NULL,		-- the keeper's, over the record
	UNIQUE (mac)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS log_record (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	ledger		ENUM('receipt','digest','epoch') NOT NULL,
	record		TEXT NOT NULL,			-- canonical bytes of the leaf
	at_us		BIGINT NOT NULL,
	mac		BINARY(32) NOT NULL,		-- the keeper's or the owner's, over the record
	UNIQUE (mac)
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS signing_key (
	kid		CHAR(43) NOT NULL PRIMARY KEY,	-- RFC 7638 thumbprint
	usage_of	ENUM('receipt','head') NOT NULL,
	generation	INT UNSIGNED NOT NULL,
	public_key	BINARY(32) NOT NULL,
	created_us	BIGINT NOT NULL,
	retired_us	BIGINT NULL,
	revoked_us	BIGINT NULL,
	mac		BINARY(32) NOT NULL		-- the keeper's: no key of somebody else
) ENGINE=InnoDB;
