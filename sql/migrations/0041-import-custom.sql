-- SPDX-License-Identifier: EUPL-1.2
-- Custom fields as columns of an import: codes are longer than the names of
-- built-in fields, and more is replaced in one record.
-- And organisations that come with a file.
-- Law: GDPR 5(1)(c), 5(1)(d).
ALTER TABLE import
	MODIFY mapping VARCHAR(4000) NULL,	-- the field of each column, JSON
	ADD COLUMN IF NOT EXISTS n_organisations INT UNSIGNED NOT NULL DEFAULT 0;	-- new with the file
ALTER TABLE organisation
	ADD COLUMN IF NOT EXISTS import_id BIGINT UNSIGNED NULL AFTER version,	-- with which it came; no foreign key: that one ends first
	ADD INDEX IF NOT EXISTS by_import (import_id, id);
ALTER TABLE import_row
	MODIFY field VARCHAR(40) NULL,		-- that the reason speaks of: a column, or custom:CODE
	MODIFY before_sealed MEDIUMBLOB NULL;	-- person key, live: what it replaced
