/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mail as one sealed text: what goes in comes out, only for the courier, and
 * only beside its own row (GDPR 32(1)(a)).
 */
#include "outbox/outbox.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "keys/hash.h"

static const unsigned char root[KEY_BYTES] = { 7, 7, 7 };
static const struct config config = {
	.portal_url = "https://Privacy.Example.org:8443"
};

static struct arena *a;
static struct keys *portal, *courier;
static struct outbox *outbox;
static json_t *view;

static int
set_up(void **state)
{
	(void)state;
	a = arena_open();
	portal = keys_from_root(root, 1, 1, KEYS_PORTAL);
	courier = keys_from_root(root, 1, 1, KEYS_COURIER);
	view = json_pack("{s:s, s:[i, i]}", "name", "Zo\xc3\xab", "n", 1, 2);
	return outbox_open(&config, portal, &outbox) == ERR_OK ? 0 : -1;
}

static int
tear_down(void **state)
{
	(void)state;
	json_decref(view);
	outbox_close(outbox);
	keys_close(portal);
	keys_close(courier);
	arena_close(a);
	return 0;
}

static struct outbox_mail
some_mail(void)
{
	return (struct outbox_mail){ .template = "forms_confirm",
	    .language = "fr", .to = "zoe@xn--bcher-kva.example",
	    .contact_id = 5, .view = view };
}

static void
a_mail_opens_as_it_was_sealed(void **state)
{
	static const unsigned char bytes[] = { 0, 255, 10, 13 };
	struct outbox_file files[] = {
		{ "re\xc3\xa7u.jws", "application/jose", { bytes, 4 } },
		{ "empty.txt", "text/plain", { bytes, 0 } }
	};
	struct outbox_mail mail = some_mail();
	struct outbox_letter letter;
	struct bytes sealed;

	(void)state;
	mail.files = files;
	mail.n_files = 2;
	mail.unsubscribe = "/unsubscribe/abc_-9";
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed), ERR_OK);
	assert_int_equal(outbox_unseal(courier, a, &mail, "1@h", sealed,
	    &letter), ERR_OK);
	assert_string_equal(letter.to, mail.to);
	assert_string_equal(letter.unsubscribe, mail.unsubscribe);
	assert_true(json_equal(letter.view, view));
	assert_int_equal(letter.n_files, 2);
	assert_string_equal(letter.files[0].name, files[0].name);
	assert_string_equal(letter.files[0].type, files[0].type);
	assert_int_equal(letter.files[0].bytes.len, 4);
	assert_memory_equal(letter.files[0].bytes.ptr, bytes, 4);
	assert_int_equal(letter.files[1].bytes.len, 0);
	json_decref(letter.view);
}

static void
what_is_stored_shows_neither_address_nor_words(void **state)
{
	struct outbox_mail mail = some_mail();
	struct bytes sealed;
	size_t i;

	(void)state;
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed), ERR_OK);
	for (i = 0; i + 4 < sealed.len; i++) {
		assert_memory_not_equal(sealed.ptr + i, "zoe@", 4);
		assert_memory_not_equal(sealed.ptr + i, "name", 4);
	}
}

static void
a_mail_moved_to_another_row_does_not_open(void **state)
{
	struct outbox_mail mail = some_mail(), other = some_mail();
	struct outbox_letter letter;
	struct bytes sealed;

	(void)state;
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed), ERR_OK);
	assert_int_equal(outbox_unseal(courier, a, &mail, "2@h", sealed,
	    &letter), ERR_MALFORMED);
	other.template = "erasure_done";
	assert_int_equal(outbox_unseal(courier, a, &other, "1@h", sealed,
	    &letter), ERR_MALFORMED);
	other = mail;
	other.language = "en";
	assert_int_equal(outbox_unseal(courier, a, &other, "1@h", sealed,
	    &letter), ERR_MALFORMED);
}

static void
a_mail_that_cannot_be_meant_is_a_bug(void **state)
{
	static const char *const wrong_to[] = { "", "a", "a@b\r\nRCPT TO:<c@d>",
	    "<a@b.org>", "A@B.ORG\n", "a b@c.org", "a@bücher.example", NULL };
	static const char *const wrong_path[] = { "", "/", "//evil.org/x",
	    "https://evil.org", "/a b", "/a\r\nBcc: x@y", "/<x>" };
	struct outbox_mail mail;
	static const char *const wrong_name[] = { "", ".x", "../x", "a/b",
	    "a\\b", "a\"b", "a\nb", ("a\xe2\x80\xae" "b"), "\xff" };
	struct outbox_file file = { NULL, "text/plain", { NULL, 0 } };
	struct bytes sealed;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(wrong_to); i++) {
		mail = some_mail();
		mail.to = wrong_to[i];
		assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
		    ERR_BUG);
	}
	for (i = 0; i < LENGTH(wrong_path); i++) {
		mail = some_mail();
		mail.unsubscribe = wrong_path[i];
		assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
		    ERR_BUG);
	}
	mail = some_mail();
	mail.template = "../forms";
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
	    ERR_BUG);
	mail = some_mail();
	mail.language = "fr_FR";
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
	    ERR_BUG);
	mail = some_mail();
	mail.files = &file;
	mail.n_files = 1;
	for (i = 0; i < LENGTH(wrong_name); i++) {
		file.name = wrong_name[i];
		assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
		    ERR_BUG);
	}
	file.name = "x";
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
	    ERR_OK);
	file.type = "text/plain\r\nX: y";
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
	    ERR_BUG);
	file.type = "text/plain";
	file.bytes.ptr = arena_take(a, OUTBOX_MAIL_MAX_BYTES + 1);
	file.bytes.len = OUTBOX_MAIL_MAX_BYTES + 1;
	assert_int_equal(outbox_seal(outbox, a, &mail, "1@h", &sealed),
	    ERR_BUG);
}

static void
only_a_letter_of_ours_is_read(void **state)
{
	static const char good[] = "{\"to\":\"a@b.org\",\"unsubscribe\":null,"
	    "\"view\":{},\"files\":[]}";
	static const char *const wrong[] = { "", "[]", "{}", "null",
	    "{\"to\":\"a@b.org\",\"unsubscribe\":null,\"view\":[],\"files\":[]}",
	    "{\"to\":\"a@b.org\",\"unsubscribe\":1,\"view\":{},\"files\":[]}",
	    "{\"to\":\"a@b.org\",\"view\":{},\"files\":[]}",
	    "{\"to\":\"a b@c.org\",\"unsubscribe\":null,\"view\":{},\"files\":[]}",
	    "{\"to\":\"a@b.org\",\"to\":\"c@d.org\",\"unsubscribe\":null,\"view\":{},\"files\":[]}",
	    "{\"to\":\"a@b.org\",\"unsubscribe\":null,\"view\":{},\"files\":[1]}",
	    "{\"to\":\"a@b.org\",\"unsubscribe\":null,\"view\":{},\"files\":"
	    "[{\"name\":\"x\",\"type\":\"a/b\",\"data\":\"A\"}]}",
	    "{\"to\":\"a@b.org\",\"unsubscribe\":null,\"view\":{},\"files\":"
	    "[{},{},{},{},{}]}" };
	struct outbox_letter letter;
	size_t i;

	(void)state;
	assert_int_equal(outbox_letter_read(a, (struct bytes){
	    (const unsigned char *)good, sizeof(good) - 1 }, &letter), ERR_OK);
	json_decref(letter.view);
	for (i = 0; i < LENGTH(wrong); i++)
		assert_int_equal(outbox_letter_read(a, (struct bytes){
		    (const unsigned char *)wrong[i], strlen(wrong[i]) },
		    &letter), ERR_MALFORMED);
}

static void
message_ids_differ_and_name_the_host(void **state)
{
	const char *one = outbox_message_id(outbox, a);
	const char *two = outbox_message_id(outbox, a);

	(void)state;
	assert_string_not_equal(one, two);
	assert_int_equal(strspn(one, "0123456789abcdef"), 32);
	assert_string_equal(one + 32, "@privacy.example.org");
}

static void
a_host_is_one_that_a_message_id_may_have(void **state)
{
	char *url = arena_take(a, 300);

	(void)state;
	assert_string_equal(outbox_host(a, "http://localhost:8080"),
	    "localhost");
	assert_string_equal(outbox_host(a, "http://[::1]:80"), "localhost");
	assert_string_equal(outbox_host(a, "https://a_b.org"), "localhost");
	assert_string_equal(outbox_host(a, "https://x.org/a"), "x.org");
	memset(url, 'a', 200);
	memcpy(url, "https://", 8);
	url[40] = url[130] = '.';
	assert_int_equal(strlen(outbox_host(a, url)), 69);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_opens_as_it_was_sealed),
		cmocka_unit_test(what_is_stored_shows_neither_address_nor_words),
		cmocka_unit_test(a_mail_moved_to_another_row_does_not_open),
		cmocka_unit_test(a_mail_that_cannot_be_meant_is_a_bug),
		cmocka_unit_test(only_a_letter_of_ours_is_read),
		cmocka_unit_test(message_ids_differ_and_name_the_host),
		cmocka_unit_test(a_host_is_one_that_a_message_id_may_have),
	};

	return cmocka_run_group_tests_name("outbox", tests, set_up, tear_down);
}
