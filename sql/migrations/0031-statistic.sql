-- SPDX-License-Identifier: EUPL-1.2
-- Anonymous figures: totals of a month, which stay when the rows they counted
-- are gone, and how many there are today.  No row leads to a person.
-- Law: GDPR 5(1)(c), 24, recital 26; FEATURES X39.
CREATE TABLE IF NOT EXISTS statistic_month (
	name		VARCHAR(20) NOT NULL,		-- consents, contacts, requests, erasures
	kind		VARCHAR(20) NOT NULL,		-- of that: given, withdrawn; customer
	month		INT UNSIGNED NOT NULL,		-- 202611, in the site's time zone
	n		BIGINT UNSIGNED NOT NULL,
	PRIMARY KEY (name, month, kind)
) ENGINE=InnoDB;
-- Up to which row each ledger or table is in the months.
CREATE TABLE IF NOT EXISTS statistic_mark (
	name		VARCHAR(20) NOT NULL PRIMARY KEY,
	through_id	BIGINT UNSIGNED NOT NULL
) ENGINE=InnoDB;
CREATE TABLE IF NOT EXISTS statistic_today (
	name		VARCHAR(20) NOT NULL PRIMARY KEY,
	n		BIGINT UNSIGNED NOT NULL,
	counted_us	BIGINT NOT NULL
) ENGINE=InnoDB;
