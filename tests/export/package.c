/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Packages from outside: genuine ones, changed ones, and ZIP files that were
 * made to hurt who opens them (GDPR 5(1)(f), 15(3), 20(1)).
 */
#include "export/package_check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/text.h"
#include "export/export.h"
#include "keys/hash.h"

#define NOW_S	INT64_C(1800000000)

static const unsigned char seed[KEY_BYTES] = { 7 };
static struct arena *a;
static struct jwk key;
static struct jwks keys = { 1, &key };

static int
open_all(void **state)
{
	(void)state;
	a = arena_open();
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	arena_close(a);
	return 0;
}

static int
renew_key(void **state)
{
	(void)state;
	jwk_from_seed(seed, JWK_RECEIPT, NOW_S - 100, &key);
	return 0;
}

static struct bytes
text(const char *t)
{
	return (struct bytes){ (const unsigned char *)t, strlen(t) };
}

static void
make_signed(struct package *p)
{
	const struct package_about about = { "Demo", "access",
	    NOW_S * SECOND_US };

	package_open(p, a);
	package_add(p, "data.json", text("{\"n\":1}\n"));
	package_add(p, "csv/person.csv", text("\"n\"\r\n\"1\"\r\n"));
	package_add(p, "empty", text(""));
	package_sign(p, &about, seed);
}

static struct bytes
zip_of(const struct package *p)
{
	struct bytes zip;

	assert_int_equal(package_zip(p, &zip), ERR_OK);
	return zip;
}

static struct package_verdict
verdict_on(const struct package *p)
{
	struct package_verdict v;

	package_verify(p, &keys, &v);
	return v;
}

/* The reason why ${zip} is not even read. */
static const char *
refusal(struct bytes zip)
{
	struct package p;
	const char *why = "";

	assert_int_equal(package_read(a, zip, &p, &why), ERR_MALFORMED);
	return why;
}

static void
assert_says(const char *all, const char *part)
{
	if (strstr(all, part) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", all, part);
}

static void
a_package_is_read_as_it_was_written_and_is_genuine(void **state)
{
	struct package made, got;
	struct package_verdict v;
	const char *why;
	size_t i;

	(void)state;
	make_signed(&made);
	assert_int_equal(package_read(a, zip_of(&made), &got, &why), ERR_OK);
	assert_int_equal(got.n, made.n);
	for (i = 0; i < got.n; i++) {
		assert_string_equal(got.files[i].name, made.files[i].name);
		assert_int_equal(got.files[i].bytes.len,
		    made.files[i].bytes.len);
		assert_memory_equal(got.files[i].bytes.ptr,
		    made.files[i].bytes.ptr, got.files[i].bytes.len);
	}
	v = verdict_on(&got);
	assert_int_equal(v.finding, PACKAGE_GENUINE);
	assert_int_equal(v.n, 0);
	assert_int_equal(v.files_signed, 3);
	assert_string_equal(v.about.site, "Demo");
	assert_int_equal(v.about.created_us, NOW_S * SECOND_US);
}

static void
a_file_that_was_changed_added_or_is_missing_is_named(void **state)
{
	struct package_verdict v;
	struct package p;

	(void)state;
	make_signed(&p);
	p.files[1].bytes = text("\"n\"\r\n\"2\"\r\n");
	v = verdict_on(&p);
	assert_int_equal(v.finding, PACKAGE_CHANGED);
	assert_int_equal(v.n, 1);
	assert_string_equal(v.faults[0].name, "csv/person.csv");
	assert_int_equal(v.faults[0].fault, PACKAGE_FILE_CHANGED);
	make_signed(&p);
	package_add(&p, "more", text(""));
	v = verdict_on(&p);
	assert_int_equal(v.finding, PACKAGE_CHANGED);
	assert_int_equal(v.n, 1);
	assert_string_equal(v.faults[0].name, "more");
	assert_int_equal(v.faults[0].fault, PACKAGE_FILE_ADDED);
	make_signed(&p);
	p.files[0] = p.files[--p.n];	/* data.json */
	v = verdict_on(&p);
	assert_int_equal(v.finding, PACKAGE_CHANGED);
	assert_int_equal(v.n, 1);
	assert_string_equal(v.faults[0].name, "data.json");
	assert_int_equal(v.faults[0].fault, PACKAGE_FILE_MISSING);
}

static void
a_manifest_other_than_the_signed_one_is_named(void **state)
{
	struct package_verdict v;
	struct package p;

	(void)state;
	make_signed(&p);
	p.files[3].bytes = text("{}");
	v = verdict_on(&p);
	assert_int_equal(v.finding, PACKAGE_CHANGED);
	assert_int_equal(v.n, 1);
	assert_string_equal(v.faults[0].name, "manifest.json");
	make_signed(&p);
	p.files[3] = p.files[4];
	p.n = 4;
	v = verdict_on(&p);
	assert_int_equal(v.finding, PACKAGE_CHANGED);
	assert_int_equal(v.faults[0].fault, PACKAGE_FILE_MISSING);
	assert_string_equal(v.faults[0].name, "manifest.json");
}

static void
one_flipped_bit_anywhere_in_a_file_is_refused(void **state)
{
	struct package p;
	size_t i, at;

	(void)state;
	make_signed(&p);
	for (i = 0; i < p.n; i++) {
		struct bytes was = p.files[i].bytes;
		char *changed = arena_textn(a, was.ptr, was.len);

		p.files[i].bytes.ptr = (const unsigned char *)changed;
		for (at = 0; at < was.len; at++) {
			changed[at] ^= 1;
			assert_false(package_findings[verdict_on(&p).finding]
			    .is_genuine);
			changed[at] ^= 1;
		}
		p.files[i].bytes = was;
	}
	assert_int_equal(verdict_on(&p).finding, PACKAGE_GENUINE);
}

static void
a_package_without_a_right_signature_says_so(void **state)
{
	struct package p;
	char *jws;

	(void)state;
	make_signed(&p);
	jws = arena_textn(a, p.files[4].bytes.ptr, p.files[4].bytes.len);
	jws[p.files[4].bytes.len - 4] ^= 1;
	p.files[4].bytes.ptr = (const unsigned char *)jws;
	assert_int_equal(verdict_on(&p).finding, PACKAGE_FORGED);
	p.n = 4;
	assert_int_equal(verdict_on(&p).finding, PACKAGE_NOT_ONE);
	make_signed(&p);
	p.files[4].bytes = text("");
	assert_int_equal(verdict_on(&p).finding, PACKAGE_FORGED);
}

static void
the_state_of_the_key_decides_what_its_signature_is_worth(void **state)
{
	const unsigned char other[KEY_BYTES] = { 8 };
	struct package p;

	(void)state;
	make_signed(&p);
	key.until_s = NOW_S + 100;
	assert_int_equal(verdict_on(&p).finding, PACKAGE_GENUINE_RETIRED);
	key.until_s = NOW_S - 61;
	assert_int_equal(verdict_on(&p).finding, PACKAGE_UNTIMELY);
	key.until_s = 0;
	key.revoked_s = NOW_S + 1;
	assert_int_equal(verdict_on(&p).finding, PACKAGE_REVOKED);
	jwk_from_seed(seed, JWK_RECEIPT, NOW_S + 61, &key);
	assert_int_equal(verdict_on(&p).finding, PACKAGE_UNTIMELY);
	jwk_from_seed(seed, JWK_HEAD, NOW_S - 100, &key);
	assert_int_equal(verdict_on(&p).finding, PACKAGE_UNKNOWN_KEY);
	jwk_from_seed(other, JWK_RECEIPT, NOW_S - 100, &key);
	assert_int_equal(verdict_on(&p).finding, PACKAGE_UNKNOWN_KEY);
}

/* A list signed by us that package_sign() would not write. */
static enum package_finding
finding_of_list(const char *manifest)
{
	struct package p;

	package_open(&p, a);
	package_add(&p, "a", text("x"));
	package_add(&p, "manifest.json", text(manifest));
	package_add(&p, "manifest.jws", text(jws_sign(a, seed, EXPORT_TYP,
	    text(manifest))));
	return verdict_on(&p).finding;
}

#define LIST(files) "{\"format\":\"assent-package/1\",\"kind\":\"access\"," \
	"\"site\":\"S\",\"created_at\":\"2027-01-15T08:00:00Z\"," \
	"\"files\":[" files "]}"
#define FILE_A "{\"name\":\"a\",\"size\":1,\"sha256\":\"" \
	"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881\"}"

static void
a_signed_list_is_read_strictly(void **state)
{
	static const char *const bad[] = {
		"", "{}", "[]", LIST(FILE_A "," FILE_A), LIST("{}"),
		LIST("{\"name\":\"a\",\"size\":1,\"sha256\":\"2d71\"}"),
		LIST(FILE_A ",{\"name\":\"../a\",\"size\":1,\"sha256\":\""
		"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a"
		"4881\"}"),
		LIST(FILE_A ",{\"name\":\"manifest.jws\",\"size\":1,"
		"\"sha256\":\"2d711642b726b04401627ca9fbac32f5c8530fb1903cc4d"
		"b02258717921a4881\"}"),
	};
	size_t i;

	(void)state;
	assert_int_equal(finding_of_list(LIST(FILE_A)), PACKAGE_GENUINE);
	for (i = 0; i < LENGTH(bad); i++)
		assert_int_equal(finding_of_list(bad[i]), PACKAGE_NOT_ONE);
}

/* ${zip} with every ${from} replaced by ${to}, which is as long. */
static struct bytes
replaced(struct bytes zip, const char *from, const char *to)
{
	char *copy = arena_textn(a, zip.ptr, zip.len);
	size_t i, len = strlen(from);

	for (i = 0; i + len <= zip.len; i++)
		if (memcmp(copy + i, from, len) == 0)
			memcpy(copy + i, to, len);
	return (struct bytes){ (const unsigned char *)copy, zip.len };
}

static void
a_name_that_leads_elsewhere_is_refused(void **state)
{
	static const char *const names[] = { "../x", "/etc", "a//b", "abc/",
		"a/..", "./ab", ".abc", "a/.b", "a\\bc", "C:xy", "a bc",
		"éab", "\x1b[1m" };
	const char *why;
	struct package p;
	size_t i;

	(void)state;
	package_open(&p, a);
	package_add(&p, "NAME", text("x"));
	for (i = 0; i < LENGTH(names); i++) {
		why = refusal(replaced(zip_of(&p), "NAME", names[i]));
		assert_says(why, "name that no package has");
		assert_null(strchr(why, '\x1b'));
	}
}

static void
two_files_of_one_name_are_refused(void **state)
{
	struct package p;

	(void)state;
	package_open(&p, a);
	package_add(&p, "data.json", text("one"));
	package_add(&p, "data.jsoX", text("two"));
	assert_says(refusal(replaced(zip_of(&p), "data.jsoX", "data.json")),
	    "same name: data.json");
}

static void
a_file_cut_off_anywhere_is_refused(void **state)
{
	struct package p;
	struct bytes zip;

	(void)state;
	make_signed(&p);
	zip = zip_of(&p);
	while (zip.len-- > 0)
		(void)refusal(zip);
}

static void
a_bomb_is_refused_before_it_is_unpacked(void **state)
{
	const size_t each = 5u * 1024 * 1024;
	char *zeros = arena_take(a, each);
	struct package p;
	struct bytes zip;
	size_t i;

	(void)state;
	package_open(&p, a);
	for (i = 0; i < 60; i++)
		package_add(&p, arena_printf(a, "f%zu", i), (struct bytes){
		    (unsigned char *)zeros, each });
	zip = zip_of(&p);
	assert_true(zip.len < 1024 * 1024);
	assert_says(refusal(zip), "larger than a package can be");
}

static void
a_file_of_another_length_than_it_claims_is_refused(void **state)
{
	struct package p;
	struct bytes zip;
	char *copy;
	size_t i;

	(void)state;
	package_open(&p, a);
	package_add(&p, "f", text("0123456789"));
	zip = zip_of(&p);
	copy = arena_textn(a, zip.ptr, zip.len);
	for (i = 0; i + 26 <= zip.len; i++) {
		if (memcmp(copy + i, "PK\3\4", 4) == 0)
			copy[i + 22]--;		/* unpacked size, APPNOTE 4.3.7 */
		if (memcmp(copy + i, "PK\1\2", 4) == 0)
			copy[i + 24]--;		/* and 4.3.12 */
	}
	(void)refusal((struct bytes){ (unsigned char *)copy, zip.len });
}

static void
more_files_than_a_package_has_are_refused(void **state)
{
	struct package p;
	struct bytes zip;
	size_t i, end;
	char *copy;

	(void)state;
	package_open(&p, a);
	for (i = 0; i < PACKAGE_FILES_MAX; i++)
		package_add(&p, arena_printf(a, "f%zu", i), text(""));
	zip = zip_of(&p);
	copy = arena_textn(a, zip.ptr, zip.len);
	end = zip.len - 22;	/* without a comment, APPNOTE 4.3.16 */
	copy[end + 8] = copy[end + 10] = PACKAGE_FILES_MAX + 1;
	(void)refusal((struct bytes){ (unsigned char *)copy, zip.len });
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
		    a_package_is_read_as_it_was_written_and_is_genuine,
		    renew_key),
		cmocka_unit_test_setup(
		    a_file_that_was_changed_added_or_is_missing_is_named,
		    renew_key),
		cmocka_unit_test_setup(
		    a_manifest_other_than_the_signed_one_is_named, renew_key),
		cmocka_unit_test_setup(
		    one_flipped_bit_anywhere_in_a_file_is_refused, renew_key),
		cmocka_unit_test_setup(
		    a_package_without_a_right_signature_says_so, renew_key),
		cmocka_unit_test_setup(
		    the_state_of_the_key_decides_what_its_signature_is_worth,
		    renew_key),
		cmocka_unit_test_setup(a_signed_list_is_read_strictly,
		    renew_key),
		cmocka_unit_test(a_name_that_leads_elsewhere_is_refused),
		cmocka_unit_test(two_files_of_one_name_are_refused),
		cmocka_unit_test(a_file_cut_off_anywhere_is_refused),
		cmocka_unit_test(a_bomb_is_refused_before_it_is_unpacked),
		cmocka_unit_test(
		    a_file_of_another_length_than_it_claims_is_refused),
		cmocka_unit_test(more_files_than_a_package_has_are_refused),
	};

	return cmocka_run_group_tests_name("export/package", tests, open_all,
	    close_all);
}
