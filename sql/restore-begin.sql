-- SPDX-License-Identifier: EUPL-1.2
-- Before a backup is loaded: no table of the site stays, not even one that the
-- backup is too old to know.  For the mariadb client.
-- Law: GDPR 5(1)(d), 32(1)(c).
SET foreign_key_checks = 0;
DELIMITER //
BEGIN NOT ATOMIC
	FOR t IN (SELECT TABLE_NAME AS name FROM information_schema.TABLES
	           WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE')
	DO
		EXECUTE IMMEDIATE CONCAT('DROP TABLE `', t.name, '`');
	END FOR;
END//
DELIMITER ;
