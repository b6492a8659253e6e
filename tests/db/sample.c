/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The tests' own table and statements.
 */
#include "tests/db/sample.h"

struct query sample_table[Q__MAX];

void
sample_set(unsigned id, enum query_does does, const char *in, const char *out,
    const char *text)
{
	sample_table[id] = (struct query){ .name = "test", .text = text,
	    .in = in, .each = "", .out = out,
	    .n_before = (unsigned)strlen(in), .does = does,
	    .is_bounded = strstr(text, "ROWS EXAMINED") != NULL };
}

void
sample_make(void)
{
	scratch_sql("CREATE OR REPLACE TABLE t.sample ("
	    "id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY, "
	    "u BIGINT UNSIGNED NULL, i BIGINT NULL, b BOOL NOT NULL DEFAULT 0, "
	    "w VARCHAR(300) NULL UNIQUE, y LONGBLOB NULL, d DATE NULL)");
	memcpy(sample_table, db_table_owner, sizeof(sample_table));
	sample_set(SAMPLE_PUT, DOES_APPEND, "UIbTYD", "#",
	    "INSERT INTO sample (u, i, b, w, y, d) VALUES (?, ?, ?, ?, ?, ?)");
	sample_set(SAMPLE_ALL, DOES_READ, "", "uUIbTYD",
	    "SELECT id, u, i, b, w, y, d FROM sample ORDER BY id LIMIT 9999");
	sample_set(SAMPLE_ONE, DOES_READ, "t", "u",
	    "SELECT id FROM sample WHERE w = ?");
	sample_set(SAMPLE_CHANGE, DOES_WRITE, "it", "",
	    "UPDATE sample SET i = COALESCE(i, 0) + ? WHERE w = ?");
	sample_set(SAMPLE_ADD, DOES_APPEND, "t", "#",
	    "INSERT INTO sample (w) VALUES (?)");
	sample_set(SAMPLE_OTHER, DOES_READ, "", "u", "SELECT 1");
	sample_set(SAMPLE_LAST, DOES_READ, "", "u", "SELECT 1");
}

void
sample_drop(void)
{
	scratch_sql("DROP TABLE t.sample");
}

struct db *
sample_open(void)
{
	static struct db_config config;
	struct db *db;

	scratch_config("owner", &config);
	if (db_open(&config, sample_table, &db) != ERR_OK)
		exit(1);
	scratch_begin(db, DB_JOB);
	return db;
}

uint64_t
sample_count(void)
{
	return scratch_number("SELECT COUNT(*) FROM t.sample");
}
