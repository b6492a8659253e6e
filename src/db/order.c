/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Orders: statements without values, such as COMMIT, whose {name}s are words
 * that this room has checked.
 */
#include "db/inside.h"

#include <assert.h>

static bool
is_word_safe(const char *value)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ .,%:-";

	/* "\\_" is the one way to write a database's underscore in a GRANT. */
	for (; *value != '\0'; value++)
		if (strchr(safe, *value) == NULL &&
		    (value[0] != '\\' || value[1] != '_'))
			return false;
	return true;
}

static void
add_word(struct buf *b, const struct word *words, const char *name, size_t len)
{
	for (; words != NULL && words->name != NULL; words++)
		if (strlen(words->name) == len &&
		    memcmp(words->name, name, len) == 0) {
			assert(is_word_safe(words->value));
			buf_text(b, words->value);
			return;
		}
	assert(!"an order's word is missing");
}

void
order_send(struct db *db, const char *text, unsigned *ret_number)
{
	unsigned number = 0;

	if (mysql_real_query(db->link, text, (unsigned long)strlen(text)) != 0)
		number = mysql_errno(db->link);
	else if (mysql_field_count(db->link) != 0) {
		mysql_free_result(mysql_store_result(db->link));
		number = CR_COMMANDS_OUT_OF_SYNC;
	}
	*ret_number = number;
}

void
order_run(struct db *db, unsigned id, const struct word *words,
    unsigned *ret_number)
{
	const char *p = db->table[id].text, *open, *end;
	struct buf b;

	assert(p != NULL && db->table[id].does == DOES_ORDER);
	buf_open(&b, db->scratch);
	while ((open = strchr(p, '{')) != NULL) {
		end = strchr(open, '}');
		assert(end != NULL);
		buf_add(&b, p, (size_t)(open - p));
		add_word(&b, words, open + 1, (size_t)(end - open - 1));
		p = end + 1;
	}
	buf_text(&b, p);
	order_send(db, b.ptr, ret_number);
	arena_wipe(db->scratch);
}
