-- SPDX-License-Identifier: EUPL-1.2
-- What the company says of itself has a version: two who change it at once
-- lose nothing, and each worker sees within a second that it changed.
-- Law: GDPR 5(1)(d), 13(1)(a).
ALTER TABLE site
	ADD COLUMN IF NOT EXISTS version INT UNSIGNED NOT NULL DEFAULT 1;
