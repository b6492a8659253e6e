/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The rules of exports by staff (GDPR 4(5), 5(1)(c), 5(1)(f), 32).
 */
#include "export/export_staff.h"

#include <inttypes.h>

#include "base/buf.h"
#include "base/text.h"
#include "html/words.h"
#include "keys/seal.h"

#define PSEUDONYM_BYTES	10	/* of the MAC: no two of 10^8 are alike */
#define REGION_POINTS	2	/* of a postcode */
#define CELL_BYTES	120	/* a cell of XLSX with what is around it, on average */
#define SLACK_BYTES	(16u * 1024 * 1024)	/* logs of the database, the file's frame */

const struct column_row export_columns[COLUMN__MAX] = {
	[COLUMN_REFERENCE] = { "reference", N_("Reference"), COLUMN_SAYS_WHO, true },
	[COLUMN_GIVEN_NAME] = { "given_name", N_("First name"), COLUMN_SAYS_WHO, true },
	[COLUMN_FAMILY_NAME] = { "family_name", N_("Last name"), COLUMN_SAYS_WHO, true },
	[COLUMN_EMAIL] = { "email", N_("E-mail"), COLUMN_SAYS_WHO, true },
	[COLUMN_PHONE] = { "phone", N_("Mobile phone"), COLUMN_SAYS_WHO, false },
	[COLUMN_STREET] = { "street", N_("Street and number"), COLUMN_SAYS_WHO, false },
	[COLUMN_POSTCODE] = { "postcode", N_("Postcode"), COLUMN_IS_PLACE, false },
	[COLUMN_CITY] = { "city", N_("Town"), COLUMN_SAYS_WHO, false },
	[COLUMN_COUNTRY] = { "country", N_("Country"), COLUMN_IS_CODE, false },
	[COLUMN_LANGUAGE] = { "language", N_("Language"), COLUMN_IS_CODE, false },
	[COLUMN_KIND] = { "kind", N_("Kind"), COLUMN_IS_CODE, true },
	[COLUMN_TEAM] = { "team", N_("Team"), COLUMN_IS_CODE, true },
	[COLUMN_SOURCE] = { "source", N_("Source"), COLUMN_IS_CODE, false },
	[COLUMN_BASIS] = { "basis", N_("Legal basis"), COLUMN_IS_CODE, false },
	[COLUMN_COLLECTED_ON] = { "collected_on", N_("Collected on"), COLUMN_IS_DAY, false },
	[COLUMN_LAST_CONTACT_ON] = { "last_contact_on", N_("Last contact"), COLUMN_IS_DAY, true },
	[COLUMN_OTHER_EMAILS] = { "other_emails", N_("Other e-mail addresses"), COLUMN_SAYS_WHO, false },
	[COLUMN_OTHER_PHONES] = { "other_phones", N_("Other phone numbers"), COLUMN_SAYS_WHO, false },
	[COLUMN_ORGANISATION] = { "organisation", N_("Organisation"), COLUMN_SAYS_WHO, false },
	[COLUMN_JOB_TITLE] = { "job_title", N_("Function"), COLUMN_SAYS_WHO, false },
	[COLUMN_MEMBER_SINCE] = { "member_since", N_("Belongs to it since"), COLUMN_IS_DAY, false },
};

static enum err
add_own(struct export_choice *choice, const char *code)
{
	size_t i;

	if (!custom_code_is_good(code + strlen(EXPORT_OWN_PREFIX)) ||
	    choice->n_own == CUSTOM_FIELDS_MAX)
		return ERR_INVALID;
	for (i = 0; i < choice->n_own; i++)
		if (strcmp(choice->own[i], code) == 0)
			return ERR_INVALID;
	choice->own[choice->n_own++] = code;
	return ERR_OK;
}

bool
export_may_take(const struct custom_field *field)
{
	return !field->is_sensitive && (field->state == CUSTOM_OPEN ||
	    field->state == CUSTOM_CLOSED);
}

enum err
export_choice_add(struct export_choice *choice, const char *code)
{
	size_t i, found = 0;

	if (text_starts(code, EXPORT_OWN_PREFIX))
		return add_own(choice, code);
	while (found < COLUMN__MAX &&
	    strcmp(export_columns[found].code, code) != 0)
		found++;
	if (found == COLUMN__MAX)
		return ERR_INVALID;
	for (i = 0; i < choice->n; i++)
		if (choice->list[i] == found)
			return ERR_INVALID;
	choice->list[choice->n++] = (enum export_column)found;
	return ERR_OK;
}

enum err
export_choice_read(struct arena *a, const char *codes,
    struct export_choice *ret_choice)
{
	struct export_choice choice = { .n = 0 };
	size_t len;
	enum err e;

	for (;;) {
		len = strcspn(codes, ",");
		if ((e = export_choice_add(&choice, arena_textn(a, codes,
		    len))) != ERR_OK)
			return e;
		if (codes[len] == '\0')
			break;
		codes += len + 1;
	}
	*ret_choice = choice;
	return ERR_OK;
}

const char *
export_choice_write(struct arena *a, const struct export_choice *choice)
{
	struct buf b;
	size_t i;

	buf_open(&b, a);
	for (i = 0; i < choice->n; i++) {
		buf_text(&b, i == 0 ? "" : ",");
		buf_text(&b, export_columns[choice->list[i]].code);
	}
	for (i = 0; i < choice->n_own; i++) {
		buf_text(&b, b.len == 0 ? "" : ",");
		buf_text(&b, choice->own[i]);
	}
	return arena_text(a, b.ptr);
}

void
export_choice_hide(struct export_choice *choice)
{
	size_t i, n = 0;

	for (i = 0; i < choice->n; i++)
		if (export_columns[choice->list[i]].nature != COLUMN_SAYS_WHO)
			choice->list[n++] = choice->list[i];
	choice->n = n;
	choice->n_own = 0;
}

/* The first characters of ${text}. */
static const char *
cut(struct arena *a, const char *text, size_t points)
{
	const char *end = text;

	while (points-- > 0 && *end != '\0')
		end += text_first_len(end);
	return arena_textn(a, text, (size_t)(end - text));
}

struct export_cell
export_cell(struct arena *a, const struct export_person *person,
    enum export_column column, bool is_pseudonymised)
{
	const struct column_row *row = &export_columns[column];
	const char *text = person->texts[column];
	struct export_cell cell = { text == NULL ? "" : text, { 0, 0, 0 } };

	if (row->nature == COLUMN_IS_DAY) {
		cell.day = column == COLUMN_MEMBER_SINCE ?
		    person->member_since : day_of(column ==
		    COLUMN_COLLECTED_ON ? person->collected_us :
		    person->last_contact_us);
		if (is_pseudonymised && cell.day.y != 0)
			cell = (struct export_cell){ arena_textn(a,
			    day_write(a, cell.day), strlen("2026-03")),
			    { 0, 0, 0 } };
	} else if (row->nature == COLUMN_IS_PLACE && is_pseudonymised) {
		cell.text = cut(a, cell.text, REGION_POINTS);
	}
	return cell;
}

const char *
export_pseudonym(struct arena *a, const unsigned char key[KEY_BYTES],
    uint64_t contact_id)
{
	unsigned char mac[HASH_BYTES];

	mac_text(key, arena_printf(a, "assent/pseudonym/1|%" PRIu64,
	    contact_id), mac);
	return hex_write(a, (struct bytes){ mac, PSEUDONYM_BYTES });
}

/* Who may export, and how much in a day; see src/DECISIONS.md. */
static const struct {
	const char *role;
	uint64_t rows;
} takers[] = {
	{ "adviser", 500 },
	{ "lead", 5000 },
	{ "dpo", UINT64_MAX },
};

uint64_t
export_staff_rows(const char *role)
{
	size_t i;

	for (i = 0; i < LENGTH(takers); i++)
		if (strcmp(takers[i].role, role) == 0)
			return takers[i].rows;
	return 0;
}

bool
export_needs_second(uint64_t taken, uint64_t total, uint64_t alone)
{
	return taken > alone || total > alone - taken;
}

bool
export_decides_all(const char *role)
{
	return text_equal(role, "dpo") || text_equal(role, "admin");
}

uint64_t
export_staff_bytes(uint64_t total, size_t columns)
{
	uint64_t row = (uint64_t)(columns + 1) * CELL_BYTES;

	if (total > (UINT64_MAX - SLACK_BYTES) / row)
		return UINT64_MAX;
	return total * row + SLACK_BYTES;
}

const char *
export_staff_mime(const char *format)
{
	if (strcmp(format, "csv") == 0)
		return "text/csv; charset=utf-8; header=present";
	return strcmp(format, "json") == 0 ? "application/json" :
	    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

static const char *
key_place(struct arena *a, uint64_t id)
{
	return seal_aad(a, "staff_export_key", "wrapped", id);
}

struct bytes
export_key_wrap(struct arena *a, const struct keys *keys, uint64_t id,
    const unsigned char key[KEY_BYTES])
{
	return seal(a, key_get(keys, KEY_WRAP), key_place(a, id),
	    (struct bytes){ key, KEY_BYTES });
}

enum err
export_key_unwrap(struct arena *a, const struct keys *keys, uint64_t id,
    struct bytes wrapped, unsigned char ret_key[KEY_BYTES])
{
	struct bytes plain;
	enum err e;

	if ((e = keys_unseal(a, keys, KEY_WRAP, key_place(a, id), wrapped,
	    &plain)) != ERR_OK)
		return e;
	if (plain.len != KEY_BYTES)
		return ERR_MALFORMED;
	memcpy(ret_key, plain.ptr, KEY_BYTES);
	return ERR_OK;
}

const char *
export_mark_name(struct arena *a, uint64_t id, struct bytes mark)
{
	return arena_printf(a, "E%" PRIu64 "-%s", id, hex_write(a, mark));
}
