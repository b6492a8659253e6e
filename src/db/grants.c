/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The matrix of grants.tsv, read and made true; the accounts it speaks of.
 */
#include "db/inside.h"	/* mysql.h, before the banned list */
#include "db/grants.h"

#include "base/log.h"

#define ROWS_MAX	500
#define NO_SUCH_GRANT	1141
#define NO_SUCH_TABLE_GRANT 1147

const char *const account_names[ACCOUNT__MAX] = {
	[ACCOUNT_PORTAL] = "portal",
	[ACCOUNT_OFFICE] = "office",
	[ACCOUNT_COURIER] = "courier",
	[ACCOUNT_KEEPER] = "keeper",
	[ACCOUNT_OWNER] = "owner",
};

static const char letters[] = "SIUD";
static const char *const verb_names[] = { "SELECT", "INSERT", "UPDATE",
    "DELETE" };

/* Letters of "SIUD", each at most once and in this order; or "-". */
static bool
is_cell(const char *cell)
{
	const char *at = letters;

	if (strcmp(cell, "-") == 0)
		return true;
	for (; *cell != '\0'; cell++) {
		at = strchr(at, *cell);
		if (at == NULL || *at == '\0')
			return false;
		at++;
	}
	return true;
}

/* Cut the next run of non-blanks out of ${p}; NULL when there is none. */
static char *
next_cell(char **p)
{
	char *cell = *p + strspn(*p, " \t");
	size_t len = strcspn(cell, " \t");

	*p = cell + len;
	if (len == 0)
		return NULL;
	if (**p != '\0')
		*(*p)++ = '\0';
	return cell;
}

static bool
read_row(char *line, struct grants_row *ret_row)
{
	struct grants_row row = { .is_in_keys = false };
	char *cell = next_cell(&line);
	size_t i;

	if (cell == NULL)
		return false;
	if (strncmp(cell, "{keys}.", 7) == 0) {
		row.is_in_keys = true;
		cell += 7;
	}
	if (!name_is_safe(cell))
		return false;
	row.table = cell;
	for (i = 0; i < LENGTH(row.verbs); i++) {
		if ((cell = next_cell(&line)) == NULL || !is_cell(cell))
			return false;
		row.verbs[i] = *cell == '-' ? "" : cell;
	}
	if (next_cell(&line) != NULL)
		return false;
	*ret_row = row;
	return true;
}

static bool
has_row(const struct grants_row *rows, size_t n, const char *table,
    bool is_in_keys)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (rows[i].is_in_keys == is_in_keys &&
		    strcmp(rows[i].table, table) == 0)
			return true;
	return false;
}

enum err
grants_read(struct arena *a, const char *path, struct grants_row **ret_rows,
    size_t *ret_n)
{
	struct grants_row *rows;
	char *text, *line, *next;
	unsigned number = 0;
	size_t n = 0;
	enum err e;

	if ((e = file_read(a, path, &text)) != ERR_OK)
		return e;
	rows = arena_take(a, ROWS_MAX * sizeof(*rows));
	for (line = text; *line != '\0'; line = next) {
		number++;
		next = line + strcspn(line, "\n");
		if (*next != '\0')
			*next++ = '\0';
		if (*line == '#' || line[strspn(line, " \t")] == '\0')
			continue;
		if (n == ROWS_MAX || !read_row(line, &rows[n]) ||
		    has_row(rows, n, rows[n].table, rows[n].is_in_keys)) {
			log_fault("grants=unreadable line=%u", number);
			return ERR_INVALID;
		}
		n++;
	}
	*ret_rows = rows;
	*ret_n = n;
	return ERR_OK;
}

/* The names of the verbs in ${verbs}, or of those that are not. */
static const char *
name_verbs(struct arena *a, const char *verbs, bool is_inverse)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	for (i = 0; i < LENGTH(verb_names); i++)
		if ((strchr(verbs, letters[i]) == NULL) == is_inverse) {
			if (b.len > 0)
				buf_text(&b, ", ");
			buf_text(&b, verb_names[i]);
		}
	return b.ptr;
}

/* Send an order.  Taking what was never given is no failure. */
static enum err
send(struct db *db, unsigned id, const struct word *words,
    const char *about)
{
	unsigned number;
	enum err e;

	if ((e = link_open(db)) != ERR_OK)
		return e;
	order_run(db, id, words, &number);
	if (number == 0 || (id == Q_GRANTS_TAKE &&
	    (number == NO_SUCH_GRANT || number == NO_SUCH_TABLE_GRANT)))
		return ERR_OK;
	log_fault("grants=failed about=%s errno=%u", about, number);
	if (fate_of(number) == FATE_LOST)
		link_close(db);
	return fate_err(fate_of(number));
}

static enum err
apply_cell(struct db *db, struct arena *a, const struct grants_site *site,
    const struct grants_row *row, enum account account)
{
	const char *verbs = row->verbs[account];
	struct word words[] = { { "verbs", "" },
	    { "database", row->is_in_keys ? site->keys_name : site->name },
	    { "table", row->table },
	    { "account", arena_printf(a, "%s_%s", site->name,
	    account_names[account]) },
	    { "host", site->host }, { NULL, NULL } };
	enum err e;

	if (strlen(verbs) < LENGTH(verb_names)) {
		words[0].value = name_verbs(a, verbs, true);
		if ((e = send(db, Q_GRANTS_TAKE, words, row->table)) != ERR_OK)
			return e;
	}
	if (*verbs == '\0')
		return ERR_OK;
	words[0].value = name_verbs(a, verbs, false);
	return send(db, Q_GRANTS_GIVE, words, row->table);
}

/* Each table has its row, each row its table. */
static enum err
check_tables(struct db *db, struct arena *a, const char *database,
    bool is_in_keys, const struct grants_row *rows, size_t n_rows)
{
	struct q_grants_tables *tables;
	size_t n, i, n_of_rows = 0;
	enum err e;

	if ((e = q_grants_tables(db, a, database, &tables, &n)) != ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		if (!has_row(rows, n_rows, tables[i].name, is_in_keys)) {
			log_fault("grants=table_without_a_row table=%s",
			    tables[i].name);
			return ERR_INVALID;
		}
	for (i = 0; i < n_rows; i++)
		n_of_rows += rows[i].is_in_keys == is_in_keys;
	if (n_of_rows == n)
		return ERR_OK;
	log_fault("grants=row_without_a_table rows=%zu tables=%zu",
	    n_of_rows, n);
	return ERR_INVALID;
}

static enum err
apply(struct db *db, struct arena *a, const char *path,
    const struct grants_site *site)
{
	struct grants_row *rows;
	unsigned account;
	size_t n, i;
	enum err e;

	if ((e = grants_read(a, path, &rows, &n)) != ERR_OK)
		return e;
	if ((e = check_tables(db, a, site->name, false, rows, n)) != ERR_OK ||
	    (e = check_tables(db, a, site->keys_name, true, rows, n)) !=
	    ERR_OK)
		return e;
	for (i = 0; i < n; i++)
		for (account = 0; account < ACCOUNT_OWNER; account++)
			if ((e = apply_cell(db, a, site, &rows[i],
			    (enum account)account)) != ERR_OK)
				return e;
	return ERR_OK;
}

static bool
is_site_safe(const struct grants_site *site)
{
	return name_is_safe(site->name) && name_is_safe(site->keys_name) &&
	    strcmp(site->name, site->keys_name) != 0 &&
	    site->host[strspn(site->host, "abcdefghijklmnopqrstuvwxyz"
	    "0123456789.%_:-")] == '\0';
}

enum err
grants_apply(struct db *db, const char *path, const struct grants_site *site)
{
	struct arena *a;
	enum err e;

	if (!is_site_safe(site))
		return ERR_INVALID;
	a = arena_open();
	e = apply(db, a, path, site);
	arena_close(a);
	return e;
}

/* In a database-wide GRANT an underscore stands for any character. */
static const char *
escape_name(struct arena *a, const char *name)
{
	struct buf b;

	buf_open(&b, a);
	for (; *name != '\0'; name++) {
		if (*name == '_')
			buf_char(&b, '\\');
		buf_char(&b, *name);
	}
	return b.ptr;
}

static enum err
create_account(struct db *admin, struct arena *a,
    const struct grants_site *site, enum account account,
    const char *password)
{
	const char *name = account_names[account];
	const struct word words[] = {
	    { "account", arena_printf(a, "%s_%s", site->name, name) },
	    { "host", site->host }, { "password", password },
	    { NULL, NULL } };
	enum err e;

	if (password[strspn(password, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")] != '\0')
		return ERR_INVALID;
	if ((e = send(admin, Q_GRANTS_ACCOUNT, words, name)) != ERR_OK)
		return e;
	return send(admin, Q_GRANTS_PASSWORD, words, name);
}

static enum err
create_database(struct db *admin, struct arena *a,
    const struct grants_site *site, const char *database)
{
	const struct word plain[] = { { "database", database },
	    { NULL, NULL } };
	const struct word words[] = {
	    { "database", escape_name(a, database) },
	    { "account", arena_printf(a, "%s_%s", site->name,
	    account_names[ACCOUNT_OWNER]) },
	    { "host", site->host }, { NULL, NULL } };
	enum err e;

	if ((e = send(admin, Q_GRANTS_DATABASE, plain, database)) != ERR_OK)
		return e;
	return send(admin, Q_GRANTS_OWNER, words, database);
}

enum err
grants_create(struct db *admin, const struct grants_site *site,
    const char *const passwords[ACCOUNT__MAX])
{
	struct arena *a;
	unsigned account;
	enum err e = ERR_OK;

	if (!is_site_safe(site))
		return ERR_INVALID;
	a = arena_open();
	for (account = 0; account < ACCOUNT__MAX && e == ERR_OK; account++)
		e = create_account(admin, a, site, (enum account)account,
		    passwords[account]);
	if (e == ERR_OK)
		e = create_database(admin, a, site, site->name);
	if (e == ERR_OK)
		e = create_database(admin, a, site, site->keys_name);
	arena_close(a);
	return e;
}
