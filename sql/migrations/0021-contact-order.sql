-- SPDX-License-Identifier: EUPL-1.2
-- The order of the list of contacts, behind each scope of visibility.
-- Law: GDPR 25, 32(4).
ALTER TABLE contact
	ADD INDEX IF NOT EXISTS everyone_by_name (visibility, sort_name, id),
	ADD INDEX IF NOT EXISTS team_by_name (team_id, visibility, sort_name, id),
	ADD INDEX IF NOT EXISTS owner_by_name (owner_id, sort_name, id);
