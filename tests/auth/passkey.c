/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passkeys: what a browser may say of a new one and of a use, and everything
 * that is refused (GDPR 32; W3C Web Authentication Level 2, 7.1 and 7.2).
 */
#include "auth/passkey.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "tests/auth/authenticator.h"

#define ANN	3
#define BOB	4

static const int algs[] = { -7, -8, -257 };
static const unsigned char root[KEY_BYTES] = { 9 };
static const unsigned char challenge[PASSKEY_CHALLENGE_BYTES] = { 1, 2, 3 };
static const struct passkey_asked asked = { { challenge, sizeof(challenge) },
	"https://office.example", "office.example" };
static const struct telling truth = { .flags = AUTHENTICATOR_BOTH,
	.count = 7 };
static struct arena *a;
static struct authenticator *t;

static int
arrange(void **state)
{
	(void)state;
	a = arena_open();
	t = authenticator_open(-7);
	return 0;
}

static int
tidy(void **state)
{
	(void)state;
	authenticator_close(t);
	arena_close(a);
	return 0;
}

static enum err
make(const struct telling *telling, struct passkey *ret_passkey)
{
	struct passkey_made made;

	authenticator_make(t, a, &asked, telling, &made);
	return passkey_read_new(a, &asked, &made, ret_passkey);
}

static enum err
use(const struct telling *telling, const struct passkey *passkey)
{
	struct passkey_use used;
	uint32_t count;

	authenticator_use(t, a, &asked, telling, &used);
	return passkey_check_use(a, &asked, passkey, &used, &count);
}

static struct passkey
made(void)
{
	struct telling first = truth;
	struct passkey passkey;

	first.count = 0;
	assert_int_equal(make(&first, &passkey), ERR_OK);
	return passkey;
}

static void
a_passkey_of_each_kind_is_read_and_proves_who_is_there(void **state)
{
	struct passkey_use used;
	struct passkey passkey;
	uint32_t count;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(algs); i++) {
		authenticator_close(t);
		t = authenticator_open(algs[i]);
		assert_int_equal(make(&truth, &passkey), ERR_OK);
		assert_int_equal(passkey.cose_alg, algs[i]);
		assert_int_equal(passkey.id.len, 16);
		assert_int_equal(passkey.count, 7);
		passkey.count = 6;
		authenticator_use(t, a, &asked, &truth, &used);
		assert_int_equal(passkey_check_use(a, &asked, &passkey, &used,
		    &count), ERR_OK);
		assert_int_equal(count, 7);
	}
}

/* Each telling is wrong in one thing. */
static const struct telling lies[] = {
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .challenge =
	    "AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .challenge = "" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .origin =
	    "https://office.example.evil.example" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .origin =
	    "https://office.example:8443" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .origin =
	    "http://office.example" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .rp_id = "example" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .rp_id =
	    "evil.example" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .more =
	    ",\"origin\":\"https://office.example\"" },
	{ .flags = AUTHENTICATOR_BOTH, .count = 7, .type = "payment.get" },
	{ .flags = AUTHENTICATOR_UP, .count = 7 },
	{ .flags = AUTHENTICATOR_UV, .count = 7 },
	{ .flags = 0, .count = 7 },
};

static void
a_new_passkey_that_is_wrong_in_anything_is_refused(void **state)
{
	struct passkey passkey;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(lies); i++)
		assert_int_equal(make(&lies[i], &passkey), ERR_INVALID);
}

static void
a_use_that_is_wrong_in_anything_is_refused(void **state)
{
	struct passkey passkey = made();
	size_t i;

	(void)state;
	assert_int_equal(use(&truth, &passkey), ERR_OK);
	for (i = 0; i < LENGTH(lies); i++)
		assert_int_equal(use(&lies[i], &passkey), ERR_INVALID);
}

static void
a_new_one_is_no_use_and_a_use_is_no_new_one(void **state)
{
	struct telling swapped = truth;
	struct passkey passkey = made();

	(void)state;
	swapped.type = "webauthn.get";
	assert_int_equal(make(&swapped, &passkey), ERR_INVALID);
	swapped.type = "webauthn.create";
	assert_int_equal(use(&swapped, &passkey), ERR_INVALID);
}

static void
what_a_frame_of_another_site_asked_is_refused(void **state)
{
	struct passkey passkey = made();
	struct passkey_use used;
	char *at;
	char *text;
	uint32_t count;

	(void)state;
	authenticator_use(t, a, &asked, &truth, &used);
	text = arena_textn(a, used.client_data.ptr, used.client_data.len);
	at = strstr(text, "false}");
	assert_non_null(at);
	memcpy(at, "true }", 6);
	used.client_data = text_bytes(text);
	assert_int_equal(passkey_check_use(a, &asked, &passkey, &used,
	    &count), ERR_INVALID);
}

static void
who_vouches_for_the_device_is_not_believed(void **state)
{
	struct telling vouched = truth;
	struct passkey passkey;

	(void)state;
	vouched.format = "packed";
	assert_int_equal(make(&vouched, &passkey), ERR_INVALID);
	vouched.format = "None";
	assert_int_equal(make(&vouched, &passkey), ERR_INVALID);
}

static void
more_or_less_than_an_attestation_is_refused(void **state)
{
	struct passkey_made whole, cut;
	struct passkey passkey;
	unsigned char *longer;
	size_t len;

	(void)state;
	authenticator_make(t, a, &asked, &truth, &whole);
	cut = whole;
	for (len = 0; len < whole.attestation.len; len++) {
		cut.attestation.len = len;
		assert_int_equal(passkey_read_new(a, &asked, &cut, &passkey),
		    ERR_INVALID);
	}
	longer = arena_take(a, whole.attestation.len + 1);
	memcpy(longer, whole.attestation.ptr, whole.attestation.len);
	cut.attestation = (struct bytes){ longer, whole.attestation.len + 1 };
	assert_int_equal(passkey_read_new(a, &asked, &cut, &passkey),
	    ERR_INVALID);
}

static void
a_key_of_no_kind_that_we_check_is_refused(void **state)
{
	struct passkey_made whole;
	struct passkey passkey;
	unsigned char *bytes;
	size_t at;

	(void)state;
	authenticator_make(t, a, &asked, &truth, &whole);
	bytes = arena_take(a, whole.attestation.len);
	memcpy(bytes, whole.attestation.ptr, whole.attestation.len);
	at = whole.attestation.len - 77 + 4;	/* "alg" of the key */
	assert_int_equal(bytes[at], 0x26);
	bytes[at] = 0x2e;			/* ES256K: -47 needs more */
	whole.attestation.ptr = bytes;
	assert_int_equal(passkey_read_new(a, &asked, &whole, &passkey),
	    ERR_INVALID);
}

/* Try ${use} with each byte of ${part}, which is in it, another one. */
static void
flip(const struct passkey *passkey, struct passkey_use *used,
    struct bytes *part)
{
	const struct bytes whole = *part;
	unsigned char *bytes = arena_take(a, whole.len);
	uint32_t count;
	size_t i;

	memcpy(bytes, whole.ptr, whole.len);
	part->ptr = bytes;
	for (i = 0; i < whole.len; i++) {
		bytes[i] ^= 0x01;
		assert_int_equal(passkey_check_use(a, &asked, passkey, used,
		    &count), ERR_INVALID);
		bytes[i] ^= 0x01;
	}
	*part = whole;
}

static void
no_byte_of_an_answer_may_change(void **state)
{
	struct passkey passkey;
	struct passkey_use used;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(algs); i++) {
		authenticator_close(t);
		t = authenticator_open(algs[i]);
		passkey = made();
		authenticator_use(t, a, &asked, &truth, &used);
		flip(&passkey, &used, &used.client_data);
		flip(&passkey, &used, &used.auth_data);
		flip(&passkey, &used, &used.signature);
	}
}

static void
the_key_of_somebody_else_proves_nothing(void **state)
{
	struct passkey anns = made();
	struct authenticator *bobs = authenticator_open(-7);
	struct passkey_use used;
	uint32_t count;

	(void)state;
	authenticator_use(bobs, a, &asked, &truth, &used);
	assert_int_equal(passkey_check_use(a, &asked, &anns, &used, &count),
	    ERR_INVALID);
	anns.cose_alg = -8;
	assert_int_equal(use(&truth, &anns), ERR_INVALID);
	authenticator_close(bobs);
}

static void
a_counter_that_does_not_go_up_is_that_of_a_copy(void **state)
{
	static const struct {
		uint32_t before, now;
		enum err e;
	} steps[] = {
		{ 0, 0, ERR_OK }, { 0, 1, ERR_OK }, { 5, 6, ERR_OK },
		{ 5, 5, ERR_CONFLICT }, { 5, 4, ERR_CONFLICT },
		{ 5, 0, ERR_CONFLICT },
		{ UINT32_MAX - 1, UINT32_MAX, ERR_OK },
		{ UINT32_MAX, 1, ERR_CONFLICT },
	};
	struct passkey passkey = made();
	struct telling telling = truth;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(steps); i++) {
		passkey.count = steps[i].before;
		telling.count = steps[i].now;
		assert_int_equal(use(&telling, &passkey), steps[i].e);
	}
	passkey.count = 9;	/* what is not signed is no copy either */
	telling.origin = "https://evil.example";
	assert_int_equal(use(&telling, &passkey), ERR_INVALID);
}

static void
the_site_is_named_as_browsers_name_it(void **state)
{
	static const struct {
		const char *url, *origin, *rp_id;
	} sites[] = {
		{ "https://office.example", "https://office.example",
		    "office.example" },
		{ "https://Office.Example:443", "https://office.example",
		    "office.example" },
		{ "https://office.example:8443",
		    "https://office.example:8443", "office.example" },
		{ "https://office.example:4430",
		    "https://office.example:4430", "office.example" },
		{ "https://office.example:80", "https://office.example:80",
		    "office.example" },
		{ "http://localhost:80", "http://localhost", "localhost" },
		{ "http://localhost:8081", "http://localhost:8081",
		    "localhost" },
		{ "https://office.example/assent", "https://office.example",
		    "office.example" },
	};
	struct passkey_asked site;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(sites); i++) {
		passkey_site(a, sites[i].url, &site);
		assert_string_equal(site.origin, sites[i].origin);
		assert_string_equal(site.rp_id, sites[i].rp_id);
	}
}

static void
a_passkey_that_was_written_into_the_table_opens_nothing(void **state)
{
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct passkey passkey = made();
	struct bytes mac = passkey_mac(a, keys, ANN, &passkey);
	struct passkey other = passkey;

	(void)state;
	assert_true(passkey_is_ours(keys, ANN, &passkey, mac));
	assert_false(passkey_is_ours(keys, BOB, &passkey, mac));
	other.cose_alg = -257;
	assert_false(passkey_is_ours(keys, ANN, &other, mac));
	other = passkey;
	other.key.len--;
	assert_false(passkey_is_ours(keys, ANN, &other, mac));
	other = passkey;
	other.id.len--;
	assert_false(passkey_is_ours(keys, ANN, &other, mac));
	mac.len = 0;
	assert_false(passkey_is_ours(keys, ANN, &passkey, mac));
	keys_close(keys);
}

static void
owners_are_told_apart_by_site_and_by_number(void **state)
{
	const struct passkey_asked elsewhere = { asked.challenge,
	    "https://office.other.example", "office.other.example" };
	struct bytes ann = passkey_user(a, &asked, ANN);

	(void)state;
	assert_int_equal(ann.len, 16);
	assert_memory_equal(ann.ptr, passkey_user(a, &asked, ANN).ptr, 16);
	assert_memory_not_equal(ann.ptr, passkey_user(a, &asked, BOB).ptr,
	    16);
	assert_memory_not_equal(ann.ptr, passkey_user(a, &elsewhere,
	    ANN).ptr, 16);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, arrange, tidy)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_passkey_of_each_kind_is_read_and_proves_who_is_there),
		TEST(a_new_passkey_that_is_wrong_in_anything_is_refused),
		TEST(a_use_that_is_wrong_in_anything_is_refused),
		TEST(a_new_one_is_no_use_and_a_use_is_no_new_one),
		TEST(what_a_frame_of_another_site_asked_is_refused),
		TEST(who_vouches_for_the_device_is_not_believed),
		TEST(more_or_less_than_an_attestation_is_refused),
		TEST(a_key_of_no_kind_that_we_check_is_refused),
		TEST(no_byte_of_an_answer_may_change),
		TEST(the_key_of_somebody_else_proves_nothing),
		TEST(a_counter_that_does_not_go_up_is_that_of_a_copy),
		TEST(the_site_is_named_as_browsers_name_it),
		TEST(a_passkey_that_was_written_into_the_table_opens_nothing),
		TEST(owners_are_told_apart_by_site_and_by_number),
	};

	return cmocka_run_group_tests_name("passkey", tests, NULL, NULL);
}
