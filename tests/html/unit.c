/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The renderer: what a value becomes, and what a view must bring (GDPR 32).
 */
#include "html/html.h"

#include "tests/html/drawn.h"

static void
the_five_special_characters_are_escaped(void **state)
{
	(void)state;
	assert_string_equal(page("<p title=\"{{v}}\">{{v}}</p>",
	    "{\"v\":\"a&b<c>d\\\"e'f\"}"),
	    "<p title=\"a&amp;b&lt;c&gt;d&quot;e&#39;f\">"
	    "a&amp;b&lt;c&gt;d&quot;e&#39;f</p>");
}

static void
nothing_is_escaped_in_txt(void **state)
{
	(void)state;
	assert_string_equal(drawn("{{v}} <{{&v}}> {{{v}}}",
	    "{\"v\":\"a&b\"}", "{}", HTML_TXT), "a&b <a&b> a&b");
}

static void
a_name_that_the_view_lacks_is_an_error(void **state)
{
	(void)state;
	assert_string_equal(page("{{v}}", "{}"), BUG);
	assert_string_equal(page("{{#v}}{{/v}}", "{}"), BUG);
	assert_string_equal(page("{{^v}}{{/v}}", "{}"), BUG);
	assert_string_equal(page("{{a.v}}", "{\"a\":{}}"), BUG);
	assert_string_equal(page("{{a.v}}", "{\"a\":null}"), BUG);
	assert_string_equal(page("{{#a.v}}{{/a.v}}", "{\"a\":{},\"v\":1}"),
	    BUG);
}

static void
null_false_zero_and_empty_are_there_and_false(void **state)
{
	static const char *const values[] = { "null", "false", "0", "0.0",
	    "\"\"", "[]" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(values); i++)
		assert_string_equal(page("{{#v}}yes{{/v}}{{^v}}no{{/v}}",
		    arena_printf(arena, "{\"v\":%s}", values[i])), "no");
}

static void
a_text_a_number_and_an_object_are_true(void **state)
{
	static const char *const values[] = { "true", "-1", "0.5", "\"0\"",
	    "{}", "[0]" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(values); i++)
		assert_string_equal(page("{{#v}}yes{{/v}}{{^v}}no{{/v}}",
		    arena_printf(arena, "{\"v\":%s}", values[i])), "yes");
}

static void
values_are_written_as_json_would(void **state)
{
	(void)state;
	assert_string_equal(page("{{a}} {{b}} {{c}} {{d}} {{e}} {{f}} {{g}}",
	    "{\"a\":-9223372036854775808,\"b\":0.1,\"c\":true,\"d\":false,"
	    "\"e\":null,\"f\":1.0,\"g\":0.30000000000000004}"),
	    "-9223372036854775808 0.1 true false  1 0.30000000000000004");
}

static void
an_object_or_a_list_is_no_value(void **state)
{
	(void)state;
	assert_string_equal(page("{{v}}", "{\"v\":{}}"), BUG);
	assert_string_equal(page("{{v}}", "{\"v\":[]}"), BUG);
}

static void
the_innermost_section_is_asked_first(void **state)
{
	(void)state;
	assert_string_equal(page("{{#a}}{{n}}{{#b}}{{n}}{{m}}{{.}}{{/b}}{{/a}}",
	    "{\"n\":1,\"m\":2,\"a\":{\"n\":3,\"b\":[4,5]}}"), "3324325");
}

static void
a_partial_sees_the_context_of_its_place(void **state)
{
	(void)state;
	assert_string_equal(drawn("{{#l}}{{>p}}{{/l}}", "{\"l\":[1,2]}",
	    "{\"p\":\"<b>{{.}}</b>\"}", 0), "<b>1</b><b>2</b>");
}

static void
a_missing_partial_is_refused(void **state)
{
	(void)state;
	assert_refused("{{>p}}");
}

static void
a_partial_may_include_itself_as_deep_as_the_data(void **state)
{
	(void)state;
	assert_string_equal(drawn("{{>p}}",
	    "{\"n\":1,\"l\":[{\"n\":2,\"l\":[]},{\"n\":3,\"l\":[]}]}",
	    "{\"p\":\"<i>{{n}}{{#l}}{{>p}}{{/l}}</i>\"}", 0),
	    "<i>1<i>2</i><i>3</i></i>");
}

static void
a_partial_without_end_is_an_error(void **state)
{
	(void)state;
	assert_string_equal(drawn("{{>p}}", "{}", "{\"p\":\"a{{>p}}\"}", 0),
	    BUG);
	assert_string_equal(drawn("<p {{>p}}>", "{}",
	    "{\"p\":\" a{{>p}}\"}", 0), BUG);
}

static void
partials_deeper_than_32_are_refused(void **state)
{
	json_t *partials = json_object();
	struct buf out;
	int i;

	(void)state;
	for (i = 0; i < 40; i++)
		assert_int_equal(json_object_set_new(partials,
		    arena_printf(arena, "p%d", i), json_sprintf("{{>p%d}}",
		    i + 1)), 0);
	assert_int_equal(json_object_set_new(partials, "p40",
	    json_string("")), 0);
	buf_open(&out, arena);
	assert_int_equal(html_render_text(arena, "{{>p0}}", partials, partials,
	    0, &out), ERR_INVALID);
	assert_int_equal(html_render_text(arena, "{{>p10}}", partials,
	    partials, 0, &out), ERR_OK);
	json_decref(partials);
}

static void
a_page_that_takes_too_many_steps_is_an_error(void **state)
{
	(void)state;
	assert_string_equal(page("{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}{{#l}}"
	    "{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}{{/l}}",
	    "{\"l\":[1,1,1,1,1,1,1,1,1,1,1,1]}"), BUG);
}

static void
sections_deeper_than_256_at_work_are_an_error(void **state)
{
	static const char partials[] = "{\"p\":\"{{#o}}{{#o}}{{#o}}{{#o}}{{#o}}"
	    "{{#o}}{{#o}}{{#o}}{{#o}}{{#o}}{{>p}}{{/o}}{{/o}}{{/o}}{{/o}}"
	    "{{/o}}{{/o}}{{/o}}{{/o}}{{/o}}{{/o}}\"}";

	(void)state;
	assert_string_equal(drawn("{{>p}}", "{\"o\":{\"v\":1}}", partials, 0),
	    BUG);
}

static void
a_page_over_8_mib_is_an_error(void **state)
{
	struct buf b;
	size_t i;

	(void)state;
	buf_open(&b, arena);
	buf_text(&b, "{\"v\":\"");
	for (i = 0; i < HTML_PAGE_MAX_BYTES / 2; i++)
		buf_char(&b, '.');
	buf_text(&b, "\"}");
	assert_int_equal(strlen(page("{{v}}{{v}}", b.ptr)),
	    HTML_PAGE_MAX_BYTES);
	assert_string_equal(page("{{v}}{{v}}.", b.ptr), BUG);
	assert_string_equal(page("{{v}}{{v}}{{v}}", b.ptr), BUG);
}

static void
bad_syntax_is_refused(void **state)
{
	(void)state;
	assert_refused("{{#s}}");
	assert_refused("{{/s}}");
	assert_refused("{{#s}}{{#v}}{{/s}}{{/v}}");
	assert_refused("{{v");
	assert_refused("{{}}");
	assert_refused("{{# }}");
	assert_refused("{{v w}}");
	assert_refused("{{a..b}}");
	assert_refused("{{.a}}");
	assert_refused("{{=}}");
	assert_refused("{{=<<=}}");
	assert_refused("{{= a b c =}}");
	assert_refused("{{=aaaaaaaaaaaaaaaaa bbb=}}");
}

static void
sections_deeper_than_32_are_refused(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_open(&b, arena);
	for (i = 0; i <= HTML_NESTING_MAX; i++)
		buf_text(&b, "{{#s}}");
	for (i = 0; i <= HTML_NESTING_MAX; i++)
		buf_text(&b, "{{/s}}");
	assert_refused_for(b.ptr, "sections are nested deeper than 32");
	b.ptr[b.len - 6] = '\0';
	assert_drawn(b.ptr + 6, "");
}

static void
delimiters_can_be_changed(void **state)
{
	(void)state;
	assert_drawn("{{=<% %>=}}<p>{{v}} <%v%></p><%={{ }}=%>{{v}}",
	    "<p>{{v}} v</p>v");
}

static void
a_line_that_holds_only_a_tag_goes_with_it(void **state)
{
	(void)state;
	assert_drawn("a\n  {{#s}}  \nb\n{{/s}}\r\nc\n{{! x }}", "a\nb\nc\n");
	assert_drawn("a\n{{v}}\n", "a\nv\n");
}

static void
partials_indent_lines_in_txt_but_not_in_html(void **state)
{
	static const char partials[] = "{\"p\":\"<a>\\n{{>q}}\\n\\n{{v}}\\n\","
	    "\"q\":\"b\\n\"}";

	(void)state;
	assert_string_equal(drawn("  {{>p}}\n.", "{\"v\":\"1\\n2\"}",
	    partials, HTML_TXT), "  <a>\n  b\n\n  1\n2\n.");
	assert_string_equal(drawn("  {{>p}}\n.", "{\"v\":\"1\\n2\"}",
	    partials, 0), "<a>\nb\n\n1\n2\n.");
}

static void
words_are_collapsed_and_hold_values(void **state)
{
	(void)state;
	assert_drawn("<p title=\"{{#_}}A {{v}}{{/_}}\">{{#_}}\n  Dear\n\t{{v}},"
	    "\n{{/_}}</p>", "<p title=\"A v\">Dear v,</p>");
}

static void
words_hold_nothing_but_text_and_values(void **state)
{
	(void)state;
	assert_refused("{{#_}}{{#s}}a{{/s}}{{/_}}");
	assert_refused("{{#_}}{{>p}}{{/_}}");
	assert_refused("{{#_}}{{! a }}{{/_}}");
	assert_refused("{{#_}}a {{{v}}}{{/_}}");
	assert_refused("{{#_}} {{/_}}");
	assert_refused("{{#_}}a");
	assert_refused("{{^_}}a{{/_}}");
	assert_refused("{{_}}");
	assert_refused("{{=<% %>=}}<%#_%>a<%/_%>");
}

static void
lenient_is_mustache_as_specified(void **state)
{
	(void)state;
	assert_string_equal(drawn("<{{a}}{{b.c}}{{{v}}}{{>p}}{{#_}}x{{/_}}",
	    "{\"v\":\"<\",\"_\":true}", "{}", HTML_LENIENT), "<<x");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_five_special_characters_are_escaped),
		cmocka_unit_test(nothing_is_escaped_in_txt),
		cmocka_unit_test(a_name_that_the_view_lacks_is_an_error),
		cmocka_unit_test(null_false_zero_and_empty_are_there_and_false),
		cmocka_unit_test(a_text_a_number_and_an_object_are_true),
		cmocka_unit_test(values_are_written_as_json_would),
		cmocka_unit_test(an_object_or_a_list_is_no_value),
		cmocka_unit_test(the_innermost_section_is_asked_first),
		cmocka_unit_test(a_partial_sees_the_context_of_its_place),
		cmocka_unit_test(a_missing_partial_is_refused),
		cmocka_unit_test(a_partial_may_include_itself_as_deep_as_the_data),
		cmocka_unit_test(a_partial_without_end_is_an_error),
		cmocka_unit_test(partials_deeper_than_32_are_refused),
		cmocka_unit_test(a_page_that_takes_too_many_steps_is_an_error),
		cmocka_unit_test(sections_deeper_than_256_at_work_are_an_error),
		cmocka_unit_test(a_page_over_8_mib_is_an_error),
		cmocka_unit_test(bad_syntax_is_refused),
		cmocka_unit_test(sections_deeper_than_32_are_refused),
		cmocka_unit_test(delimiters_can_be_changed),
		cmocka_unit_test(a_line_that_holds_only_a_tag_goes_with_it),
		cmocka_unit_test(partials_indent_lines_in_txt_but_not_in_html),
		cmocka_unit_test(words_are_collapsed_and_hold_values),
		cmocka_unit_test(words_hold_nothing_but_text_and_values),
		cmocka_unit_test(lenient_is_mustache_as_specified),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
