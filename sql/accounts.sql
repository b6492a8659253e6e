-- SPDX-License-Identifier: EUPL-1.2
-- What MariaDB's administrator runs once for a site, with the words between at
-- signs filled in: two databases, an account per program, and the owner, who
-- makes tables and gives the others what grants.tsv says.
-- Law: GDPR 25, 32(1)(b).
CREATE DATABASE IF NOT EXISTS `@site@`;
CREATE DATABASE IF NOT EXISTS `@site@_keys`;
CREATE USER IF NOT EXISTS '@site@_portal'@'localhost';
ALTER USER '@site@_portal'@'localhost' IDENTIFIED BY '@portal_password@';
CREATE USER IF NOT EXISTS '@site@_office'@'localhost';
ALTER USER '@site@_office'@'localhost' IDENTIFIED BY '@office_password@';
CREATE USER IF NOT EXISTS '@site@_courier'@'localhost';
ALTER USER '@site@_courier'@'localhost' IDENTIFIED BY '@courier_password@';
CREATE USER IF NOT EXISTS '@site@_keeper'@'localhost';
ALTER USER '@site@_keeper'@'localhost' IDENTIFIED BY '@keeper_password@';
CREATE USER IF NOT EXISTS '@site@_owner'@'localhost';
ALTER USER '@site@_owner'@'localhost' IDENTIFIED BY '@owner_password@';
-- In a grant, _ stands for any character: @pattern@ is the name with \_ for _.
GRANT ALL PRIVILEGES ON `@pattern@`.*
 TO '@site@_owner'@'localhost' WITH GRANT OPTION;
GRANT ALL PRIVILEGES ON `@pattern@\_keys`.*
 TO '@site@_owner'@'localhost' WITH GRANT OPTION;
