/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The contact base as staff work in it: the list, what narrows it, and
 * snapshots of what was found.  Each member of staff sees their silo only.
 * Law: GDPR 5(1)(f), 15(1)(c), 25, 32.
 */
#ifndef LISTS_LISTS_OFFICE_H
#define LISTS_LISTS_OFFICE_H

#include "app/ctx.h"
#include "contacts/contacts_office.h"
#include "db/queries.h"
#include "lists/lists_columns.h"
#include "lists/lists_filter.h"

#define LISTS_PER_PAGE		25
#define LISTS_PER_PAGE_MAX	100
#define LISTS_COUNT_PER_ROW	10	/* counted for each one of a page; then "more than" */
#define LISTS_SNAPSHOT_HOURS	24
#define LISTS_EXAMINED		17	/* rows looked at for each one of a page, */
#define LISTS_EXAMINED_LEAST	40	/* and for the page */

extern const struct field lists_office_search_fields[];
extern const struct field lists_office_snapshot_fields[];
extern const struct field lists_office_view_fields[];
extern const struct field lists_office_display_fields[];

/* In which order a list comes. */
enum lists_order { LISTS_BY_NAME, LISTS_BY_LAST };

/* What stands around a list, read in one statement. */
struct lists_frame {
	uint64_t page_size;
	struct lists_columns columns;	/* that the colleague likes */
	bool is_compact;
	bool has_keys;			/* single letters do something */
	const struct q_lists_frame *rows;	/* views and teams among them */
	size_t n;
	uint64_t count;			/* contacts, up to what was asked */
	const struct q_lists_frame *after;	/* the contact before; NULL: none that the caller sees */
};

/* What a page of the list is of. */
struct lists_asked {
	struct contacts_query query;	/* .id NULL: nothing was typed */
	struct lists_filter filter;
	uint64_t snapshot_id;		/* 0: as things are now */
	uint64_t view_id;		/* saved; 0: none */
	const char *view_name;
	const char *view_columns;	/* codes; "": those that the colleague likes */
	const struct lists_frame *frame;	/* NULL: lists_find() reads what it needs */
	bool is_my_view;
	enum lists_order order;
};

typedef struct q_lists_found lists_row;

/* A page of it. */
struct lists_found {
	const lists_row *rows;
	size_t n;
	bool is_cut;	/* not all were looked at: there may be more */
};

/**
 * lists_reason_is_good(reason):
 * Return whether ${reason} is one that the search offers, or none: what people
 * are told is never words that a form was made to carry.
 */
bool lists_reason_is_good(const char *reason);

/**
 * lists_asked_read(c, ret_asked):
 * Read what the address asks for: "f" a filter, "q" what was typed, "s" a
 * snapshot, "v" a saved view, "order".  ERR_NOTFOUND when it is nobody's, or over.
 */
enum err lists_asked_read(struct ctx *c, struct lists_asked *ret_asked)
    MUST_CHECK;

/**
 * lists_asked_url(c, path, asked):
 * Return ${path} with what is asked for behind it, "?" or nothing: no personal
 * value stands in it.
 */
const char *lists_asked_url(struct ctx *c, const char *path,
    const struct lists_asked *asked) NONNULL_RETURN;

/**
 * lists_asked_keep(c, asked):
 * Seal what was typed into ${asked}, if anything, into a row of its own, whose
 * id is in asked->query: from then on lists_asked_url() may be called.
 */
enum err lists_asked_keep(struct ctx *c, struct lists_asked *asked)
    MUST_CHECK;

/**
 * lists_find(c, asked, after, most, ret_found):
 * Read the contacts of ${asked} that the caller may see, at most ${most},
 * behind the contact ${after} (0: from the beginning), looking at no more than
 * LISTS_EXAMINED rows for each and LISTS_EXAMINED_LEAST more.
 */
enum err lists_find(struct ctx *c, const struct lists_asked *asked,
    uint64_t after, uint64_t most, struct lists_found *ret_found) MUST_CHECK;

/**
 * lists_leading_tag(filter, ret_id), lists_leading_member(filter, ret_id):
 * Return whether every contact of ${filter} has one label, or belongs to one
 * organisation, and which: few do, so it leads the walk.
 */
bool lists_leading_tag(const struct lists_filter *filter, uint64_t *ret_id);
bool lists_leading_member(const struct lists_filter *filter,
    uint64_t *ret_id);

/**
 * lists_leading_custom(filter):
 * Return the condition on a custom field that every contact of ${filter}
 * meets and that has an index to lead the walk: a choice, or a run of days.
 * NULL when there is none.
 */
const struct lists_condition *lists_leading_custom(
    const struct lists_filter *filter);

/**
 * lists_chips_view(c, filter, ret_list):
 * Say the conditions of ${filter} in words, as a new list: "text", and "tie",
 * how it goes on from the one before: null, "and", "or".
 */
enum err lists_chips_view(struct ctx *c, const struct lists_filter *filter,
    json_t **ret_list) MUST_CHECK;

struct custom_field;

/**
 * lists_own_ops(field), lists_own_value(field):
 * Return what can be said of a custom ${field} in a filter, and the field of a
 * form in which its value is given.
 */
const struct field_choice *lists_own_ops(const struct custom_field *field)
    NONNULL_RETURN;
struct field lists_own_value(const struct custom_field *field);

/**
 * lists_own_read(a, field, op, typed, ret_value):
 * Read what was ${typed} there as the value of a condition; ERR_INVALID when
 * it is none.
 */
enum err lists_own_read(struct arena *a, const struct custom_field *field,
    enum lists_op op, const char *typed, const char **ret_value) MUST_CHECK;

/**
 * lists_own_chip(c, condition, ret_text):
 * Say a condition on a custom field in words; of a field that is gone, that
 * it is.
 */
enum err lists_own_chip(struct ctx *c,
    const struct lists_condition *condition, const char **ret_text)
    MUST_CHECK;

/**
 * lists_date_text(c, condition):
 * Say the value of a date's condition: "before 23 November 2023".
 */
const char *lists_date_text(struct ctx *c,
    const struct lists_condition *condition) NONNULL_RETURN;

/**
 * lists_filter_all(c, asked, ret_filter):
 * Make ${ret_filter} of the filter and of typed words of ${asked}: what a
 * snapshot is taken of.  ERR_INVALID when the words are an address, a number
 * or a reference, which need none.
 */
enum err lists_filter_all(struct ctx *c, const struct lists_asked *asked,
    struct lists_filter *ret_filter) MUST_CHECK;

/**
 * lists_choices(c, what, ret_choices):
 * Read the rows that a LISTS_ROW of ${what} can be, as choices.
 */
enum err lists_choices(struct ctx *c, enum lists_what what,
    const struct field_choice **ret_choices) MUST_CHECK;

/**
 * lists_view_read(c, id, ret_asked):
 * Read the saved view ${id}, of the caller or shared.  ERR_NOTFOUND when there
 * is none.
 */
enum err lists_view_read(struct ctx *c, uint64_t id,
    struct lists_asked *ret_asked) MUST_CHECK;

/* What lists_frame_read() is to read beside the display. */
struct lists_frame_of {
	bool has_views;
	bool has_teams;
	uint64_t after;		/* the contact before the page; 0: none */
	uint64_t count_most;	/* of all contacts; 0: not counted */
};

/**
 * lists_frame_read(c, of, ret_frame):
 * Read how the caller likes their lists, and ${of}; whoever has chosen nothing
 * gets LISTS_PER_PAGE rows with the usual columns, and the keys.
 */
enum err lists_frame_read(struct ctx *c, const struct lists_frame_of *of,
    struct lists_frame *ret_frame) MUST_CHECK;

extern const struct field_choice lists_sizes[];	/* of a page */

/**
 * lists_size_read(text, ret_n):
 * Read one of lists_sizes.  ERR_INVALID for any other.
 */
enum err lists_size_read(const char *text, uint64_t *ret_n) MUST_CHECK;

/**
 * lists_columns_of(c, asked, frame):
 * Return the columns that a list of ${asked} shows: those of its view, else
 * those of ${frame}.
 */
struct lists_columns lists_columns_of(struct ctx *c,
    const struct lists_asked *asked, const struct lists_frame *frame);

/**
 * lists_cells_view(c, columns, rows, n, ret_cells):
 * Say ${columns} of each of ${rows}: a new list for each row, in ${ret_cells},
 * which has room for ${n}.
 */
enum err lists_cells_view(struct ctx *c, const struct lists_columns *columns,
    const lists_row *rows, size_t n, json_t **ret_cells) MUST_CHECK;

/**
 * lists_ids_json(a, rows, n):
 * Return the ids of ${rows} as JSON: "[3,7]".
 */
const char *lists_ids_json(struct arena *a, const lists_row *rows, size_t n)
    NONNULL_RETURN;

/**
 * lists_views_view(c, frame, asked):
 * Return the saved views of ${frame}, as a new list: "text", "url", null for
 * the one that is shown.
 */
json_t *lists_views_view(struct ctx *c, const struct lists_frame *frame,
    const struct lists_asked *asked);

enum err lists_office_display_show(struct ctx *c);	/* GET /lists/display */
enum err lists_office_display(struct ctx *c);	/* POST /lists/display */
enum err lists_office_view_show(struct ctx *c);	/* GET /lists/views */
enum err lists_office_view(struct ctx *c);	/* POST /lists/views */
enum err lists_office_view_delete(struct ctx *c);	/* POST /lists/views/:id/delete */
enum err lists_office_contacts(struct ctx *c);	/* GET /contacts */
enum err lists_office_search(struct ctx *c);	/* POST /contacts */
enum err lists_office_filter_show(struct ctx *c);	/* GET /lists/filter */
enum err lists_office_filter(struct ctx *c);	/* POST /lists/filter */
enum err lists_office_snapshot(struct ctx *c);	/* POST /lists/snapshots */
enum err lists_office_snapshot_show(struct ctx *c);	/* GET /lists/snapshots/:id */
enum err lists_office_snapshot_state(struct ctx *c);	/* GET /lists/snapshots/:id/state */
enum err lists_office_cancel(struct ctx *c);	/* POST /lists/snapshots/:id/cancel */

#endif
