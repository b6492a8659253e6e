/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Packages from anywhere: what is read has plain names, each once, and is not
 * genuine by chance; what we write comes back (GDPR 5(1)(f), 15(3)).
 */
#include "export/package_check.h"

#include <assert.h>

#include "tests/fuzz/fuzz.h"

static const unsigned char seed[KEY_BYTES] = { 3 };
static struct jwk key;
static const struct jwks keys = { 1, &key };

static void
check_read(const struct package *p)
{
	struct package_verdict v;
	size_t i, total = 0;

	assert(p->n > 0 && p->n <= PACKAGE_FILES_MAX);
	for (i = 0; i < p->n; i++) {
		assert(package_find(p, p->files[i].name) == &p->files[i]);
		assert(p->files[i].name[0] != '/' &&
		    strstr(p->files[i].name, "..") != p->files[i].name &&
		    strstr(p->files[i].name, "/.") == NULL &&
		    strchr(p->files[i].name, '\\') == NULL);
		total += p->files[i].bytes.len;
	}
	assert(total <= PACKAGE_MAX_BYTES);
	package_verify(p, &keys, &v);
	assert(v.n <= LENGTH(v.faults));
	assert(!package_findings[v.finding].is_genuine || v.n == 0);
}

/* A package of the bytes, signed, and its list as the bytes say it is. */
static void
check_written(struct arena *a, struct bytes raw)
{
	const struct package_about about = { "Demo", "access", 0 };
	struct package p, got;
	struct package_verdict v;
	struct bytes zip;
	const char *why;
	enum err e;

	package_open(&p, a);
	package_add(&p, "data.json", raw);
	package_sign(&p, &about, seed);
	e = package_zip(&p, &zip);
	assert(e == ERR_OK);
	e = package_read(a, zip, &got, &why);
	assert(e == ERR_OK && got.n == 3);
	package_verify(&got, &keys, &v);
	assert(v.finding == PACKAGE_GENUINE);
	package_open(&p, a);
	package_add(&p, "manifest.json", raw);
	package_add(&p, "manifest.jws", (struct bytes){
	    (const unsigned char *)"", 0 });
	p.files[1].bytes.ptr = (const unsigned char *)jws_sign(a, seed,
	    "assent-package+jwt", raw);
	p.files[1].bytes.len = strlen((const char *)p.files[1].bytes.ptr);
	check_read(&p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct bytes raw = { data, size };
	const char *why = NULL;
	struct package p;

	if (key.kid[0] == '\0')
		jwk_from_seed(seed, JWK_RECEIPT, 0, &key);
	if (package_read(a, raw, &p, &why) == ERR_OK)
		check_read(&p);
	else
		assert(why != NULL);
	check_written(a, raw);
	arena_close(a);
	return 0;
}
