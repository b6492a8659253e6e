/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Where in HTML a value, a section or words may stand, and where not: one test
 * per rule (GDPR 32).
 */
#include "html/html.h"

#include "tests/html/drawn.h"

static void
the_raw_forms_are_refused_in_html(void **state)
{
	(void)state;
	assert_refused("<p>{{{v}}}</p>");
	assert_refused("<p>{{&v}}</p>");
}

static void
a_value_in_a_tag_name_is_refused(void **state)
{
	(void)state;
	assert_refused("<{{v}}>");
	assert_refused("<h{{v}}>");
	assert_refused("</{{v}}>");
	assert_refused("</h{{v}}>");
}

static void
a_value_in_an_attribute_name_is_refused(void **state)
{
	(void)state;
	assert_refused("<p {{v}}>");
	assert_refused("<p a{{v}}=\"1\">");
	assert_refused("<p a {{v}}=\"1\">");
	assert_refused("<p a=\"1\"{{v}}>");
	assert_refused("<p {{#s}}{{v}}{{/s}}>");
}

static void
a_value_in_an_unquoted_attribute_value_is_refused(void **state)
{
	(void)state;
	assert_refused("<p a={{v}}>");
	assert_refused("<p a= {{v}}>");
	assert_refused("<p a=x{{v}}>");
	assert_refused("<p a={{#s}}\"{{v}}\"{{/s}}>");
}

static void
a_value_in_script_or_style_is_refused(void **state)
{
	(void)state;
	assert_refused("<script>{{v}}</script>");
	assert_refused("<script>var a = '<b>'; \"{{v}}\"</script>");
	assert_refused("<SCRIPT src=\"/x\">{{v}}</SCRIPT>");
	assert_refused("<style>{{v}}</style>");
	assert_refused("<style>a{}{{#s}}b{}{{/s}}</style>");
	assert_refused("<script><!-- </script>{{v}}");
	assert_refused("<script{{#s}} defer{{/s}}>{{v}}</script>");
	assert_drawn("<script src=\"{{u}}\"></script>{{v}}",
	    "<script src=\"/u\"></script>v");
	assert_drawn("<style>a<b</style>{{v}}", "<style>a<b</style>v");
}

static void
a_value_in_a_comment_is_refused(void **state)
{
	(void)state;
	assert_refused("<!-- {{v}} -->");
	assert_refused("<!-- -{{#s}}{{/s}} -->");
	assert_refused("<!doctype {{v}}>");
	assert_drawn("<!-- a - b --><!DOCTYPE html>{{v}}",
	    "<!-- a - b --><!DOCTYPE html>v");
}

static void
a_value_in_an_event_attribute_is_refused(void **state)
{
	(void)state;
	assert_refused("<p onclick=\"{{v}}\">");
	assert_refused("<p OnClick='a{{v}}'>");
	assert_refused("<p onclick=\"{{#s}}{{v}}{{/s}}\">");
	assert_refused("<p on{{! hidden }}click=\"{{v}}\">");
}

static void
a_value_in_a_style_attribute_is_refused(void **state)
{
	(void)state;
	assert_refused("<p style=\"color: {{v}}\">");
}

static void
a_value_in_an_attribute_of_markup_is_refused(void **state)
{
	(void)state;
	assert_refused("<img srcset=\"{{v}}\">");
	assert_refused("<link imagesrcset=\"{{v}}\">");
	assert_refused("<p srcdoc=\"{{v}}\">");
	assert_refused("<meta http-equiv=\"{{v}}\">");
	assert_refused("<meta http-equiv=\"refresh\" content=\"1;{{v}}\">");
	assert_refused("<meta content=\"1;{{v}}\" http-equiv=\"refresh\">");
	assert_refused("<meta content=\"1;{{v}}\"{{#s}} http-equiv=\"refresh\"{{/s}}>");
	assert_drawn("<meta name=\"a\" content=\"{{v}}\">",
	    "<meta name=\"a\" content=\"v\">");
}

static void
elements_with_rules_of_their_own_are_refused(void **state)
{
	static const char *const names[] = { "animate", "animateMotion",
	    "animateTransform", "applet", "base", "embed", "foreignObject",
	    "frame", "frameset", "iframe", "listing", "noembed", "noframes",
	    "object", "plaintext", "set", "xmp" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++)
		assert_refused_for(arena_printf(arena, "<%s a=\"1\">",
		    names[i]), "this element is not allowed in templates");
	assert_refused_for("<object{{#s}}{{/s}}>",
	    "this element is not allowed in templates");
}

static void
what_browsers_would_have_to_repair_is_refused(void **state)
{
	static const struct {
		const char *template;
		const char *reason;
	} rows[] = {
		{ "a < b", "a < that starts no tag" },
		{ "a <> b", "a < that starts no tag" },
		{ "<?xml?>", "a < that starts no tag" },
		{ "</ p>", "</ without a name" },
		{ "</p a=\"1\">", "an end tag holds more than its name" },
		{ "<title></title/>", "an end tag holds more than its name" },
		{ "<p a=\"1\"\"2\">", "a byte that no tag may hold here" },
		{ "<p =a>", "a byte that no tag may hold here" },
		{ "<p a\"b>", "a byte that no tag may hold here" },
		{ "<p<b>", "a byte that no tag may hold here" },
		{ "<p a=b\"c>", "a byte that no unquoted value may hold" },
		{ "<p a=b=c>", "a byte that no unquoted value may hold" },
		{ "<p a=>", "an attribute without its value" },
		{ "<p / a>", "a / inside a tag" },
		{ "<script/></script>", "this element needs an end tag" },
		{ "<title/></title>", "this element needs an end tag" },
		{ "<!-->-->", "a comment that browsers end at once" },
		{ "<!--->-->", "a comment that browsers end at once" },
		{ "<!-- -- -->", "-- inside a comment" },
		{ "<!-a>", "<!- is no comment" },
		{ "<![CDATA[x]]>", "<! that is neither comment nor doctype" },
		{ "<title><b></title>", "a < inside textarea or title" },
		{ "<script><!-- </script>", "<! inside script or style" },
		{ "<a href='\"'>", "a quote inside an address" },
		{ "<p a=\"1", "HTML is elsewhere at the end" },
		{ "<p", "HTML is elsewhere at the end" },
		{ "<!-- a", "HTML is elsewhere at the end" },
		{ "<textarea>", "HTML is elsewhere at the end" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(rows); i++)
		assert_refused_for(rows[i].template, rows[i].reason);
}

static void
a_section_is_refused_where_it_could_split_a_token(void **state)
{
	static const struct {
		const char *template;
		const char *reason;
	} rows[] = {
		{ "<{{#s}}{{/s}}p>", "in a tag's name" },
		{ "</{{#s}}{{/s}}p>", "in a tag's name" },
		{ "</p{{#s}}{{/s}}>", "in an end tag" },
		{ "<p /{{#s}}{{/s}}>", "after the / of a tag" },
		{ "<p a={{#s}}{{/s}}b>", "in an unquoted attribute value" },
		{ "<p a=b{{#s}}{{/s}}c>", "in an unquoted attribute value" },
		{ "<!{{#s}}{{/s}}doctype>", "in markup" },
		{ "<!-{{#s}}{{/s}}- -->", "in markup" },
		{ "<!doctype{{#s}}{{/s}}>", "in the doctype" },
		{ "<!--{{#s}}{{/s}}-->", "in a comment" },
		{ "<!-- {{#s}}{{/s}}-->", "in a comment" },
		{ "<!-- -{{#s}}{{/s}}->", "in a comment" },
		{ "<!-- --{{#s}}{{/s}}>", "in a comment" },
		{ "<style>{{#s}}{{/s}}</style>", "in script or style" },
		{ "<style><{{#s}}{{/s}}/style>", "in script or style" },
		{ "<title><{{#s}}{{/s}}/title>", "that may end the element" },
		{ "<p{{#s}}a{{/s}}>", "a space is missing after the tag's name" },
		{ "<p on{{#s}}{{/s}}click=\"{{v}}\">",
		    "a space is missing before the attribute's name" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(rows); i++)
		assert_refused_for(rows[i].template, rows[i].reason);
}

static void
a_value_may_be_in_textarea_and_title(void **state)
{
	(void)state;
	assert_string_equal(page("<title>{{v}}</title><textarea>{{v}}"
	    "</textarea>", "{\"v\":\"</textarea>\"}"),
	    "<title>&lt;/textarea&gt;</title><textarea>"
	    "&lt;/textarea&gt;</textarea>");
}

static void
a_section_must_end_where_it_started_in_html(void **state)
{
	(void)state;
	assert_refused("{{#s}}<p{{/s}}>");
	assert_refused("<p {{#s}}a=\"{{/s}}\">");
	assert_refused("{{#s}}<!--{{/s}} -->");
	assert_refused("{{^s}}<title>{{/s}}</title>");
	assert_refused("<a href=\"{{#s}}\" title=\"{{/s}}{{v}}\">");
	assert_refused("{{#s}}<{{/s}}p>");
}

static void
a_section_may_be_inside_a_tag(void **state)
{
	(void)state;
	assert_drawn("<input{{#s}} required{{/s}}{{#f}} checked{{/f}}>",
	    "<input required>");
	assert_drawn("<input {{#s}}required{{/s}} name=\"a\">",
	    "<input required name=\"a\">");
	assert_drawn("<input{{#s}} value=\"{{v}}\"{{/s}}>",
	    "<input value=\"v\">");
	assert_drawn("<input {{#s}}value=\"{{v}}\"{{/s}}>",
	    "<input value=\"v\">");
	assert_drawn("<p class=\"a{{#s}} b{{/s}}{{^s}} c{{/s}}\">",
	    "<p class=\"a b\">");
	assert_drawn("<a {{#s}}href=\"{{u}}\" {{/s}}>", "<a href=\"/u\" >");
}

static void
a_section_cannot_glue_a_name_together(void **state)
{
	(void)state;
	assert_refused("<s{{#s}}cript{{/s}}>");
	assert_refused("<p{{#s}}a{{/s}}>");
	assert_refused("<p on{{#s}}{{/s}}click=\"{{v}}\">");
	assert_refused("<p {{#s}}on{{/s}}click=\"{{v}}\">");
	assert_refused("<p {{#l}}click=\"{{v}}\" on{{/l}}>");
	assert_refused("<a hre{{#s}}f{{/s}}=\"{{v}}\">");
	assert_refused("<a href{{#s}}=\"{{v}}\"{{/s}}>");
	assert_refused("<a href {{#s}}=\"{{v}}\"{{/s}}>");
}

static void
sections_nested_in_a_tag_end_the_check(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_open(&b, arena);
	buf_text(&b, "<p ");
	for (i = 0; i < HTML_NESTING_MAX; i++)
		buf_text(&b, "{{#s}} ");
	buf_text(&b, "a");
	for (i = 0; i < HTML_NESTING_MAX; i++)
		buf_text(&b, "{{/s}}");
	buf_text(&b, ">");
	assert_refused_for(b.ptr, "too many sections in a tag");
}

static void
a_link_goes_only_where_it_runs_no_script(void **state)
{
	static const char *const good[] = { "/", "/a?b=c", "#a", "?a",
	    "https://a.org/", "http://a.org/", "mailto:a@b.org", "tel:+33" };
	static const char *const bad[] = { "", "a", "javascript:alert(1)",
	    "JAVASCRIPT:alert(1)", " javascript:alert(1)", "//a.org",
	    "/\\\\a.org", "/\\t/a.org", "java\\nscript:a", "data:text/html,a",
	    "data:image/png;base64,AA", "vbscript:a", "\\u0001/a", " /a" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(good); i++)
		assert_string_equal(page("<a href=\"{{v}}\">",
		    arena_printf(arena, "{\"v\":\"%s\"}", good[i])),
		    arena_printf(arena, "<a href=\"%s\">", good[i]));
	for (i = 0; i < LENGTH(bad); i++)
		assert_string_equal(page("<a href=\"{{v}}\">",
		    arena_printf(arena, "{\"v\":\"%s\"}", bad[i])), BUG);
	assert_string_equal(page("<a href=\"{{v}}\">", "{\"v\":null}"), BUG);
}

static void
each_attribute_that_holds_an_address_is_checked(void **state)
{
	static const char *const names[] = { "href", "HREF", "src", "action",
	    "formaction", "cite", "poster", "data", "xlink:href", "ping",
	    "background", "longdesc", "manifest" };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++)
		assert_string_equal(page(arena_printf(arena,
		    "<p %s='{{v}}'>", names[i]),
		    "{\"v\":\"javascript:a\"}"), BUG);
}

static void
an_address_is_checked_as_a_whole(void **state)
{
	(void)state;
	assert_string_equal(page("<a href=\"/{{v}}\">", "{\"v\":\"/a\"}"),
	    BUG);
	assert_string_equal(page("<a href=\"{{v}}{{w}}\">",
	    "{\"v\":\"/\",\"w\":\"/a\"}"), BUG);
	assert_string_equal(page("<a href=\"{{#s}}{{v}}{{/s}}{{w}}\">",
	    "{\"s\":false,\"v\":\"/\",\"w\":\"javascript:\"}"), BUG);
	assert_string_equal(page("<a href=\"java{{v}}\">",
	    "{\"v\":\"script:\"}"), BUG);
	assert_string_equal(page("<a href=\"/a/{{v}}?b={{w}}\">",
	    "{\"v\":7,\"w\":\"//\"}"), "<a href=\"/a/7?b=//\">");
	assert_string_equal(page("<img src=\"data:image/png;base64,{{v}}\">",
	    "{\"v\":\"AA==\"}"), "<img src=\"data:image/png;base64,AA==\">");
	assert_string_equal(page("<img src=\"data:image{{v}}\">",
	    "{\"v\":\"/svg\"}"), BUG);
	assert_refused("<a href='\"{{v}}'>");
}

static void
a_partial_is_checked_for_each_place_of_use(void **state)
{
	static const char partials[] = "{\"name\":\"{{v}}\","
	    "\"attribute\":\" title=\\\"{{v}}\\\"\",\"quote\":\"\\\"\","
	    "\"inside\":\"<b>\"}";
	static const char view[] = "{\"v\":\"javascript:\"}";

	(void)state;
	assert_string_equal(drawn("<p{{>attribute}}>{{>name}}</p>", view,
	    partials, 0), "<p title=\"javascript:\">javascript:</p>");
	assert_string_equal(drawn("<p class=\"{{>name}}\">", view, partials,
	    0), "<p class=\"javascript:\">");
	assert_string_equal(drawn("{{>name}}<a href=\"{{>name}}\">", view,
	    partials, 0), BUG);
	assert_string_equal(drawn("<p {{>name}}>", view, partials, 0),
	    REFUSED);
	assert_string_equal(drawn("<p onclick=\"{{>name}}\">", view, partials,
	    0), REFUSED);
	assert_string_equal(drawn("<p a=\"{{>quote}}", view, partials, 0),
	    REFUSED);
	assert_string_equal(drawn("<p {{>inside}}>", view, partials, 0),
	    REFUSED);
	assert_string_equal(drawn("<!--{{>name}}-->", view, partials, 0),
	    REFUSED);
}

static void
an_address_over_2048_bytes_cannot_go_on(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_open(&b, arena);
	buf_text(&b, "<a href=\"/");
	for (i = 0; i < 2047; i++)
		buf_char(&b, 'a');
	buf_text(&b, "{{v}}\">");
	assert_int_equal(strlen(page(b.ptr, "{\"v\":1}")), b.len - 4);
	assert_string_equal(page(arena_printf(arena, "<a href=\"/a%s",
	    b.ptr + 10), "{\"v\":1}"), BUG);
}

static void
words_stay_where_they_are_in_html(void **state)
{
	(void)state;
	assert_refused_for("<p {{#_}}title{{/_}}>", "words in a tag");
	assert_refused("<p a=\"{{#_}}\" onclick=\"{{/_}}\">");
	assert_refused("{{#_}}<b{{/_}}>");
	assert_refused("<p onclick=\"{{#_}}{{v}}{{/_}}\">");
	assert_drawn("{{#_}}<b>{{v}}</b> a{{/_}}", "<b>v</b> a");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_raw_forms_are_refused_in_html),
		cmocka_unit_test(a_value_in_a_tag_name_is_refused),
		cmocka_unit_test(a_value_in_an_attribute_name_is_refused),
		cmocka_unit_test(a_value_in_an_unquoted_attribute_value_is_refused),
		cmocka_unit_test(a_value_in_script_or_style_is_refused),
		cmocka_unit_test(a_value_in_a_comment_is_refused),
		cmocka_unit_test(a_value_in_an_event_attribute_is_refused),
		cmocka_unit_test(a_value_in_a_style_attribute_is_refused),
		cmocka_unit_test(a_value_in_an_attribute_of_markup_is_refused),
		cmocka_unit_test(elements_with_rules_of_their_own_are_refused),
		cmocka_unit_test(what_browsers_would_have_to_repair_is_refused),
		cmocka_unit_test(a_section_is_refused_where_it_could_split_a_token),
		cmocka_unit_test(a_value_may_be_in_textarea_and_title),
		cmocka_unit_test(a_section_must_end_where_it_started_in_html),
		cmocka_unit_test(a_section_may_be_inside_a_tag),
		cmocka_unit_test(a_section_cannot_glue_a_name_together),
		cmocka_unit_test(sections_nested_in_a_tag_end_the_check),
		cmocka_unit_test(a_link_goes_only_where_it_runs_no_script),
		cmocka_unit_test(each_attribute_that_holds_an_address_is_checked),
		cmocka_unit_test(an_address_is_checked_as_a_whole),
		cmocka_unit_test(a_partial_is_checked_for_each_place_of_use),
		cmocka_unit_test(an_address_over_2048_bytes_cannot_go_on),
		cmocka_unit_test(words_stay_where_they_are_in_html),
	};

	return cmocka_run_group_tests(tests, open_arena, close_arena);
}
