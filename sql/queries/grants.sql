-- SPDX-License-Identifier: EUPL-1.2
-- The accounts of a site, and what each may do: grants.tsv made true.

-- name: grants_database
-- for:  owner
-- law:  - names and addresses are compared as bytes
-- does: order
CREATE DATABASE IF NOT EXISTS {database}
  CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin;

-- name: grants_account
-- for:  owner
-- law:  GDPR 32(4)
-- does: order
CREATE USER IF NOT EXISTS '{account}'@'{host}' IDENTIFIED BY '{password}';

-- name: grants_password
-- for:  owner
-- law:  GDPR 32(1)(b)
-- does: order
ALTER USER '{account}'@'{host}' IDENTIFIED BY '{password}';

-- name: grants_owner
-- for:  owner
-- law:  GDPR 32(4)
-- does: order
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES,
      LOCK TABLES
   ON `{database}`.* TO '{account}'@'{host}' WITH GRANT OPTION;

-- name: grants_give
-- for:  owner
-- law:  GDPR 32(4)
-- does: order
GRANT {verbs} ON {database}.{table} TO '{account}'@'{host}';

-- name: grants_take
-- for:  owner
-- law:  GDPR 32(4)
-- does: order
REVOKE {verbs} ON {database}.{table} FROM '{account}'@'{host}';

-- name: grants_tables
-- for:  owner
-- law:  GDPR 32(4)
-- does: read
-- in:   database:text
-- out:  many name:text
SELECT TABLE_NAME FROM information_schema.TABLES
 WHERE TABLE_SCHEMA = ? AND TABLE_TYPE = 'BASE TABLE'
 ORDER BY TABLE_NAME LIMIT 1000;
