-- SPDX-License-Identifier: EUPL-1.2
-- Mails that wait, sealed to the courier; the body is destroyed once sent.
-- Law: GDPR 12, 32; RELIABILITY 3.1.
CREATE TABLE IF NOT EXISTS outbox (
	id		BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
	template	VARCHAR(60) NOT NULL,		-- mail/<template>
	message_id	VARCHAR(120) NOT NULL UNIQUE,	-- the same at each try
	language	CHAR(2) NOT NULL,
	contact_id	BIGINT UNSIGNED NULL,
	sealed		MEDIUMBLOB NULL,		-- to, view, attachments; NULL once terminal
	state		ENUM('new','claimed','sent','retry','ambiguous','bounced','dead','cancelled') NOT NULL,
	is_legal	BOOL NOT NULL,			-- never dropped silently
	attempt		INT UNSIGNED NOT NULL DEFAULT 0,
	unsure		TINYINT UNSIGNED NOT NULL DEFAULT 0,	-- tries whose outcome was never known
	fence		BIGINT UNSIGNED NOT NULL DEFAULT 0,
	owner		BINARY(16) NULL,
	due_us		BIGINT NOT NULL,
	lease_us	BIGINT NULL,
	reply_code	SMALLINT UNSIGNED NULL,		-- the server's last code, no text
	created_us	BIGINT NOT NULL,
	ended_us	BIGINT NULL,
	INDEX (state, due_us),
	INDEX (contact_id)
) ENGINE=InnoDB;
