-- SPDX-License-Identifier: EUPL-1.2
-- The ground: which steps were taken, who may take the next one, whether a
-- table can be read, and which requests were already done.

CREATE TABLE IF NOT EXISTS schema_version (
	version SMALLINT UNSIGNED NOT NULL PRIMARY KEY,
	name VARCHAR(100) NOT NULL,
	checksum BINARY(32) NOT NULL,
	applied_us BIGINT NOT NULL,
	state ENUM('running', 'done') NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

CREATE TABLE IF NOT EXISTS lease (
	name VARCHAR(40) NOT NULL PRIMARY KEY,
	owner VARCHAR(100) NULL,
	fence BIGINT UNSIGNED NOT NULL DEFAULT 0,
	until_us BIGINT NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

INSERT IGNORE INTO lease (name) VALUES ('migrate');

CREATE TABLE IF NOT EXISTS health (
	id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
	v TINYINT UNSIGNED NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;

INSERT IGNORE INTO health (id, v) VALUES (1, 1);

CREATE TABLE IF NOT EXISTS request_key (
	k BINARY(16) NOT NULL PRIMARY KEY,
	route VARCHAR(100) NOT NULL,
	body_mac BINARY(32) NOT NULL,
	result VARCHAR(255) NULL,
	created_us BIGINT NOT NULL,
	KEY by_age (created_us)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_nopad_bin;
