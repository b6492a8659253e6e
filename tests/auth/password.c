/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passwords: which are refused and why, and that a row written by somebody
 * else is worth nothing (GDPR 32).  Linked with a cheap cost.
 */
#include "auth/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sodium.h>

#include "base/clock.h"

#define HASH_64 "$argon2id$v=19$m=65536,t=3,p=1$"
#define SALT "AAECAwQFBgcICQoLDA0ODw"
#define SUM "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

static const unsigned char root[KEY_BYTES] = { 7 };
static const char good[] = "lampe carotte tunnel violon";

struct fixture {
	struct arena *a;
	struct keys *keys;
};

static int
set_up(void **state)
{
	struct fixture *f = malloc(sizeof(*f));

	assert_non_null(f);
	f->a = arena_open();
	f->keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	keys_close(f->keys);
	arena_close(f->a);
	free(f);
	return 0;
}

static void
a_kept_password_verifies_and_another_does_not(void **state)
{
	struct fixture *f = *state;
	struct password_kept kept;
	bool again = true;

	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 12, good,
	    &kept), ERR_OK);
	assert_null(strstr(kept.hash, "carotte"));
	assert_int_equal(password_verify(f->keys, &kept, good, &again), ERR_OK);
	assert_false(again);
	assert_int_equal(password_verify(f->keys, &kept,
	    "lampe carotte tunnel violo", &again), ERR_INVALID);
	assert_int_equal(password_verify(f->keys, &kept,
	    "lampe carotte tunnel violon ", &again), ERR_INVALID);
	assert_int_equal(password_verify(f->keys, &kept,
	    "Lampe carotte tunnel violon", &again), ERR_INVALID);
	assert_int_equal(password_verify(f->keys, &kept, "", &again),
	    ERR_INVALID);
}

static void
two_hashes_of_one_password_differ(void **state)
{
	struct fixture *f = *state;
	struct password_kept one, two;

	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 12, good,
	    &one), ERR_OK);
	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 12, good,
	    &two), ERR_OK);
	assert_string_not_equal(one.hash, two.hash);
}

static void
a_hash_moved_to_another_account_is_refused(void **state)
{
	struct fixture *f = *state;
	struct password_kept kept, moved;
	bool again;

	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 12, good,
	    &kept), ERR_OK);
	moved = kept;
	moved.id = 13;
	assert_int_equal(password_verify(f->keys, &moved, good, &again),
	    ERR_INVALID);
	moved = kept;
	moved.door = PASSWORD_OFFICE;
	assert_int_equal(password_verify(f->keys, &moved, good, &again),
	    ERR_INVALID);
}

static void
a_planted_hash_of_a_known_password_is_refused(void **state)
{
	struct fixture *f = *state;
	struct password_kept kept, planted;
	char hash[crypto_pwhash_STRBYTES];
	bool again;

	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 12, good,
	    &kept), ERR_OK);
	assert_int_equal(crypto_pwhash_str(hash, "evil", 4, 1, 65536), 0);
	planted = kept;
	planted.hash = hash;
	assert_int_equal(password_verify(f->keys, &planted, "evil", &again),
	    ERR_INVALID);
	planted.mac = (struct bytes){ NULL, 0 };
	assert_int_equal(password_verify(f->keys, &planted, "evil", &again),
	    ERR_INVALID);
	planted.mac = (struct bytes){ kept.mac.ptr, 16 };
	assert_int_equal(password_verify(f->keys, &planted, "evil", &again),
	    ERR_INVALID);
}

static void
a_planted_cost_of_4_gib_is_never_computed(void **state)
{
	struct fixture *f = *state;
	struct password_kept planted = {
		.door = PASSWORD_PORTAL,
		.id = 12,
		.hash = "$argon2id$v=19$m=4194304,t=9,p=1$" SALT "$" SUM,
	};
	int64_t from;
	bool again;

	planted.mac.ptr = arena_take(f->a, HASH_BYTES);
	planted.mac.len = HASH_BYTES;
	from = clock_ticks_us();
	assert_int_equal(password_verify(f->keys, &planted, "x", &again),
	    ERR_INVALID);
	assert_true(clock_ticks_us() - from < SECOND_US);
}

static void
a_cost_over_the_limit_is_refused_even_under_our_mac(void **state)
{
	struct fixture *f = *state;
	struct password_kept kept = { .door = PASSWORD_PORTAL, .id = 12 };
	unsigned char mac[HASH_BYTES];
	char hash[crypto_pwhash_STRBYTES];
	bool again;

	assert_int_equal(crypto_pwhash_str(hash, good, strlen(good), 5, 8192),
	    0);
	mac_text(key_get(f->keys, KEY_PASSWORD),
	    arena_printf(f->a, "assent/password/1|portal|12|%s", hash), mac);
	kept.hash = hash;
	kept.mac = (struct bytes){ mac, sizeof(mac) };
	assert_int_equal(password_verify(f->keys, &kept, good, &again),
	    ERR_INVALID);
	assert_int_equal(crypto_pwhash_str(hash, good, strlen(good), 4, 8192),
	    0);
	mac_text(key_get(f->keys, KEY_PASSWORD),
	    arena_printf(f->a, "assent/password/1|portal|12|%s", hash), mac);
	assert_int_equal(password_verify(f->keys, &kept, good, &again), ERR_OK);
	assert_true(again);
}

/* The least time, of many tries, that it takes to refuse a wrong password. */
static int64_t
least_us(const struct keys *keys, const struct password_kept *kept)
{
	int64_t least = INT64_MAX, from, took;
	bool again;
	int i;

	for (i = 0; i < 50; i++) {
		from = clock_ticks_us();
		assert_int_equal(password_verify(keys, kept, "no", &again),
		    ERR_INVALID);
		took = clock_ticks_us() - from;
		if (took < least)
			least = took;
	}
	return least;
}

static void
an_unknown_account_or_a_planted_row_takes_as_long_as_a_real_one(void **state)
{
	struct fixture *f = *state;
	struct password_kept kept, planted;
	int64_t real_us;

	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 12, good,
	    &kept), ERR_OK);
	planted = kept;
	planted.id = 13;
	real_us = least_us(f->keys, &kept);
	assert_true(real_us > 10);
	assert_true(least_us(f->keys, NULL) > real_us / 2);
	assert_true(least_us(f->keys, &planted) > real_us / 2);
}

static void
a_password_over_1024_bytes_is_neither_kept_nor_checked(void **state)
{
	struct fixture *f = *state;
	struct password_kept kept;
	char text[PASSWORD_MAX_BYTES + 2];
	bool again;

	memset(text, 'x', sizeof(text));
	text[PASSWORD_MAX_BYTES + 1] = '\0';
	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 1, text,
	    &kept), ERR_INVALID);
	text[PASSWORD_MAX_BYTES] = '\0';
	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 1, text,
	    &kept), ERR_OK);
	assert_int_equal(password_verify(f->keys, &kept, text, &again), ERR_OK);
	text[PASSWORD_MAX_BYTES - 1] = 'y';
	assert_int_equal(password_verify(f->keys, &kept, text, &again),
	    ERR_INVALID);
}

static void
a_hash_of_another_cost_or_an_earlier_key_asks_for_a_new_one(void **state)
{
	struct fixture *f = *state;
	struct keys *later = keys_from_root(root, 1, 2, KEYS_PORTAL);
	struct keys *forgot = keys_from_root(root, 2, 2, KEYS_PORTAL);
	struct password_kept kept;
	bool again = false;

	assert_int_equal(password_keep(f->a, f->keys, PASSWORD_PORTAL, 12, good,
	    &kept), ERR_OK);
	assert_int_equal(password_verify(later, &kept, good, &again), ERR_OK);
	assert_true(again);
	assert_int_equal(password_verify(forgot, &kept, good, &again),
	    ERR_INVALID);
	keys_close(later);
	keys_close(forgot);
}

static void
only_hashes_of_an_allowed_cost_and_exact_form_are_read(void **state)
{
	static const char *const refused[] = {
		"", "$", "x",
		"$argon2i$v=19$m=65536,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=16$m=65536,t=3,p=1$" SALT "$" SUM,
		"$argon2id$m=65536,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=65537,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=4294967296,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=99999999999999999999,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=7,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=065536,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=+65536,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m= 65536,t=3,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=65536,t=5,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=65536,t=0,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=65536,t=3,p=2$" SALT "$" SUM,
		"$argon2id$v=19$m=65536,t=3,p=0$" SALT "$" SUM,
		"$argon2id$v=19$t=3,m=65536,p=1$" SALT "$" SUM,
		"$argon2id$v=19$m=65536,t=3,p=1,data=x$" SALT "$" SUM,
		HASH_64 SALT "$" SUM "A",
		HASH_64 SALT "$" SUM "$",
		HASH_64 SALT "$" SUM " ",
		HASH_64 SALT "A$" SUM,
		HASH_64 "AAECAwQFBgcICQoLDA0OD" "$" SUM,
		HASH_64 "AAECAwQFBgcICQoLDA0ODx" "$" SUM,
		HASH_64 "AAECAwQFBgcICQoLDA0O_w" "$" SUM,
		HASH_64 SALT "$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9",
		HASH_64 SALT "$",
		HASH_64 SALT,
		HASH_64,
		" " HASH_64 SALT "$" SUM,
		HASH_64 SALT "$" SUM "\n",
	};
	struct password_cost cost = { 1, 2 };
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(refused); i++)
		if (password_hash_read(refused[i], &cost) != ERR_INVALID)
			fail_msg("read: %s", refused[i]);
	assert_int_equal(password_hash_read(NULL, &cost), ERR_INVALID);
	assert_int_equal(cost.memory_kib, 1);
	assert_int_equal(password_hash_read(HASH_64 SALT "$" SUM, &cost),
	    ERR_OK);
	assert_int_equal(cost.memory_kib, 65536);
	assert_int_equal(cost.passes, 3);
}

static enum password_fault
judge(void *fixture, enum password_door door, const char *password)
{
	static const char *const site[] = { "Voyages Démo", "Strasbourg",
		NULL };
	static const char *const own[] = { "Élodie", "D'Arcourt",
		"elo.dupuis@bergamote.example", NULL };
	struct fixture *f = fixture;

	return password_judge(f->a, door, password, site, own);
}

static void
a_password_of_the_portal_has_15_characters_and_one_of_the_office_12(void **state)
{
	assert_int_equal(judge(*state, PASSWORD_PORTAL, "zg7!kpw2q;Vm9x"),
	    PASSWORD_SHORT_PORTAL);
	assert_int_equal(judge(*state, PASSWORD_PORTAL, "zg7!kpw2q;Vm9xb"),
	    PASSWORD_GOOD);
	assert_int_equal(judge(*state, PASSWORD_OFFICE, "zg7!kpw2q;V"),
	    PASSWORD_SHORT_OFFICE);
	assert_int_equal(judge(*state, PASSWORD_OFFICE, "zg7!kpw2q;Vm"),
	    PASSWORD_GOOD);
	assert_int_equal(judge(*state, PASSWORD_OFFICE, ""),
	    PASSWORD_SHORT_OFFICE);
}

static void
length_counts_characters_not_bytes(void **state)
{
	assert_int_equal(judge(*state, PASSWORD_OFFICE, "éàüßçñøåéàü"),
	    PASSWORD_SHORT_OFFICE);
	assert_int_equal(judge(*state, PASSWORD_OFFICE, "éàüßçñøåéàüж"),
	    PASSWORD_GOOD);
}

static void
words_that_do_not_belong_together_need_no_digit_or_sign(void **state)
{
	assert_int_equal(judge(*state, PASSWORD_PORTAL, good), PASSWORD_GOOD);
	assert_int_equal(judge(*state, PASSWORD_PORTAL,
	    "paella 7 giraffe moquette"), PASSWORD_GOOD);
}

static void
common_and_repeated_passwords_are_refused(void **state)
{
	static const char *const guessable[] = {
		"aaaaaaaaaaaaaaaaaaaa", "passwordpassword", "123456789012345",
		"qwertyuiopasdfgh", "Password123456789", "abcabcabcabcabcabc",
		"P@ssw0rdP@ssw0rd", "letmeinletmein1", "iloveyouiloveyou",
		"abcdefghijklmnop", "2026-01-012026-01-01", "1111111111111111",
		"azertyuiopqsdfgh", "adminadminadmin", "welcomewelcome1",
	};
	size_t i;

	for (i = 0; i < LENGTH(guessable); i++)
		if (judge(*state, PASSWORD_PORTAL, guessable[i]) !=
		    PASSWORD_GUESSABLE)
			fail_msg("passed: %s", guessable[i]);
}

static void
the_words_of_the_site_make_a_password_guessable(void **state)
{
	assert_int_equal(judge(*state, PASSWORD_PORTAL, "VoyagesDemo2026!"),
	    PASSWORD_GUESSABLE);
	assert_int_equal(judge(*state, PASSWORD_PORTAL, "strasbourgstrasbourg"),
	    PASSWORD_GUESSABLE);
}

static void
nothing_of_ones_name_or_address_may_stand_in_a_password(void **state)
{
	static const char *const own[] = {
		"xk3;élodie-vq92wz", "XK3;ELODIE-vq92wz", "xk3;elodie-vq92wz",
		"xk3;e-l-o-d-i-e-vq92wz", "arcourt;93kvwq!xz",
		"D'ARCOURT;93kvwq!xz", "elodupuis;93kvwq!xz",
		"elo.dupuis@bergamote.example", "93kvDUPUISwq!xz8",
	};
	size_t i;

	for (i = 0; i < LENGTH(own); i++)
		if (judge(*state, PASSWORD_PORTAL, own[i]) != PASSWORD_OWN)
			fail_msg("passed: %s", own[i]);
	assert_int_equal(judge(*state, PASSWORD_PORTAL, "bergamote93kvwq!xz"),
	    PASSWORD_GOOD);
}

static void
no_list_at_all_is_no_fault(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(password_judge(f->a, PASSWORD_PORTAL, good, NULL,
	    NULL), PASSWORD_GOOD);
}

static void
the_longest_password_is_1024_bytes_and_judged_quickly(void **state)
{
	char text[PASSWORD_MAX_BYTES + 2];
	int64_t from = clock_ticks_us();
	size_t i;

	for (i = 0; i <= PASSWORD_MAX_BYTES; i++)
		text[i] = (char)('a' + (i * i) % 23);
	text[i] = '\0';
	assert_int_equal(judge(*state, PASSWORD_PORTAL, text), PASSWORD_LONG);
	text[PASSWORD_MAX_BYTES] = '\0';
	assert_int_equal(judge(*state, PASSWORD_PORTAL, text), PASSWORD_GOOD);
	assert_true(clock_ticks_us() - from < SECOND_US);
}

static void
every_fault_but_none_has_its_sentence(void **state)
{
	int i;

	(void)state;
	assert_null(password_sentence(PASSWORD_GOOD));
	for (i = 1; i < PASSWORD_FAULT__MAX; i++)
		assert_non_null(password_sentence((enum password_fault)i));
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(a_kept_password_verifies_and_another_does_not),
		WITH(two_hashes_of_one_password_differ),
		WITH(a_hash_moved_to_another_account_is_refused),
		WITH(a_planted_hash_of_a_known_password_is_refused),
		WITH(a_planted_cost_of_4_gib_is_never_computed),
		WITH(a_cost_over_the_limit_is_refused_even_under_our_mac),
		WITH(an_unknown_account_or_a_planted_row_takes_as_long_as_a_real_one),
		WITH(a_password_over_1024_bytes_is_neither_kept_nor_checked),
		WITH(a_hash_of_another_cost_or_an_earlier_key_asks_for_a_new_one),
		WITH(only_hashes_of_an_allowed_cost_and_exact_form_are_read),
		WITH(a_password_of_the_portal_has_15_characters_and_one_of_the_office_12),
		WITH(length_counts_characters_not_bytes),
		WITH(words_that_do_not_belong_together_need_no_digit_or_sign),
		WITH(common_and_repeated_passwords_are_refused),
		WITH(the_words_of_the_site_make_a_password_guessable),
		WITH(nothing_of_ones_name_or_address_may_stand_in_a_password),
		WITH(no_list_at_all_is_no_fault),
		WITH(the_longest_password_is_1024_bytes_and_judged_quickly),
		WITH(every_fault_but_none_has_its_sentence),
	};

	if (sodium_init() < 0)
		return 1;
	return cmocka_run_group_tests_name("auth/password", tests, NULL, NULL);
}
