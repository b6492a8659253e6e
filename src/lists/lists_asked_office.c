/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a list is asked for: out of an address, into one, and in words
 * (GDPR 25; DESIGN: pages).
 */
#include "lists/lists_office.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"
#include "contacts/contacts_view.h"
#include "organisations/organisations_office.h"

static enum err
read_query(struct ctx *c, const char *id, struct lists_asked *a)
{
	enum err e;

	if ((e = contacts_query_load(c, id, &a->query)) != ERR_OK)
		return e;
	return lists_filter_read(c->arena, a->query.filter, &a->filter) ==
	    ERR_OK ? ERR_OK : ERR_NOTFOUND;
}

enum err
lists_asked_read(struct ctx *c, struct lists_asked *ret_asked)
{
	const struct param *q = params_find(&c->query, "q");
	const struct param *f = params_find(&c->query, "f");
	const struct param *s = params_find(&c->query, "s");
	const struct param *v = params_find(&c->query, "v");
	const struct param *order = params_find(&c->query, "order");
	struct lists_asked a = { .query.id = NULL };
	uint64_t id;
	enum err e;

	if (order != NULL && strcmp(order->value, "last") == 0)
		a.order = LISTS_BY_LAST;
	*ret_asked = a;
	if (s != NULL)
		return parse_u64(s->value, &ret_asked->snapshot_id) ==
		    ERR_OK && ret_asked->snapshot_id != 0 ? ERR_OK :
		    ERR_NOTFOUND;
	if (v != NULL) {
		if (parse_u64(v->value, &id) != ERR_OK)
			return ERR_NOTFOUND;
		e = lists_view_read(c, id, ret_asked);
		if (order != NULL)
			ret_asked->order = a.order;
		return e;
	}
	if (q != NULL)
		return read_query(c, q->value, ret_asked);
	/* typed words are no part of an address, whoever wrote it */
	if (f != NULL && (lists_filter_read(c->arena, f->value,
	    &ret_asked->filter) != ERR_OK ||
	    lists_filter_has_words(&ret_asked->filter)))
		return ERR_NOTFOUND;
	return ERR_OK;
}

const char *
lists_asked_url(struct ctx *c, const char *path,
    const struct lists_asked *asked)
{
	const char *order = asked->order == LISTS_BY_LAST ? "order=last" :
	    asked->view_id != 0 ? "order=name" : "";
	const char *what = "";

	if (asked->snapshot_id != 0)
		return arena_printf(c->arena, "%s?s=%" PRIu64, path,
		    asked->snapshot_id);
	if (asked->view_id != 0)
		what = arena_printf(c->arena, "v=%" PRIu64, asked->view_id);
	else if (asked->query.id != NULL)
		what = arena_printf(c->arena, "q=%s", asked->query.id);
	else if (asked->filter.n > 0)
		what = arena_printf(c->arena, "f=%s", lists_filter_write(
		    c->arena, &asked->filter));
	return arena_printf(c->arena, "%s%s%s%s%s", path, *what == '\0' &&
	    *order == '\0' ? "" : "?", what, *what == '\0' ||
	    *order == '\0' ? "" : "&", order);
}

enum err
lists_asked_keep(struct ctx *c, struct lists_asked *asked)
{
	struct contacts_query *q = &asked->query;

	q->id = NULL;
	if (q->words == NULL)
		q->words = "";
	if (q->reason == NULL || *q->reason == '\0')
		q->reason = "daily";
	if (*q->words == '\0' && !lists_filter_has_words(&asked->filter))
		return ERR_OK;
	q->filter = lists_filter_write(c->arena, &asked->filter);
	return contacts_query_keep(c, q, &q->id);
}

static const char *
choice_label(const struct field_choice *choices, const char *value)
{
	for (; choices->value != NULL; choices++)
		if (strcmp(choices->value, value) == 0)
			return choices->label;
	return NULL;	/* a row that is gone */
}

/* "before 23 Nov. 2023", or how many days ago. */
const char *
lists_date_text(struct ctx *c, const struct lists_condition *k)
{
	bool is_before = k->op == LISTS_BEFORE;
	int64_t at_us = lists_instant(k->value, c->now_us);
	uint64_t n = lists_days(k->value);

	if (n > 0)
		return is_before ? words_count(c->arena, c->lang,
		    "more than {n} day ago", "more than {n} days ago", n) :
		    words_count(c->arena, c->lang, "in the last {n} day",
		    "in the last {n} days", n);
	return arena_printf(c->arena, "%s %s", is_before ? _("before") :
	    _("since"), page_date(c, at_us));
}

/* There are too many to choose among: a record leads to it, by its id. */
static enum err
organisation_text(struct ctx *c, const char *value, const char **ret_text)
{
	struct q_organisations_one row;
	uint64_t id;
	enum err e;

	*ret_text = _("no longer there");
	if (parse_u64(value, &id) != ERR_OK)
		return ERR_OK;
	e = organisations_load(c, id, &row);
	if (e == ERR_OK)
		*ret_text = row.name;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* "News, E-mail, within 90 days, or over already". */
static const char *
soon_text(struct ctx *c, const struct lists_condition *k,
    const char *purpose)
{
	return arena_printf(c->arena, "%s, %s, %s", purpose, _(choice_label(
	    lists_any_channels, k->channel)), words_count(c->arena, c->lang,
	    "within {n} day, or over already",
	    "within {n} days, or over already", lists_days(k->days)));
}

static enum err
value_text(struct ctx *c, const struct lists_condition *k,
    const char **ret_text)
{
	const struct lists_field *field = &lists_fields[k->what];
	const struct field_choice *rows;
	enum err e;

	*ret_text = k->value;
	switch (field->type) {
	case LISTS_CHOICE:
		*ret_text = _(choice_label(field->choices, k->value));
		return ERR_OK;
	case LISTS_DATE:
		*ret_text = lists_date_text(c, k);
		return ERR_OK;
	case LISTS_CODE:
		*ret_text = contacts_value(c, field->code, k->value);
		return ERR_OK;
	case LISTS_FLAG: case LISTS_WORDS: case LISTS_OWN:
		return ERR_OK;
	case LISTS_ROW: case LISTS_ROW_CHANNEL: case LISTS_SOON:
		break;
	}
	if (k->what == LISTS_MEMBER)
		return organisation_text(c, k->value, ret_text);
	if ((e = lists_choices(c, k->what, &rows)) != ERR_OK)
		return e;
	*ret_text = choice_label(rows, k->value);
	if (*ret_text == NULL)
		*ret_text = _("no longer there");
	else if (strcmp(k->value, "mine") == 0 || strcmp(k->value, "any") == 0)
		*ret_text = _(*ret_text);
	if (field->type == LISTS_SOON) {
		*ret_text = soon_text(c, k, *ret_text);
		return ERR_OK;
	}
	if (*k->channel != '\0')
		*ret_text = arena_printf(c->arena, "%s, %s", *ret_text,
		    _(choice_label(lists_channels, k->channel)));
	return ERR_OK;
}

/* "Relationship: not Customer"; a flag has no value: "not: A business". */
static const char *
chip_text(struct ctx *c, const struct lists_condition *k, const char *value)
{
	const char *label = _(lists_fields[k->what].label);
	const char *no = k->op == LISTS_NOT ? _("not") : "";

	if (*value == '\0')
		return *no == '\0' ? label : arena_printf(c->arena, "%s%s%s",
		    no, _(": "), label);
	return arena_printf(c->arena, "%s%s%s%s%s", label, _(": "), no,
	    *no == '\0' ? "" : " ", value);
}

enum err
lists_chips_view(struct ctx *c, const struct lists_filter *filter,
    json_t **ret_list)
{
	const struct lists_condition *k;
	json_t *list = json_array();
	const char *value;
	size_t i;
	enum err e;

	for (i = 0; i < filter->n; i++) {
		k = &filter->conditions[i];
		e = k->what == LISTS_CUSTOM ? lists_own_chip(c, k, &value) :
		    value_text(c, k, &value);
		if (e != ERR_OK) {
			json_decref(list);
			return e;
		}
		json_array_append_new(list, json_pack("{s:s, s:s?}", "text",
		    k->what == LISTS_CUSTOM ? value : chip_text(c, k, value),
		    "tie", i == 0 ?
		    NULL : k->is_or ? _("or") : _("and")));
	}
	*ret_list = list;
	return ERR_OK;
}
