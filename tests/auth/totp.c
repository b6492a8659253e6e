/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The second factor: RFC 6238's own vectors, replays, recovery codes
 * (GDPR 32).  Linked with a cheap cost.
 */
#include "auth/totp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>

#include "auth/recovery.h"
#include "base/clock.h"

static const struct bytes secret = {
	(const unsigned char *)"12345678901234567890", 20
};
static const unsigned char root[KEY_BYTES] = { 9 };

static void
the_vectors_of_rfc_6238_pass(void **state)
{
	static const struct {
		int64_t at_s;
		const char *code;	/* the last six of appendix B's eight */
		uint64_t step;
	} vectors[] = {
		{ 59, "287082", 0x1 },
		{ 1111111109, "081804", 0x23523EC },
		{ 1111111111, "050471", 0x23523ED },
		{ 1234567890, "005924", 0x273EF07 },
		{ 2000000000, "279037", 0x3F940AA },
		{ 20000000000, "353130", 0x27BC86AA },
	};
	uint64_t step;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(vectors); i++) {
		step = 0;
		assert_int_equal(totp_check(secret, vectors[i].code,
		    vectors[i].at_s * SECOND_US, 0, &step), ERR_OK);
		assert_true(step == vectors[i].step);
	}
}

static void
a_code_is_good_in_its_step_and_the_next_only(void **state)
{
	const int64_t start = INT64_C(0x23523EC) * TOTP_STEP_S * SECOND_US;
	const int64_t length = TOTP_STEP_S * SECOND_US;
	uint64_t step;

	(void)state;
	assert_int_equal(totp_check(secret, "081804", start - 1, 0, &step),
	    ERR_INVALID);
	assert_int_equal(totp_check(secret, "081804", start, 0, &step), ERR_OK);
	assert_int_equal(totp_check(secret, "081804", start + 2 * length - 1,
	    0, &step), ERR_OK);
	assert_true(step == 0x23523EC);
	assert_int_equal(totp_check(secret, "081804", start + 2 * length, 0,
	    &step), ERR_INVALID);
}

static void
a_code_is_good_once_and_earlier_codes_never_again(void **state)
{
	const int64_t at_us = INT64_C(1111111111) * SECOND_US;
	uint64_t step = 77;

	(void)state;
	assert_int_equal(totp_check(secret, "050471", at_us, 0x23523EC, &step),
	    ERR_OK);
	assert_true(step == 0x23523ED);
	step = 77;
	assert_int_equal(totp_check(secret, "050471", at_us, 0x23523ED, &step),
	    ERR_INVALID);
	assert_int_equal(totp_check(secret, "081804", at_us, 0x23523ED, &step),
	    ERR_INVALID);
	assert_int_equal(totp_check(secret, "081804", at_us, 0x23523EC, &step),
	    ERR_INVALID);
	assert_true(step == 77);
}

static void
a_code_is_six_digits_and_spaces_pass(void **state)
{
	static const char *const refused[] = {
		"", "05047", "0504711", "05047a", "-50471", "+50471",
		"14050471", "050472", "05 04 7", "0x0471", "050471\n",
	};
	const int64_t at_us = INT64_C(1111111111) * SECOND_US;
	uint64_t step;
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(refused); i++)
		if (totp_check(secret, refused[i], at_us, 0, &step) !=
		    ERR_INVALID)
			fail_msg("passed: %s", refused[i]);
	assert_int_equal(totp_check(secret, " 050 471 ", at_us, 0, &step),
	    ERR_OK);
}

static void
a_secret_is_160_random_bits_in_32_letters(void **state)
{
	struct arena *a = arena_open();
	struct bytes one = totp_secret(a), two = totp_secret(a);

	(void)state;
	assert_int_equal(one.len, 20);
	assert_memory_not_equal(one.ptr, two.ptr, 20);
	assert_int_equal(strlen(totp_base32(a, one)), 32);
	assert_string_equal(totp_base32(a, secret),
	    "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
	assert_string_equal(totp_base32(a, (struct bytes){ secret.ptr, 1 }),
	    "GE");
	arena_close(a);
}

static void
the_address_for_the_telephone_is_escaped(void **state)
{
	struct arena *a = arena_open();

	(void)state;
	assert_string_equal(
	    totp_uri(a, "Voyages: Démo & Cie", "dpo+x@example.org", secret),
	    "otpauth://totp/Voyages%20%20D%C3%A9mo%20%26%20Cie:"
	    "dpo%2Bx%40example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	    "&issuer=Voyages%20%20D%C3%A9mo%20%26%20Cie"
	    "&algorithm=SHA1&digits=6&period=30");
	arena_close(a);
}

static void
a_qr_code_is_one_path_without_style(void **state)
{
	struct arena *a = arena_open();
	struct totp_qr qr;
	const char *svg;

	(void)state;
	assert_int_equal(totp_qr(a, "HELLO", &qr), ERR_OK);
	assert_int_equal(qr.size, 21 + 8);
	assert_true(strncmp(qr.path, "M4 4h7v1h-7z", 12) == 0);
	assert_int_equal(strspn(qr.path, "Mhvz- 0123456789"),
	    strlen(qr.path));
	svg = totp_qr_svg(a, &qr);
	assert_non_null(strstr(svg, "viewBox=\"0 0 29 29\""));
	assert_non_null(strstr(svg, qr.path));
	assert_null(strstr(svg, "style"));
	arena_close(a);
}

static void
what_no_qr_code_can_hold_is_refused(void **state)
{
	struct arena *a = arena_open();
	struct totp_qr qr;
	char *text = arena_take(a, 4001);

	(void)state;
	memset(text, 'x', 4000);
	assert_int_equal(totp_qr(a, text, &qr), ERR_TOOLARGE);
	arena_close(a);
}

static void
ten_recovery_codes_differ_and_each_finds_its_row(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct recovery_set set;
	struct recovery_rows rows = { 5, set.kept, RECOVERY_CODES };
	size_t i, j, found;

	(void)state;
	assert_int_equal(recovery_new(a, keys, 5, &set), ERR_OK);
	for (i = 0; i < RECOVERY_CODES; i++) {
		assert_int_equal(strlen(set.codes[i]), 14);
		for (j = 0; j < i; j++)
			assert_string_not_equal(set.codes[i], set.codes[j]);
		assert_int_equal(recovery_check(a, keys, &rows, set.codes[i],
		    &found), ERR_OK);
		assert_int_equal(found, i);
	}
	keys_close(keys);
	arena_close(a);
}

static void
a_recovery_code_is_read_as_people_type_it(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct recovery_set set;
	struct recovery_rows rows = { 5, set.kept, RECOVERY_CODES };
	char typed[32], *p;
	size_t found;

	(void)state;
	assert_int_equal(recovery_new(a, keys, 5, &set), ERR_OK);
	snprintf(typed, sizeof(typed), " %.4s %.4s%s", set.codes[7],
	    set.codes[7] + 5, set.codes[7] + 10);
	for (p = typed; *p != '\0'; p++) {
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p - 'A' + 'a');
		else if (*p == '0')
			*p = 'o';
		else if (*p == '1')
			*p = 'L';
	}
	assert_int_equal(recovery_check(a, keys, &rows, typed, &found), ERR_OK);
	assert_int_equal(found, 7);
	keys_close(keys);
	arena_close(a);
}

static void
a_recovery_code_of_another_person_or_key_opens_nothing(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct keys *other = keys_from_root(root, 2, 2, KEYS_OFFICE);
	struct recovery_set set;
	struct recovery_rows rows = { 6, set.kept, RECOVERY_CODES };
	struct recovery_rows own = { 5, set.kept, RECOVERY_CODES };
	struct recovery_rows none = { 5, set.kept, 0 };
	size_t found = 99;

	(void)state;
	assert_int_equal(recovery_new(a, keys, 5, &set), ERR_OK);
	assert_int_equal(recovery_check(a, keys, &rows, set.codes[0], &found),
	    ERR_INVALID);
	assert_int_equal(recovery_check(a, other, &own, set.codes[0], &found),
	    ERR_INVALID);
	assert_int_equal(recovery_check(a, keys, &none, set.codes[0], &found),
	    ERR_INVALID);
	assert_int_equal(recovery_check(a, keys, &own, "0000-0000-0000",
	    &found), ERR_INVALID);
	assert_int_equal(recovery_check(a, keys, &own, "0000-0000-000", &found),
	    ERR_INVALID);
	assert_int_equal(recovery_check(a, keys, &own, "", &found),
	    ERR_INVALID);
	set.kept[0].len--;
	assert_int_equal(recovery_check(a, keys, &own, set.codes[0], &found),
	    ERR_INVALID);
	assert_int_equal(found, 99);
	keys_close(keys);
	keys_close(other);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_6238_pass),
		cmocka_unit_test(a_code_is_good_in_its_step_and_the_next_only),
		cmocka_unit_test(
		    a_code_is_good_once_and_earlier_codes_never_again),
		cmocka_unit_test(a_code_is_six_digits_and_spaces_pass),
		cmocka_unit_test(a_secret_is_160_random_bits_in_32_letters),
		cmocka_unit_test(the_address_for_the_telephone_is_escaped),
		cmocka_unit_test(a_qr_code_is_one_path_without_style),
		cmocka_unit_test(what_no_qr_code_can_hold_is_refused),
		cmocka_unit_test(
		    ten_recovery_codes_differ_and_each_finds_its_row),
		cmocka_unit_test(a_recovery_code_is_read_as_people_type_it),
		cmocka_unit_test(
		    a_recovery_code_of_another_person_or_key_opens_nothing),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("auth/totp", tests, NULL, NULL);
}
