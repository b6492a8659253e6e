/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * connect HOST PORT CA-FILE: read a table as the owner over TLS and print the
 * error's name.  For tls.sh.
 */
#include <sodium.h>

#include "base/text.h"
#include "tests/db/scratch.h"

int
main(int argc, char **argv)
{
	struct db_config config;
	uint64_t port;
	struct db *db;
	enum err e;

	if (argc != 4 || sodium_init() < 0 ||
	    parse_u64(argv[2], &port) != ERR_OK)
		return 2;
	scratch_config("owner", &config);
	config.socket = NULL;
	config.host = argv[1];
	config.port = (unsigned)port;
	config.ca_file = *argv[3] != '\0' ? argv[3] : NULL;
	if ((e = db_open(&config, db_table_owner, &db)) == ERR_OK) {
		scratch_begin(db, DB_GET);
		e = db_check_health(db);
		db_close(db);
	}
	puts(err_name(e));
	return 0;
}
