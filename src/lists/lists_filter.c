/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What can be asked of the contact base, and a filter as text (GDPR 5(1)(c),
 * 25; FEATURES CS8, CS11).
 */
#include "lists/lists_filter.h"

#include <string.h>

#include "base/buf.h"
#include "base/day.h"
#include "base/text.h"
#include "custom/custom.h"
#include "html/words.h"

static const struct field_choice kinds[] = {
	{ "customer", N_("Customer") }, { "prospect", N_("Prospect") },
	{ NULL, NULL }
};

static const struct field_choice states[] = {
	{ "active", N_("active") }, { "restricted", N_("restricted") },
	{ "quarantine", N_("in quarantine") },
	{ "erasure", N_("erasure") }, { NULL, NULL }
};

static const struct field_choice languages[] = {
	{ "fr", N_("French") }, { "en", N_("English") }, { NULL, NULL }
};

static const struct field_choice reaches[] = {
	{ "email", N_("E-mail address") }, { "phone", N_("Mobile phone") },
	{ "post", N_("Postal address") }, { NULL, NULL }
};

static const struct field_choice visibilities[] = {
	{ "everyone", N_("Everyone") }, { "team", N_("One team") },
	{ "owner", N_("One adviser") }, { NULL, NULL }
};

static const struct field_choice bases[] = {
	{ "consent", N_("Consent") }, { "contract", N_("Contract") },
	{ "legal_obligation", N_("Legal obligation") },
	{ "vital_interest", N_("Vital interests") },
	{ "public_task", N_("Public task") },
	{ "legitimate_interest", N_("Legitimate interest") }, { NULL, NULL }
};

static const struct field_choice sources[] = {
	{ "form", N_("A form") }, { "import", N_("An imported file") },
	{ "staff", N_("Our staff") }, { NULL, NULL }
};

const struct field_choice lists_channels[] = {
	{ "email", N_("E-mail") }, { "phone", N_("Phone") },
	{ "post", N_("Post") }, { "sms", N_("SMS") }, { NULL, NULL }
};

const struct field_choice lists_any_channels[] = {
	{ "any", N_("any channel") }, { "email", N_("E-mail") },
	{ "phone", N_("Phone") }, { "post", N_("Post") },
	{ "sms", N_("SMS") }, { NULL, NULL }
};

const struct lists_field lists_fields[LISTS_WHAT__MAX] = {
	[LISTS_KIND] = { "kind", N_("Relationship"), LISTS_CHOICE, kinds },
	[LISTS_STATE] = { "state", N_("State"), LISTS_CHOICE, states },
	[LISTS_TAG] = { "tag", N_("Label"), LISTS_ROW, NULL },
	[LISTS_CONSENT] = { "consent", N_("Usable consent"),
	    LISTS_ROW_CHANNEL, NULL },
	[LISTS_SOFT] = { "soft", N_("Customer, without a yes"),
	    LISTS_ROW_CHANNEL, NULL },
	[LISTS_ENDING] = { "ends", N_("Consent that ends soon"), LISTS_SOON,
	    NULL },
	[LISTS_OPTED_OUT] = { "out", N_("Opted out of a channel"),
	    LISTS_CHOICE, lists_channels },
	[LISTS_OPTED_OUT_OF] = { "outof", N_("Opted out of a purpose"),
	    LISTS_ROW, NULL },
	[LISTS_LAST] = { "last", N_("Last contact from the person"),
	    LISTS_DATE, NULL },
	[LISTS_COLLECTED] = { "collected", N_("Collected"), LISTS_DATE, NULL },
	[LISTS_UPDATED] = { "updated", N_("Changed"), LISTS_DATE, NULL },
	[LISTS_ENDED] = { "ended", N_("Relationship ended"), LISTS_FLAG, NULL },
	[LISTS_NAME] = { "name", N_("Name"), LISTS_WORDS, NULL },
	[LISTS_CITY] = { "city", N_("Town"), LISTS_WORDS, NULL },
	[LISTS_POSTCODE] = { "postcode", N_("Postcode"), LISTS_WORDS, NULL },
	[LISTS_COUNTRY] = { "country", N_("Country"), LISTS_CODE, NULL },
	[LISTS_LANGUAGE] = { "language", N_("Language"), LISTS_CHOICE,
	    languages },
	[LISTS_BUSINESS] = { "business", N_("A business"), LISTS_FLAG, NULL },
	[LISTS_HAS] = { "has", N_("Can be reached by"), LISTS_CHOICE, reaches },
	[LISTS_OWNER] = { "owner", N_("Adviser"), LISTS_ROW, NULL },
	[LISTS_TEAM] = { "team", N_("Team"), LISTS_ROW, NULL },
	[LISTS_VISIBILITY] = { "visible", N_("Visible to"), LISTS_CHOICE,
	    visibilities },
	[LISTS_BASIS] = { "basis", N_("Legal basis"), LISTS_CHOICE, bases },
	[LISTS_SOURCE] = { "source", N_("Source"), LISTS_CHOICE, sources },
	[LISTS_MEMBER] = { "org", N_("Belongs to"), LISTS_ROW, NULL },
	[LISTS_ORGANISATION] = { "orgname", N_("Organisation"), LISTS_WORDS,
	    NULL },
	[LISTS_CUSTOM] = { "custom", N_("Custom field"), LISTS_OWN, NULL },
};

const char *const lists_op_codes[LISTS_OP__MAX] = {
	[LISTS_IS] = "is", [LISTS_NOT] = "not", [LISTS_BEFORE] = "before",
	[LISTS_SINCE] = "since", [LISTS_LEAST] = "least",
	[LISTS_MOST] = "most", [LISTS_WITHIN] = "within", [LISTS_BEGINS] = "begins",
	[LISTS_FILLED] = "filled", [LISTS_EMPTY] = "empty",
};

enum err
lists_what_of(const char *code, enum lists_what *ret_what)
{
	enum lists_what w;

	for (w = 0; w < LISTS_WHAT__MAX; w++)
		if (strcmp(lists_fields[w].code, code) == 0) {
			*ret_what = w;
			return ERR_OK;
		}
	return ERR_NOTFOUND;
}

bool
lists_has_op(enum lists_what what, enum lists_op op)
{
	bool is_date = lists_fields[what].type == LISTS_DATE;

	if (lists_fields[what].type == LISTS_OWN)
		return op < LISTS_OP__MAX;
	if (op > LISTS_SINCE)
		return false;
	return is_date == (op == LISTS_BEFORE || op == LISTS_SINCE);
}

static bool
is_choice(const struct field_choice *choices, const char *value)
{
	for (; choices->value != NULL; choices++)
		if (strcmp(choices->value, value) == 0)
			return true;
	return false;
}

uint64_t
lists_days(const char *value)
{
	size_t len = strlen(value);
	char digits[8];
	uint64_t n;

	if (len < 2 || len > sizeof(digits) || value[len - 1] != 'd' ||
	    value[0] == '0')
		return 0;
	memcpy(digits, value, len - 1);
	digits[len - 1] = '\0';
	return parse_u64(digits, &n) == ERR_OK && n <= LISTS_DAYS_MAX ? n : 0;
}

static bool
is_date(const char *value)
{
	struct day day;

	return lists_days(value) > 0 || day_read(value, &day) == ERR_OK;
}

static bool
is_row(const char *value)
{
	uint64_t id;

	return value[0] != '0' && parse_u64(value, &id) == ERR_OK;
}

static bool
are_words(const char *value)
{
	size_t len = strlen(value);

	return len > 0 && text_is_utf8(value, len) &&
	    text_is_plain(value, false) &&
	    text_points(value) <= LISTS_WORDS_MAX;
}

bool
lists_own_is_good(enum lists_op op, const char *value)
{
	int64_t n;

	switch (op) {
	case LISTS_IS: case LISTS_NOT:
		return custom_code_is_good(value);
	case LISTS_BEFORE: case LISTS_SINCE:
		return is_date(value);
	case LISTS_WITHIN:
		return lists_days(value) > 0;
	case LISTS_LEAST: case LISTS_MOST:
		return custom_number_read(value, &n) == ERR_OK &&
		    strchr(value, ',') == NULL;
	case LISTS_BEGINS:
		return are_words(value);
	case LISTS_FILLED: case LISTS_EMPTY:
		return *value == '\0';
	case LISTS_OP__MAX:
		break;
	}
	return false;
}

bool
lists_value_is_good(enum lists_what what, const char *value)
{
	size_t len = strlen(value);

	switch (lists_fields[what].type) {
	case LISTS_CHOICE:
		return is_choice(lists_fields[what].choices, value);
	case LISTS_FLAG:
		return len == 0;
	case LISTS_DATE:
		return is_date(value);
	case LISTS_CODE:
		return len == 2 &&
		    strspn(value, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 2;
	case LISTS_WORDS:
		return are_words(value);
	case LISTS_ROW:
		if (strcmp(value, "mine") == 0)
			return what == LISTS_OWNER || what == LISTS_TEAM;
		return is_row(value);
	case LISTS_ROW_CHANNEL:
		return is_row(value);
	case LISTS_SOON:
		return strcmp(value, "any") == 0 || is_row(value);
	case LISTS_OWN:
		break;	/* lists_own_is_good() */
	}
	return false;
}

/* The next part of ${text} up to one of ${ends}; moves ${text} behind it. */
static char *
part(struct arena *a, const char **text, const char *ends)
{
	size_t len = strcspn(*text, ends);
	char *p = arena_textn(a, *text, len);

	*text += len;
	if (**text == '.')
		++*text;
	return p;
}

static bool
takes_words(const struct lists_condition *c)
{
	return lists_fields[c->what].type == LISTS_WORDS ||
	    c->op == LISTS_BEGINS;
}

/* A number has a point of its own: "-" stands for it. */
static char *
turn(struct arena *a, const char *value, char from, char to)
{
	char *copy = arena_text(a, value), *p;

	for (p = copy; *p != '\0'; p++)
		if (*p == from && p > copy)
			*p = to;
	return copy;
}

static enum err
value_read(struct arena *a, const struct lists_condition *c,
    const char *written, const char **ret_value)
{
	struct bytes bytes;

	*ret_value = written;
	if (takes_words(c)) {
		if (base64url_read(a, written, &bytes) != ERR_OK ||
		    memchr(bytes.ptr, '\0', bytes.len) != NULL)
			return ERR_INVALID;
		*ret_value = arena_textn(a, bytes.ptr, bytes.len);
	}
	if (c->op == LISTS_LEAST || c->op == LISTS_MOST)
		*ret_value = turn(a, written, '-', '.');
	return (c->what == LISTS_CUSTOM ? lists_own_is_good(c->op,
	    *ret_value) : lists_value_is_good(c->what, *ret_value)) ?
	    ERR_OK : ERR_INVALID;
}

static enum err
condition_read(struct arena *a, const char **text,
    struct lists_condition *ret_condition)
{
	struct lists_condition c = { .value = "", .channel = "",
	    .custom = "", .days = "" };
	const char *op;

	if (lists_what_of(part(a, text, ".~,"), &c.what) != ERR_OK)
		return ERR_INVALID;
	if (c.what == LISTS_CUSTOM) {
		c.custom = part(a, text, ".~,");
		if (!custom_code_is_good(c.custom))
			return ERR_INVALID;
	}
	op = part(a, text, ".~,");
	for (c.op = 0; c.op < LISTS_OP__MAX; c.op++)
		if (strcmp(lists_op_codes[c.op], op) == 0)
			break;
	if (c.op == LISTS_OP__MAX || !lists_has_op(c.what, c.op) ||
	    value_read(a, &c, part(a, text, ".~,"), &c.value) != ERR_OK)
		return ERR_INVALID;
	if (lists_fields[c.what].type == LISTS_ROW_CHANNEL) {
		c.channel = part(a, text, ".~,");
		if (!is_choice(lists_channels, c.channel))
			return ERR_INVALID;
	}
	if (lists_fields[c.what].type == LISTS_SOON) {
		c.channel = part(a, text, ".~,");
		c.days = part(a, text, ".~,");
		if (!is_choice(lists_any_channels, c.channel) ||
		    lists_days(c.days) == 0)
			return ERR_INVALID;
	}
	*ret_condition = c;
	return ERR_OK;
}

enum err
lists_filter_read(struct arena *a, const char *text,
    struct lists_filter *ret_filter)
{
	const char *p = text;
	bool is_or = false;

	ret_filter->n = 0;
	if (strlen(text) > LISTS_FILTER_MAX)
		return ERR_INVALID;
	while (*p != '\0') {
		if (ret_filter->n == LISTS_CONDITIONS_MAX ||
		    condition_read(a, &p,
		    &ret_filter->conditions[ret_filter->n]) != ERR_OK)
			return ERR_INVALID;
		ret_filter->conditions[ret_filter->n++].is_or = is_or;
		if (*p != '\0') {
			is_or = *p++ == ',';
			if (*p == '\0')
				return ERR_INVALID;
		}
	}
	/* one spelling only */
	return strcmp(lists_filter_write(a, ret_filter), text) == 0 ? ERR_OK :
	    ERR_INVALID;
}

char *
lists_filter_write(struct arena *a, const struct lists_filter *filter)
{
	const struct lists_condition *c;
	struct buf b;
	size_t i;

	buf_open(&b, a);
	buf_text(&b, "");
	for (i = 0; i < filter->n; i++) {
		c = &filter->conditions[i];
		buf_text(&b, i == 0 ? "" : c->is_or ? "," : "~");
		buf_text(&b, lists_fields[c->what].code);
		if (c->what == LISTS_CUSTOM) {
			buf_char(&b, '.');
			buf_text(&b, c->custom);
		}
		buf_char(&b, '.');
		buf_text(&b, lists_op_codes[c->op]);
		if (lists_fields[c->what].type == LISTS_FLAG ||
		    c->op == LISTS_FILLED || c->op == LISTS_EMPTY)
			continue;
		buf_char(&b, '.');
		buf_text(&b, takes_words(c) ? base64url_write(a,
		    text_bytes(c->value)) : c->op == LISTS_LEAST ||
		    c->op == LISTS_MOST ? turn(a, c->value, '.', '-') :
		    c->value);
		if (*c->channel != '\0') {
			buf_char(&b, '.');
			buf_text(&b, c->channel);
		}
		if (lists_fields[c->what].type == LISTS_SOON) {
			buf_char(&b, '.');
			buf_text(&b, c->days);
		}
	}
	return b.len == 0 ? arena_text(a, "") : b.ptr;
}

bool
lists_filter_has_words(const struct lists_filter *filter)
{
	size_t i;

	for (i = 0; i < filter->n; i++)
		if (takes_words(&filter->conditions[i]))
			return true;
	return false;
}

enum err
lists_filter_add(struct lists_filter *filter,
    const struct lists_condition *condition, size_t group)
{
	size_t at = filter->n;

	if (filter->n == LISTS_CONDITIONS_MAX)
		return ERR_INVALID;
	if (group < filter->n)
		for (at = group + 1; at < filter->n &&
		    filter->conditions[at].is_or; at++)
			;
	memmove(&filter->conditions[at + 1], &filter->conditions[at],
	    (filter->n - at) * sizeof(*condition));
	filter->conditions[at] = *condition;
	filter->conditions[at].is_or = group < filter->n;
	filter->n++;
	return ERR_OK;
}

void
lists_filter_drop(struct lists_filter *filter, size_t i)
{
	if (i >= filter->n)
		return;
	/* whoever was an "or" of the first of a group is its first now */
	if (i + 1 < filter->n && !filter->conditions[i].is_or)
		filter->conditions[i + 1].is_or = false;
	memmove(&filter->conditions[i], &filter->conditions[i + 1],
	    (filter->n - i - 1) * sizeof(filter->conditions[i]));
	filter->n--;
}

int64_t
lists_end(const char *days, int64_t now_us)
{
	return day_start_us(day_add_days(day_of(now_us),
	    (int64_t)lists_days(days) + 1));
}

int64_t
lists_instant(const char *value, int64_t now_us)
{
	uint64_t ago = lists_days(value);
	struct day day;

	if (ago > 0)
		return day_start_us(day_add_days(day_of(now_us),
		    -(int64_t)ago));
	return day_read(value, &day) == ERR_OK ? day_start_us(day) : now_us;
}
