-- SPDX-License-Identifier: EUPL-1.2
-- After a backup was loaded: ids that were given out since it was made are in
-- mails, receipts and the erasure journal.  None is given out a second time:
-- the journal would erase the wrong person at the next restore.  For the
-- mariadb client.
-- Law: GDPR 5(1)(d), 17.
DELIMITER //
BEGIN NOT ATOMIC
	FOR t IN (SELECT t.TABLE_NAME AS name,
	                 t.AUTO_INCREMENT + IF(c.DATA_TYPE = 'bigint',
	                 10000000, 100000) AS next
	            FROM information_schema.TABLES t
	            JOIN information_schema.COLUMNS c
	              ON c.TABLE_SCHEMA = t.TABLE_SCHEMA
	             AND c.TABLE_NAME = t.TABLE_NAME
	             AND c.EXTRA = 'auto_increment'
	           WHERE t.TABLE_SCHEMA = DATABASE())
	DO
		EXECUTE IMMEDIATE CONCAT('ALTER TABLE `', t.name,
		    '` AUTO_INCREMENT = ', t.next);
	END FOR;
END//
DELIMITER ;
