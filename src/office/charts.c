/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The charts of the first page: requests of the caller's silo, and for who
 * oversees the site the anonymous figures of all of it.
 * Law: GDPR 5(1)(e), 7(1), 12(3), 24; FEATURES X39.
 */
#include "office/dashboard.h"

#include <inttypes.h>

#include "app/page.h"
#include "base/text.h"

#define MONTHS		12
#define YEARS		4

/* The drawing, in units of its own. */
#define CHART_WIDTH	480
#define BAR_MOST	60	/* wide */
#define BAR_HEIGHT	88
#define BASE_Y		120
#define LABEL_Y		139
#define CHART_HEIGHT	146

/* What stands above one label: one value, or two side by side. */
struct bar {
	const char *label;	/* short */
	const char *label_long;
	uint64_t values[2];
	bool is_now;
};

struct chart {
	const char *title;
	const char *names[2];	/* of the values; the second NULL: one */
	struct bar bars[MONTHS];
	size_t n;
};

static int
height_of(uint64_t value, uint64_t most)
{
	return most == 0 ? 0 : (int)(value * BAR_HEIGHT / most);
}

static json_t *
bar_view(const struct chart *chart, size_t i, uint64_t most)
{
	const struct bar *bar = &chart->bars[i];
	int step = CHART_WIDTH / (int)chart->n;
	int width = step * 2 / 3 > BAR_MOST ? BAR_MOST : step * 2 / 3;
	int x = (int)i * step + (step - width) / 2;
	int height = height_of(bar->values[0], most), second;
	json_t *view;

	view = json_pack("{s:i, s:i, s:i, s:i, s:i, s:i, s:s, s:s, s:I, s:b,"
	    " s:n}", "x", x, "y", BASE_Y - height, "bar_width",
	    chart->names[1] == NULL ? width : width / 2, "height",
	    height, "mid_x", x + width / 2, "label_y", LABEL_Y, "label",
	    bar->label, "label_long", bar->label_long, "value",
	    (json_int_t)bar->values[0], "now", bar->is_now, "second");
	if (chart->names[1] == NULL)
		return view;
	second = height_of(bar->values[1], most);
	json_object_set_new(view, "second", json_pack("{s:i, s:i, s:i, s:I}",
	    "second_x", x + width / 2, "second_y", BASE_Y - second,
	    "second_height", second, "second_value",
	    (json_int_t)bar->values[1]));
	return view;
}

static json_t *
chart_view(struct ctx *c, const struct chart *chart)
{
	json_t *bars = json_array();
	uint64_t most = 0;
	size_t i, j;

	for (i = 0; i < chart->n; i++)
		for (j = 0; j < LENGTH(chart->names); j++)
			if (chart->bars[i].values[j] > most)
				most = chart->bars[i].values[j];
	for (i = 0; i < chart->n; i++)
		json_array_append_new(bars, bar_view(chart, i, most));
	return json_pack("{s:s, s:b, s:s, s:i, s:i, s:o, s:o}", "title",
	    chart->title, "is_empty", most == 0, "view_box",
	    arena_printf(c->arena, "0 0 %d %d", CHART_WIDTH, CHART_HEIGHT),
	    "width", CHART_WIDTH, "base_y", BASE_Y, "bars", bars, "pair", chart->names[1] == NULL ? json_null() :
	    json_pack("{s:s, s:s}", "first_name", chart->names[0],
	    "second_name", chart->names[1]));
}

static struct day
first_month(const struct ctx *c)
{
	struct day day = day_of(c->now_us);

	day.d = 1;
	return day_add_months(day, -(MONTHS - 1));
}

static uint64_t
month_number(struct day day)
{
	return (uint64_t)(day.y * 100 + day.m);
}

/* A year of months that ends with this one, all of them 0. */
static void
months_open(struct ctx *c, struct chart *chart)
{
	struct day day = first_month(c);
	const char *name;
	size_t i;

	chart->n = MONTHS;
	for (i = 0; i < MONTHS; i++) {
		/* "1 November 2026" without the day */
		name = strchr(page_day(c, day_add_months(day, (int)i)),
		    ' ') + 1;
		chart->bars[i] = (struct bar){
			.label = arena_textn(c->arena, name, 1),
			.label_long = name, .is_now = i == MONTHS - 1 };
	}
}

static void
months_add(struct ctx *c, struct chart *chart, size_t which, uint64_t month,
    uint64_t n)
{
	struct day day = first_month(c);
	size_t i;

	for (i = 0; i < MONTHS; i++)
		if (month_number(day_add_months(day, (int)i)) == month)
			chart->bars[i].values[which] += n;
}

static enum err
requests_chart(struct ctx *c, json_t *list)
{
	struct chart chart = { .title = _("Requests per month") };
	struct q_office_months *rows;
	size_t i, n;
	enum err e;

	if ((e = q_office_months(c->db, c->arena, day_start_us(
	    first_month(c)), dashboard_is_site_wide(c),
	    c->caller.staff_id,
	    c->caller.team_id, &rows, &n)) != ERR_OK)
		return e;
	months_open(c, &chart);
	for (i = 0; i < n; i++)
		months_add(c, &chart, 0, rows[i].month, rows[i].requests);
	json_array_append_new(list, chart_view(c, &chart));
	return ERR_OK;
}

static bool
is_yes(const char *kind)
{
	return strcmp(kind, "given") == 0 || strcmp(kind, "renewed") == 0;
}

static bool
is_no(const char *kind)
{
	return strcmp(kind, "refused") == 0 ||
	    strcmp(kind, "withdrawn") == 0 || strcmp(kind, "objected") == 0;
}

static enum err
months_charts(struct ctx *c, json_t *list)
{
	struct chart consents = { .title = _("Consents per month"),
	    .names = { _("consents given"),
	    _("refusals, withdrawals and objections") } };
	struct chart contacts = { .title = _("New contacts per month") };
	struct q_statistics_months *rows;
	size_t i, n;
	enum err e;

	if ((e = q_statistics_months(c->db, c->arena, month_number(
	    first_month(c)), &rows, &n)) != ERR_OK)
		return e;
	months_open(c, &consents);
	months_open(c, &contacts);
	for (i = 0; i < n; i++) {
		if (strcmp(rows[i].name, "contacts") == 0)
			months_add(c, &contacts, 0, rows[i].month, rows[i].n);
		else if (strcmp(rows[i].name, "consents") == 0 &&
		    (is_yes(rows[i].kind) || is_no(rows[i].kind)))
			months_add(c, &consents, is_no(rows[i].kind),
			    rows[i].month, rows[i].n);
	}
	json_array_append_new(list, chart_view(c, &consents));
	json_array_append_new(list, chart_view(c, &contacts));
	return ERR_OK;
}

static void
years_chart(struct ctx *c, const struct q_statistics_today *rows, size_t n,
    json_t *list)
{
	static const struct { const char *name, *label, *label_long; }
	    years[YEARS] = {
		{ "years_0", "0", N_("less than a year ago") },
		{ "years_1", "1", N_("one to two years ago") },
		{ "years_2", "2", N_("two to three years ago") },
		{ "years_3", "3+", N_("three years ago or more") },
	};
	struct chart chart = { .title =
	    _("Contacts by the years since they last came to us"),
	    .n = YEARS };
	size_t i, j;

	for (i = 0; i < YEARS; i++) {
		chart.bars[i] = (struct bar){ .label = years[i].label,
		    .label_long = _(years[i].label_long),
		    .is_now = i == YEARS - 1 };
		for (j = 0; j < n; j++)
			if (strcmp(rows[j].name, years[i].name) == 0)
				chart.bars[i].values[0] = rows[j].n;
	}
	json_array_append_new(list, chart_view(c, &chart));
}

enum err
dashboard_charts(struct ctx *c, const struct q_statistics_today *today,
    size_t n_today, json_t **ret_list)
{
	json_t *list = json_array();
	enum err e;

	if ((office_is_among(c, OFFICE_CASES) &&
	    (e = requests_chart(c, list)) != ERR_OK) ||
	    (dashboard_is_site_wide(c) &&
	    (e = months_charts(c, list)) != ERR_OK)) {
		json_decref(list);
		return e;
	}
	if (n_today > 0)
		years_chart(c, today, n_today, list);
	*ret_list = list;
	return ERR_OK;
}
