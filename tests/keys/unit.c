/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys, their files and where they lie in memory (GDPR 32(1)).
 */
#include "keys/keys.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <sys/resource.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"

static const unsigned char root[KEY_BYTES] = {
	 0,  1,  2,  3,  4,  5,  6,  7,  8,  9, 10, 11, 12, 13, 14, 15,
	16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
};

/* Where the first key's characters stand in courier.key. */
#define TEXT_AT		100

static char folder[64];

static int
open_folder(void **state)
{
	(void)state;
	snprintf(folder, sizeof(folder), "/tmp/assent-keys-XXXXXX");
	return mkdtemp(folder) == NULL ? -1 : 0;
}

static int
close_folder(void **state)
{
	static const char *const names[] = { "root", "portal.key",
	    "office.key", "courier.key", "keeper.key", "owner.key", "other" };
	char path[128];
	size_t i;

	(void)state;
	for (i = 0; i < LENGTH(names); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);	/* fails when a temporary file was left */
}

static const char *
in_folder(struct arena *a, const char *name)
{
	return arena_printf(a, "%s/%s", folder, name);
}

static void
write_over(const char *path, const char *text)
{
	FILE *f;

	(void)unlink(path);
	f = fopen(path, "w");
	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(chmod(path, 0400), 0);
}

static char *
read_back(struct arena *a, const char *path)
{
	char *text = arena_take(a, 65536);
	FILE *f = fopen(path, "r");

	assert_non_null(f);
	assert_true(fread(text, 1, 65535, f) > 0);
	assert_int_equal(fclose(f), 0);
	return text;
}

static void
blake2b_and_sha256_are_what_their_standards_say(void **state)
{
	struct arena *a = arena_open();
	unsigned char hash[HASH_BYTES];
	struct sha256 s;

	(void)state;
	sha256_of(text_bytes("abc"), hash);
	assert_string_equal(hex_write(a, (struct bytes){ hash, 32 }),
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	sha256_open(&s);
	sha256_add(&s, text_bytes("a"));
	sha256_add(&s, text_bytes("bc"));
	sha256_end(&s, hash);
	assert_string_equal(hex_write(a, (struct bytes){ hash, 32 }),
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad");
	/* Python: hashlib.blake2b(b"abc", key=bytes(range(32)), digest_size=32) */
	mac_text(root, "abc", hash);
	assert_string_equal(hex_write(a, (struct bytes){ hash, 32 }),
	    "d63a32d3e44738d7907f964316c241ad"
	    "aba0abfeabc32349677578a15a203f7f");
	arena_close(a);
}

static void
each_program_has_its_own_keys_and_no_other(void **state)
{
	static const struct { const char *name; const char *who; } want[] = {
		{ "csrf_portal", "portal" },
		{ "csrf_office", "office" },
		{ "session_portal", "portal" },
		{ "session_office", "office" },
		{ "token", "portal office keeper" },
		{ "standing", "portal office keeper owner" },
		{ "password", "portal office owner" },
		{ "budget", "portal office" },
		{ "request", "portal office" },
		{ "form", "portal" },
		{ "wrap", "portal office keeper owner" },
		{ "suppression", "portal office keeper owner" },
		{ "journal", "keeper owner" },
		{ "mail_public", "portal office keeper owner" },
		{ "mail_secret", "courier keeper" },
		{ "delivery", "keeper" },
		{ "totp", "office owner" },
		{ "query", "office keeper" },
		{ "ledger_portal", "portal keeper owner" },
		{ "ledger_office", "office keeper owner" },
		{ "ledger_courier", "courier keeper owner" },
		{ "ledger_keeper", "keeper owner" },
		{ "ledger_owner", "keeper owner" },
		{ "receipt_seed", "keeper" },
		{ "head_seed", "keeper" },
	};
	char who[80];
	unsigned i, p;

	(void)state;
	assert_int_equal(LENGTH(want), KEY_PURPOSE__MAX);
	for (i = 0; i < KEY_PURPOSE__MAX; i++) {
		who[0] = '\0';
		for (p = 0; p < KEYS_PROGRAM__MAX; p++)
			if ((key_table[i].programs & 1u << p) != 0)
				snprintf(who + strlen(who),
				    sizeof(who) - strlen(who), "%s%s",
				    who[0] == '\0' ? "" : " ",
				    key_program_names[p]);
		assert_string_equal(key_table[i].name, want[i].name);
		assert_string_equal(who, want[i].who);
	}
}

static void
no_two_purposes_share_a_key(void **state)
{
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_KEEPER);
	unsigned i, j;

	(void)state;
	for (i = 0; i < KEY_PURPOSE__MAX; i++)
		for (j = 0; j < i; j++) {
			if ((key_table[i].programs & key_table[j].programs &
			    1u << KEYS_KEEPER) == 0)
				continue;
			assert_memory_not_equal(key_get(keys, i),
			    key_get(keys, j), KEY_BYTES);
		}
	keys_close(keys);
}

static void
a_rotation_keeps_what_must_last_and_forgets_the_rest(void **state)
{
	struct keys *before = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct keys *after = keys_from_root(root, 1, 2, KEYS_PORTAL);

	(void)state;
	assert_int_equal(keys_generation(after), 2);
	assert_memory_not_equal(key_get(before, KEY_CSRF_PORTAL),
	    key_get(after, KEY_CSRF_PORTAL), KEY_BYTES);
	assert_null(key_get_at(after, KEY_CSRF_PORTAL, 1));
	assert_memory_equal(key_get(before, KEY_STANDING),
	    key_get_at(after, KEY_STANDING, 1), KEY_BYTES);
	assert_null(key_get_at(after, KEY_STANDING, 2));
	assert_memory_equal(key_get(before, KEY_SUPPRESSION),
	    key_get(after, KEY_SUPPRESSION), KEY_BYTES);
	keys_close(before);
	keys_close(after);
}

static void
a_mac_of_an_earlier_generation_holds_until_it_is_forgotten(void **state)
{
	struct keys *one = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct keys *two = keys_from_root(root, 1, 2, KEYS_PORTAL);
	struct keys *cut = keys_from_root(root, 2, 2, KEYS_PORTAL);
	unsigned char mac[HASH_BYTES];

	(void)state;
	mac_text(key_get(one, KEY_PASSWORD), "hash", mac);
	assert_true(keys_mac_holds(two, KEY_PASSWORD, text_bytes("hash"), mac));
	assert_false(keys_mac_holds(cut, KEY_PASSWORD, text_bytes("hash"),
	    mac));
	mac[31] ^= 1;
	assert_false(keys_mac_holds(two, KEY_PASSWORD, text_bytes("hash"),
	    mac));
	keys_close(one);
	keys_close(two);
	keys_close(cut);
}

static void
derived_files_open_with_the_same_keys_for_each_program(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys;
	struct stat st;
	unsigned p;

	(void)state;
	write_over(in_folder(a, "root"), "{ \"v\": 1, \"root\": "
	    "\"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\" }");
	assert_int_equal(keys_derive(in_folder(a, "root"), 1, 3, folder),
	    ERR_OK);
	for (p = 0; p < KEYS_PROGRAM__MAX; p++) {
		const char *path = in_folder(a, arena_printf(a, "%s.key",
		    key_program_names[p]));
		struct keys *want = keys_from_root(root, 1, 3, p);
		unsigned i, g;

		assert_int_equal(stat(path, &st), 0);
		assert_int_equal(st.st_mode & 07777, 0400);
		assert_int_equal(keys_open(path, p, &keys), ERR_OK);
		for (i = 0; i < KEY_PURPOSE__MAX; i++) {
			if ((key_table[i].programs & 1u << p) == 0)
				continue;
			for (g = 0; key_get_at(want, i, g) != NULL; g++)
				assert_memory_equal(key_get_at(keys, i, g),
				    key_get_at(want, i, g), KEY_BYTES);
			assert_null(key_get_at(keys, i, g));
		}
		keys_close(keys);
		keys_close(want);
	}
	arena_close(a);
}

static void
a_root_key_is_drawn_once_and_never_replaced(void **state)
{
	struct arena *a = arena_open();
	const char *path = in_folder(a, "root");
	char *first;

	(void)state;
	assert_int_equal(keys_root_create(path), ERR_OK);
	first = read_back(a, path);
	assert_int_equal(keys_root_create(path), ERR_CONFLICT);
	assert_string_equal(read_back(a, path), first);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(keys_root_create(path), ERR_OK);
	assert_string_not_equal(read_back(a, path), first);
	assert_int_equal(keys_root_create("/nonexistent/root"), ERR_DOWN);
	arena_close(a);
}

static void
a_key_file_that_others_may_read_is_refused(void **state)
{
	static const mode_t bad[] = { 0440, 0404, 0420, 0402, 0410, 0644 };
	struct arena *a = arena_open();
	const char *path = in_folder(a, "portal.key");
	struct keys *keys;
	size_t i;

	(void)state;
	assert_int_equal(keys_root_create(in_folder(a, "root")), ERR_OK);
	assert_int_equal(keys_derive(in_folder(a, "root"), 1, 1, folder),
	    ERR_OK);
	for (i = 0; i < LENGTH(bad); i++) {
		assert_int_equal(chmod(path, bad[i]), 0);
		assert_int_equal(keys_open(path, KEYS_PORTAL, &keys),
		    ERR_DENIED);
	}
	assert_int_equal(chmod(path, 0400), 0);
	assert_int_equal(keys_open(path, KEYS_PORTAL, &keys), ERR_OK);
	keys_close(keys);
	assert_int_equal(keys_open(path, KEYS_KEEPER, &keys), ERR_MALFORMED);
	assert_int_equal(keys_open(folder, KEYS_PORTAL, &keys), ERR_DENIED);
	assert_int_equal(symlink(path, in_folder(a, "other")), 0);
	assert_int_equal(keys_open(in_folder(a, "other"), KEYS_PORTAL, &keys),
	    ERR_DENIED);
	assert_int_equal(keys_open(in_folder(a, "none"), KEYS_PORTAL, &keys),
	    ERR_NOTFOUND);
	arena_close(a);
}

static void
a_key_file_that_was_cut_or_changed_is_refused(void **state)
{
	struct arena *a = arena_open();
	const char *path = in_folder(a, "courier.key");
	char *text, *changed;
	struct keys *keys;
	size_t i, len;

	(void)state;
	assert_int_equal(keys_root_create(in_folder(a, "root")), ERR_OK);
	assert_int_equal(keys_derive(in_folder(a, "root"), 1, 1, folder),
	    ERR_OK);
	text = read_back(a, path);
	len = strlen(text);
	for (i = 0; i < len - 2; i += 37) {	/* "}\n" is the end */
		write_over(path, arena_textn(a, text, i));
		assert_int_equal(keys_open(path, KEYS_COURIER, &keys),
		    ERR_MALFORMED);
	}
	changed = arena_text(a, text);
	memcpy(strstr(changed, "mail_secret"), "mail_sacred", 11);
	write_over(path, changed);
	assert_int_equal(keys_open(path, KEYS_COURIER, &keys), ERR_MALFORMED);
	changed = arena_text(a, text);
	memcpy(strstr(changed, "\"v\": 1"), "\"v\": 2", 6);
	write_over(path, changed);
	assert_int_equal(keys_open(path, KEYS_COURIER, &keys), ERR_MALFORMED);
	write_over(path, arena_printf(a, "%s{}", text));
	assert_int_equal(keys_open(path, KEYS_COURIER, &keys), ERR_MALFORMED);
	changed = strstr(text, "\"ledger_courier\"");
	write_over(path, arena_printf(a, "%.*s\"wrap\": \"%.43s\", %s",
	    (int)(changed - text), text, strstr(changed, ": ") + 3, changed));
	assert_int_equal(keys_open(path, KEYS_COURIER, &keys), ERR_MALFORMED);
	write_over(path, text);
	assert_int_equal(keys_open(path, KEYS_COURIER, &keys), ERR_OK);
	keys_close(keys);
	arena_close(a);
}

static void
a_derivation_refuses_generations_that_make_no_sense(void **state)
{
	struct arena *a = arena_open();
	const char *path = in_folder(a, "root");

	(void)state;
	assert_int_equal(keys_root_create(path), ERR_OK);
	assert_int_equal(keys_derive(path, 0, 1, folder), ERR_INVALID);
	assert_int_equal(keys_derive(path, 2, 1, folder), ERR_INVALID);
	assert_int_equal(keys_derive(path, 1, 17, folder), ERR_INVALID);
	assert_int_equal(keys_derive(path, 1, 16, folder), ERR_OK);
	assert_int_equal(keys_derive(in_folder(a, "portal.key"), 1, 1, folder),
	    ERR_MALFORMED);
	assert_int_equal(keys_derive(path, 1, 1, "/nonexistent"), ERR_DOWN);
	arena_close(a);
}

static void
a_hardened_process_leaves_no_core(void **state)
{
	struct rlimit r;
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		keys_harden();
		_exit(prctl(PR_GET_DUMPABLE) == 0 &&
		    getrlimit(RLIMIT_CORE, &r) == 0 && r.rlim_max == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void
keys_lie_in_memory_that_cannot_be_written(void **state)
{
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	int status;
	pid_t child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		const struct rlimit none = { 0, 0 };
		uintptr_t at = (uintptr_t)key_get(keys, KEY_TOKEN);

		(void)setrlimit(RLIMIT_CORE, &none);
		(void)signal(SIGSEGV, SIG_DFL);
		*(volatile unsigned char *)at = 1;
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGSEGV);
	keys_close(keys);
}

/*
 * How often ${needle} lies between two addresses of our own memory, which is
 * read by way of the kernel into a place that is not looked at.
 */
static unsigned
count_in_memory(unsigned long from, unsigned long to,
    const unsigned char *needle)
{
	static unsigned char window[1 << 16];
	int fd = open("/proc/self/mem", O_RDONLY);
	unsigned n = 0;
	ssize_t len, i;

	assert_true(fd >= 0);
	while (from + KEY_BYTES <= to) {
		len = pread(fd, window, to - from < sizeof(window) ?
		    to - from : sizeof(window), (off_t)from);
		if (len < KEY_BYTES)
			break;
		for (i = 0; i + KEY_BYTES <= len; i++)
			if (memcmp(window + i, needle, KEY_BYTES) == 0)
				n++;
		from += (unsigned long)len - KEY_BYTES + 1;
	}
	assert_int_equal(close(fd), 0);
	return n;
}

/* The heap's arena of the C library and the stack, by /proc/self/maps. */
static unsigned
count_in_heap_and_stack(const unsigned char *needle)
{
	unsigned long from, to;
	char line[512];
	unsigned n = 0;
	FILE *f = fopen("/proc/self/maps", "r");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		if (strstr(line, "[heap]") == NULL &&
		    strstr(line, "[stack]") == NULL)
			continue;
		assert_int_equal(sscanf(line, "%lx-%lx", &from, &to), 2);
		n += count_in_memory(from, to, needle);
	}
	assert_int_equal(fclose(f), 0);
	return n;
}

static void
a_key_that_was_read_lies_in_locked_memory_and_nowhere_else(void **state)
{
	struct arena *a = arena_open();
	const char *path = in_folder(a, "courier.key");
	unsigned char text[KEY_BYTES];
	struct keys *keys;
	int fd;

	(void)state;
	assert_int_equal(keys_root_create(in_folder(a, "root")), ERR_OK);
	assert_int_equal(keys_derive(in_folder(a, "root"), 1, 2, folder),
	    ERR_OK);
	assert_int_equal(keys_open(path, KEYS_COURIER, &keys), ERR_OK);
	assert_int_equal(count_in_heap_and_stack(key_get(keys,
	    KEY_MAIL_SECRET)), 0);
	assert_int_equal(count_in_heap_and_stack(key_get_at(keys,
	    KEY_LEDGER_COURIER, 1)), 0);
	/* as text neither: some of its characters, at the file's own place */
	fd = open(path, O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(pread(fd, text, sizeof(text), TEXT_AT), KEY_BYTES);
	assert_int_equal(close(fd), 0);
	assert_int_equal(count_in_heap_and_stack(text), 1);
	keys_close(keys);
	arena_close(a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blake2b_and_sha256_are_what_their_standards_say),
		cmocka_unit_test(each_program_has_its_own_keys_and_no_other),
		cmocka_unit_test(no_two_purposes_share_a_key),
		cmocka_unit_test(a_rotation_keeps_what_must_last_and_forgets_the_rest),
		cmocka_unit_test(a_mac_of_an_earlier_generation_holds_until_it_is_forgotten),
		cmocka_unit_test_setup_teardown(derived_files_open_with_the_same_keys_for_each_program, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(a_root_key_is_drawn_once_and_never_replaced, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(a_key_file_that_others_may_read_is_refused, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(a_key_file_that_was_cut_or_changed_is_refused, open_folder, close_folder),
		cmocka_unit_test_setup_teardown(a_derivation_refuses_generations_that_make_no_sense, open_folder, close_folder),
		cmocka_unit_test(a_hardened_process_leaves_no_core),
		cmocka_unit_test(keys_lie_in_memory_that_cannot_be_written),
		cmocka_unit_test_setup_teardown(a_key_that_was_read_lies_in_locked_memory_and_nowhere_else, open_folder, close_folder),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
