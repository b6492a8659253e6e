/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys, key files, sealing, tokens and codes (GDPR 32(1)).
 */
#include "keys/token.h"

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
#include "keys/seal.h"

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
		{ "query", "office" },
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

static void
what_was_sealed_opens_at_its_place_only(void **state)
{
	struct arena *a = arena_open();
	const char *aad = seal_aad(a, "contact", "notes", 7);
	struct bytes sealed, plain;

	(void)state;
	assert_string_equal(aad, "contact|notes|7");
	sealed = seal(a, root, aad, text_bytes("allergic to nuts"));
	assert_int_equal(sealed.len, 16 + SEAL_OVERHEAD_BYTES);
	assert_int_equal(sealed.ptr[0], 1);
	assert_int_equal(unseal(a, root, aad, sealed, &plain), ERR_OK);
	assert_string_equal((const char *)plain.ptr, "allergic to nuts");
	assert_int_equal(unseal(a, root, "contact|notes|8", sealed, &plain),
	    ERR_MALFORMED);
	assert_int_equal(unseal(a, root, "contact|phone|7", sealed, &plain),
	    ERR_MALFORMED);
	arena_close(a);
}

static void
nothing_at_all_can_be_sealed(void **state)
{
	struct arena *a = arena_open();
	struct bytes none = { NULL, 0 }, plain = { root, 5 };

	(void)state;
	assert_int_equal(unseal(a, root, "x", seal(a, root, "x", none),
	    &plain), ERR_OK);
	assert_int_equal(plain.len, 0);
	assert_int_equal(unseal(a, root, "x", none, &plain), ERR_MALFORMED);
	arena_close(a);
}

static void
a_sealed_value_with_any_bit_flipped_does_not_open(void **state)
{
	struct arena *a = arena_open();
	struct bytes plain, sealed = seal(a, root, "x", text_bytes("plain"));
	unsigned char *copy = arena_take(a, sealed.len);
	size_t bit;

	(void)state;
	for (bit = 0; bit < sealed.len * 8; bit++) {
		memcpy(copy, sealed.ptr, sealed.len);
		copy[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_int_equal(unseal(a, root, "x",
		    (struct bytes){ copy, sealed.len }, &plain), ERR_MALFORMED);
	}
	for (bit = 0; bit < sealed.len; bit++)
		assert_int_equal(unseal(a, root, "x",
		    (struct bytes){ sealed.ptr, bit }, &plain), ERR_MALFORMED);
	arena_close(a);
}

static void
the_same_value_sealed_twice_looks_different(void **state)
{
	struct arena *a = arena_open();
	struct bytes one = seal(a, root, "x", text_bytes("same"));
	struct bytes two = seal(a, root, "x", text_bytes("same"));

	(void)state;
	assert_memory_not_equal(one.ptr, two.ptr, one.len);
	assert_memory_not_equal(one.ptr + 1, two.ptr + 1, 24);
	arena_close(a);
}

static void
a_value_sealed_before_a_rotation_still_opens(void **state)
{
	struct arena *a = arena_open();
	struct keys *one = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct keys *two = keys_from_root(root, 1, 2, KEYS_OFFICE);
	struct bytes plain, sealed = seal(a, key_get(one, KEY_TOTP), "staff",
	    text_bytes("seed"));

	(void)state;
	assert_int_equal(keys_unseal(a, two, KEY_TOTP, "staff", sealed,
	    &plain), ERR_OK);
	assert_string_equal((const char *)plain.ptr, "seed");
	sealed = seal(a, key_get(two, KEY_TOTP), "staff", text_bytes("seed"));
	assert_int_equal(keys_unseal(a, one, KEY_TOTP, "staff", sealed,
	    &plain), ERR_MALFORMED);
	keys_close(one);
	keys_close(two);
	arena_close(a);
}

static void
a_mail_body_opens_for_the_courier_only(void **state)
{
	struct arena *a = arena_open();
	struct keys *portal = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct keys *courier = keys_from_root(root, 1, 2, KEYS_COURIER);
	struct sealbox_sender *s, *other;
	struct bytes sealed, plain;
	unsigned char *copy;
	size_t i;

	(void)state;
	assert_int_equal(sealbox_sender_open(key_get(portal, KEY_MAIL_PUBLIC),
	    &s), ERR_OK);
	assert_int_equal(sealbox_sender_open(key_get(portal, KEY_MAIL_PUBLIC),
	    &other), ERR_OK);
	sealed = sealbox(a, s, "outbox|body|m1", text_bytes("Dear reader"));
	assert_int_equal(sealed.len, 11 + SEALBOX_OVERHEAD_BYTES);
	assert_int_equal(sealed.ptr[0], 2);
	assert_int_equal(keys_sealbox_open(a, courier, "outbox|body|m1",
	    sealed, &plain), ERR_OK);
	assert_string_equal((const char *)plain.ptr, "Dear reader");
	assert_int_equal(keys_sealbox_open(a, courier, "outbox|body|m2",
	    sealed, &plain), ERR_MALFORMED);
	assert_int_equal(sealbox_open(a, key_get(portal, KEY_MAIL_PUBLIC),
	    "outbox|body|m1", sealed, &plain), ERR_MALFORMED);
	assert_memory_not_equal(sealed.ptr + 1, sealbox(a, other, "x",
	    text_bytes("")).ptr + 1, 32);
	copy = arena_take(a, sealed.len);
	for (i = 0; i < sealed.len * 8; i++) {
		memcpy(copy, sealed.ptr, sealed.len);
		copy[i / 8] ^= (unsigned char)(1u << i % 8);
		assert_int_equal(keys_sealbox_open(a, courier,
		    "outbox|body|m1", (struct bytes){ copy, sealed.len },
		    &plain), ERR_MALFORMED);
	}
	sealbox_sender_close(s);
	sealbox_sender_close(other);
	keys_close(portal);
	keys_close(courier);
	arena_close(a);
}

static void
a_public_key_of_small_order_is_no_recipient(void **state)
{
	static const unsigned char zero[KEY_BYTES];
	struct sealbox_sender *s;

	(void)state;
	assert_int_equal(sealbox_sender_open(zero, &s), ERR_INVALID);
}

static void
a_person_key_unwraps_for_its_person_and_class_only(void **state)
{
	struct arena *a = arena_open();
	struct keys *one = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct keys *two = keys_from_root(root, 1, 2, KEYS_KEEPER);
	unsigned char key[KEY_BYTES], again[KEY_BYTES];
	struct bytes wrapped;

	(void)state;
	person_key_draw(key);
	wrapped = person_key_wrap(a, one, 42, PERSON_LIVE, key);
	assert_int_equal(wrapped.len, PERSON_WRAPPED_BYTES);
	assert_int_equal(person_key_unwrap(a, two, 42, PERSON_LIVE, wrapped,
	    again), ERR_OK);
	assert_memory_equal(key, again, KEY_BYTES);
	assert_int_equal(person_key_unwrap(a, two, 43, PERSON_LIVE, wrapped,
	    again), ERR_MALFORMED);
	assert_int_equal(person_key_unwrap(a, two, 42, PERSON_PROOF, wrapped,
	    again), ERR_MALFORMED);
	keys_close(one);
	keys_close(two);
	arena_close(a);
}

static void
a_token_is_43_canonical_characters_and_nothing_else(void **state)
{
	struct arena *a = arena_open();
	struct token t, u;
	char *text;

	(void)state;
	token_draw(&t);
	text = token_write(a, &t);
	assert_int_equal(strlen(text), TOKEN_CHARS);
	assert_int_equal(token_read(text, &u), ERR_OK);
	assert_memory_equal(&t, &u, sizeof(t));
	assert_int_equal(token_read(NULL, &u), ERR_NOTFOUND);
	assert_int_equal(token_read("", &u), ERR_NOTFOUND);
	assert_int_equal(token_read(text + 1, &u), ERR_NOTFOUND);
	assert_int_equal(token_read(arena_printf(a, "%sA", text), &u),
	    ERR_NOTFOUND);
	text = arena_text(a, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
	assert_int_equal(token_read(text, &u), ERR_OK);
	text[42] = 'B';		/* stray bits: the same bytes spelled otherwise */
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	text[42] = '=';
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	text[42] = 'A';
	text[3] = '+';
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	text[3] = ' ';
	assert_int_equal(token_read(text, &u), ERR_NOTFOUND);
	arena_close(a);
}

static void
a_token_is_stored_as_a_hash_that_its_key_makes(void **state)
{
	unsigned char one[HASH_BYTES], two[HASH_BYTES], other[KEY_BYTES] = {0};
	struct token t;

	(void)state;
	token_draw(&t);
	token_hash(root, &t, one);
	assert_memory_not_equal(one, t.bytes, HASH_BYTES);
	token_hash(other, &t, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
	t.bytes[31] ^= 1;
	token_hash(root, &t, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
}

static void
a_code_is_read_as_people_type_it(void **state)
{
	struct arena *a = arena_open();
	struct code c;

	(void)state;
	assert_int_equal(code_read(" ab1o-iLz9 ", &c), ERR_OK);
	assert_string_equal(c.text, "AB1011Z9");
	assert_string_equal(code_show(a, &c), "AB10-11Z9");
	assert_int_equal(code_read("AB10-11Z", &c), ERR_INVALID);
	assert_int_equal(code_read("AB10-11Z99", &c), ERR_INVALID);
	assert_int_equal(code_read("AB10-11ZU", &c), ERR_INVALID);
	assert_int_equal(code_read("AB10_11Z9", &c), ERR_INVALID);
	assert_int_equal(code_read("", &c), ERR_INVALID);
	arena_close(a);
}

static void
a_drawn_code_is_read_back_and_uses_the_whole_alphabet(void **state)
{
	struct arena *a = arena_open();
	bool is_seen[128] = { false };
	struct code c, d;
	unsigned i, j, n = 0;

	(void)state;
	for (i = 0; i < 500; i++) {	/* 4000 draws of 32: none is missed */
		code_draw(&c);
		assert_int_equal(code_read(code_show(a, &c), &d), ERR_OK);
		assert_string_equal(c.text, d.text);
		for (j = 0; j < CODE_CHARS; j++)
			is_seen[(unsigned char)c.text[j] & 127] = true;
	}
	for (i = 0; i < 128; i++)
		n += is_seen[i] ? 1 : 0;
	assert_int_equal(n, 32);
	assert_false(is_seen['I'] || is_seen['L'] || is_seen['O'] ||
	    is_seen['U']);
	arena_close(a);
}

static void
a_code_belongs_to_one_token_row(void **state)
{
	unsigned char one[HASH_BYTES], two[HASH_BYTES];
	struct code c = { "ABCD1234" };

	(void)state;
	code_hash(root, 1, &c, one);
	code_hash(root, 2, &c, two);
	assert_memory_not_equal(one, two, HASH_BYTES);
	code_hash(root, 1, &c, two);
	assert_memory_equal(one, two, HASH_BYTES);
}

static const struct standing footer = {
	.kind = STANDING_UNSUBSCRIBE, .contact = UINT64_C(0x0102030405060708),
	.purpose = 0x0a0b0c0d, .channel = 3, .epoch = 0xfffffffe,
	.issued_day = 20778,
};

static void
a_standing_token_says_again_what_was_written(void **state)
{
	struct arena *a = arena_open();
	struct keys *office = keys_from_root(root, 1, 1, KEYS_OFFICE);
	struct keys *portal = keys_from_root(root, 1, 2, KEYS_PORTAL);
	struct standing s;
	char *text = standing_write(a, office, &footer);

	(void)state;
	assert_int_equal(strlen(text), STANDING_CHARS);
	assert_int_equal(standing_read(portal, text, &s), ERR_OK);
	assert_int_equal(s.kind, footer.kind);
	assert_true(s.contact == footer.contact);
	assert_true(s.purpose == footer.purpose);
	assert_int_equal(s.channel, footer.channel);
	assert_true(s.epoch == footer.epoch);
	assert_int_equal(s.issued_day, footer.issued_day);
	keys_close(office);
	keys_close(portal);
	arena_close(a);
}

static void
a_standing_token_with_any_bit_flipped_is_not_found(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_from_root(root, 1, 1, KEYS_PORTAL);
	struct bytes data;
	unsigned char *copy;
	struct standing s;
	char *text = standing_write(a, keys, &footer);
	size_t bit;

	(void)state;
	assert_int_equal(base64url_read(a, text, &data), ERR_OK);
	copy = arena_take(a, data.len);
	for (bit = 0; bit < data.len * 8; bit++) {
		memcpy(copy, data.ptr, data.len);
		copy[bit / 8] ^= (unsigned char)(1u << bit % 8);
		assert_int_equal(standing_read(keys, base64url_write(a,
		    (struct bytes){ copy, data.len }), &s), ERR_NOTFOUND);
	}
	assert_int_equal(standing_read(keys, NULL, &s), ERR_NOTFOUND);
	assert_int_equal(standing_read(keys, text + 1, &s), ERR_NOTFOUND);
	keys_close(keys);
	arena_close(a);
}

static void
ten_thousand_random_standing_tokens_are_not_found(void **state)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_from_root(root, 1, 3, KEYS_PORTAL);
	unsigned char data[37];
	struct standing s;
	unsigned i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		random_fill(data, sizeof(data));
		data[0] = 1;
		assert_int_equal(standing_read(keys, base64url_write(a,
		    (struct bytes){ data, sizeof(data) }), &s), ERR_NOTFOUND);
		if (i % 100 == 0)
			arena_wipe(a);
	}
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
		cmocka_unit_test(what_was_sealed_opens_at_its_place_only),
		cmocka_unit_test(nothing_at_all_can_be_sealed),
		cmocka_unit_test(a_sealed_value_with_any_bit_flipped_does_not_open),
		cmocka_unit_test(the_same_value_sealed_twice_looks_different),
		cmocka_unit_test(a_value_sealed_before_a_rotation_still_opens),
		cmocka_unit_test(a_mail_body_opens_for_the_courier_only),
		cmocka_unit_test(a_public_key_of_small_order_is_no_recipient),
		cmocka_unit_test(a_person_key_unwraps_for_its_person_and_class_only),
		cmocka_unit_test(a_token_is_43_canonical_characters_and_nothing_else),
		cmocka_unit_test(a_token_is_stored_as_a_hash_that_its_key_makes),
		cmocka_unit_test(a_code_is_read_as_people_type_it),
		cmocka_unit_test(a_drawn_code_is_read_back_and_uses_the_whole_alphabet),
		cmocka_unit_test(a_code_belongs_to_one_token_row),
		cmocka_unit_test(a_standing_token_says_again_what_was_written),
		cmocka_unit_test(a_standing_token_with_any_bit_flipped_is_not_found),
		cmocka_unit_test(ten_thousand_random_standing_tokens_are_not_found),
	};

	return cmocka_run_group_tests_name("keys", tests, NULL, NULL);
}
