/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A package from outside: the ZIP file without trust, then the signature,
 * then the files (GDPR 5(1)(f), 15(3), 20(1)).
 */
#include "export/package_check.h"

#include <zip.h>

#include "base/clock.h"
#include "base/text.h"
#include "export/export.h"
#include "keys/document.h"

/* How far two clocks may differ: ASVS 9.2.1. */
#define SKEW_S		60
#define SITE_MAX_BYTES	400	/* the controller's name, in UTF-8 */
#define HEX_CHARS	(2 * HASH_BYTES)

#define NO_ZIP		"it is no ZIP file, or a part of it is missing"
#define MANIFEST	"manifest.json"
#define SIGNATURE	"manifest.jws"

const struct package_finding_info package_findings[PACKAGE_FINDING__MAX] = {
	[PACKAGE_GENUINE] = { "genuine", true,
	    "The package is as it was signed, with a key of the site." },
	[PACKAGE_GENUINE_RETIRED] = { "genuine_retired", true,
	    "The package is as it was signed, with a key that the site has since replaced." },
	[PACKAGE_CHANGED] = { "changed", false,
	    "The package was changed after it was signed." },
	[PACKAGE_NOT_ONE] = { "not_a_package", false,
	    "This is not a package: it has no signed list of files." },
	[PACKAGE_FORGED] = { "forged", false,
	    "The signature is bad: the list of files was changed, or never signed by this site." },
	[PACKAGE_UNKNOWN_KEY] = { "unknown_key", false,
	    "The package names a key that the site has never had." },
	[PACKAGE_REVOKED] = { "revoked", false,
	    "The key of the package was withdrawn: others may have signed with it." },
	[PACKAGE_UNTIMELY] = { "untimely", false,
	    "The package bears a date at which its key was not in use." },
};

const char *const package_fault_names[PACKAGE_FAULT__MAX] = {
	[PACKAGE_FILE_CHANGED]	= "changed",
	[PACKAGE_FILE_ADDED]	= "added",
	[PACKAGE_FILE_MISSING]	= "missing",
};

/* Words of plain letters joined by '/', none of them "", "." or "..". */
static bool
is_plain_name(const char *name)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789_-.";
	size_t len = strlen(name), n;

	if (len == 0 || len > PACKAGE_NAME_MAX)
		return false;
	for (;;) {
		n = strspn(name, plain);
		if (n == 0 || name[0] == '.')
			return false;
		if (name[n] == '\0')
			return true;
		if (name[n] != '/')
			return false;
		name += n + 1;
	}
}

static enum err
refuse(const char **ret_why, const char *why)
{
	*ret_why = why;
	return ERR_MALFORMED;
}

/* What a name may be shown as: a hostile one is not sent to a terminal. */
static const char *
shown(struct arena *a, const char *name)
{
	char *text = arena_text(a, name);
	size_t i;

	for (i = 0; text[i] != '\0'; i++)
		if (text[i] < ' ' || text[i] > '~')
			text[i] = '?';
	return text;
}

static enum err
look_at(struct package *p, zip_t *zip, zip_uint64_t i, size_t *left,
    const char **ret_why)
{
	const char *name;
	zip_stat_t st;

	if (zip_stat_index(zip, i, ZIP_FL_ENC_RAW, &st) != 0 ||
	    (st.valid & ZIP_STAT_SIZE) == 0 || st.name == NULL)
		return refuse(ret_why, "an entry of it cannot be read");
	name = shown(p->arena, st.name);
	if (!is_plain_name(st.name))
		return refuse(ret_why, arena_printf(p->arena,
		    "a file of it has a name that no package has: %s",
		    name));
	if (package_find(p, st.name) != NULL)
		return refuse(ret_why, arena_printf(p->arena,
		    "two files of it have the same name: %s", name));
	if ((st.encryption_method != ZIP_EM_NONE) ||
	    (st.comp_method != ZIP_CM_STORE &&
	    st.comp_method != ZIP_CM_DEFLATE))
		return refuse(ret_why, arena_printf(p->arena,
		    "a file of it is packed as no package is: %s", name));
	if (st.size > *left)
		return refuse(ret_why,
		    "unpacked it is larger than a package can be");
	*left -= (size_t)st.size;
	package_add(p, name, (struct bytes){ NULL, (size_t)st.size });
	return ERR_OK;
}

static enum err
unpack(struct package *p, zip_t *zip, size_t i, const char **ret_why)
{
	struct package_file *file = &p->files[i];
	unsigned char *ptr = arena_take(p->arena, file->bytes.len + 1);
	zip_file_t *f = zip_fopen_index(zip, (zip_uint64_t)i, 0);
	zip_int64_t got = -1;

	/* one byte more than it claims: there must be none, and the end is
	   where libzip compares the checksum */
	if (f != NULL) {
		got = zip_fread(f, ptr, file->bytes.len + 1);
		if (got >= 0 && (size_t)got == file->bytes.len &&
		    zip_fread(f, ptr + got, 1) != 0)
			got = -1;
		zip_fclose(f);
	}
	if (got < 0 || (size_t)got != file->bytes.len)
		return refuse(ret_why, arena_printf(p->arena,
		    "a file of it is damaged: %s", file->name));
	ptr[got] = '\0';
	file->bytes.ptr = ptr;
	return ERR_OK;
}

/* Names and sizes of all entries, before one of them is unpacked. */
static enum err
look_at_all(struct package *p, zip_t *zip, const char **ret_why)
{
	zip_int64_t n = zip_get_num_entries(zip, 0), i;
	size_t left = PACKAGE_MAX_BYTES;
	enum err e = ERR_OK;

	if (n < 1)
		return refuse(ret_why, NO_ZIP);
	if (n > PACKAGE_FILES_MAX)
		return refuse(ret_why, "it has more files than a package can have");
	for (i = 0; e == ERR_OK && i < n; i++)
		e = look_at(p, zip, (zip_uint64_t)i, &left, ret_why);
	return e;
}

static zip_t *
open_zip(struct bytes bytes, int flags)
{
	zip_source_t *from = zip_source_buffer_create(bytes.ptr, bytes.len, 0,
	    NULL);
	zip_t *zip;

	if (from == NULL)
		abort();
	zip = zip_open_from_source(from, ZIP_RDONLY | flags, NULL);
	if (zip == NULL)
		zip_source_free(from);
	return zip;
}

enum err
package_read(struct arena *a, struct bytes bytes, struct package *ret_p,
    const char **ret_why)
{
	/* the headers of the files agree with the directory at its end */
	zip_t *zip = open_zip(bytes, ZIP_CHECKCONS);
	bool is_consistent = zip != NULL;
	struct package p;
	enum err e;
	size_t i;

	if (!is_consistent && (zip = open_zip(bytes, 0)) == NULL)
		return refuse(ret_why, NO_ZIP);
	package_open(&p, a);
	e = look_at_all(&p, zip, ret_why);
	if (e == ERR_OK && !is_consistent)
		e = refuse(ret_why, "what it says of its files does not agree");
	for (i = 0; e == ERR_OK && i < p.n; i++)
		e = unpack(&p, zip, i, ret_why);
	zip_discard(zip);
	if (e == ERR_OK)
		*ret_p = p;
	return e;
}

static void
blame(struct package_verdict *v, const char *name, enum package_fault fault)
{
	v->faults[v->n].name = name;
	v->faults[v->n++].fault = fault;
}

static bool
is_same(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 ||
	    memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* A line of the list; false unless it is one that package_sign() writes. */
static bool
read_line(struct arena *a, const json_t *object, const char **ret_name,
    struct bytes *ret_hash, size_t *ret_size)
{
	const char *hash;
	struct doc d;

	doc_open(&d, a, object);
	*ret_name = doc_text(&d, "name", PACKAGE_NAME_MAX);
	*ret_size = (size_t)doc_int(&d, "size", 0, PACKAGE_MAX_BYTES);
	hash = doc_text(&d, "sha256", HEX_CHARS);
	return doc_end(&d) && is_plain_name(*ret_name) &&
	    strspn(hash, "0123456789abcdef") == HEX_CHARS &&
	    hex_read(a, hash, ret_hash) == ERR_OK;
}

/* Compare the list with what is there; false when the list is none. */
static bool
compare(const struct package *p, const json_t *list,
    struct package_verdict *v)
{
	bool is_listed[PACKAGE_FILES_MAX] = { false };
	const struct package_file *f;
	unsigned char hash[HASH_BYTES];
	const json_t *line;
	struct bytes want;
	const char *name;
	size_t i, size;

	json_array_foreach(list, i, line) {
		if (!read_line(p->arena, line, &name, &want, &size) ||
		    strcmp(name, MANIFEST) == 0 ||
		    strcmp(name, SIGNATURE) == 0)
			return false;
		if ((f = package_find(p, name)) == NULL) {
			blame(v, name, PACKAGE_FILE_MISSING);
			continue;
		}
		if (is_listed[f - p->files])
			return false;	/* named twice */
		is_listed[f - p->files] = true;
		sha256_of(f->bytes, hash);
		if (f->bytes.len != size || !is_same(want,
		    (struct bytes){ hash, sizeof(hash) }))
			blame(v, f->name, PACKAGE_FILE_CHANGED);
	}
	v->files_signed = json_array_size(list);
	for (i = 0; i < p->n; i++)
		if (!is_listed[i] && strcmp(p->files[i].name, MANIFEST) != 0 &&
		    strcmp(p->files[i].name, SIGNATURE) != 0)
			blame(v, p->files[i].name, PACKAGE_FILE_ADDED);
	return true;
}

/* Read the signed list, and compare; false when it is no manifest. */
static bool
read_manifest(const struct package *p, struct bytes payload,
    struct package_verdict *v)
{
	const json_t *list;
	json_t *root;
	struct doc d;
	bool is_good;

	if (doc_load(payload, &root) != ERR_OK)
		return false;
	doc_open(&d, p->arena, root);
	is_good = text_equal(doc_text(&d, "format", 40), PACKAGE_FORMAT);
	v->about.kind = doc_text(&d, "kind", 20);
	v->about.site = doc_text(&d, "site", SITE_MAX_BYTES);
	v->about.created_us = doc_instant(&d, "created_at");
	list = doc_list(&d, "files", PACKAGE_FILES_MAX);
	is_good = is_good && doc_end(&d) &&
	    (text_equal(v->about.kind, "access") ||
	    text_equal(v->about.kind, "portability")) && compare(p, list, v);
	json_decref(root);
	return is_good;
}

/* Outside of its key's life nobody of ours has signed it. */
static bool
is_timely(const struct package_verdict *v)
{
	int64_t at_s = v->about.created_us / SECOND_US;

	return at_s >= v->key->from_s - SKEW_S && (v->key->until_s == 0 ||
	    at_s <= v->key->until_s + SKEW_S);
}

static enum package_finding
finding_of(const struct package *p, struct bytes payload,
    struct package_verdict *v)
{
	const struct package_file *manifest = package_find(p, MANIFEST);

	if (!read_manifest(p, payload, v))
		return PACKAGE_NOT_ONE;
	v->is_signed = true;
	if (manifest == NULL)
		blame(v, MANIFEST, PACKAGE_FILE_MISSING);
	else if (!is_same(manifest->bytes, payload))
		blame(v, MANIFEST, PACKAGE_FILE_CHANGED);
	if (!is_timely(v))
		return PACKAGE_UNTIMELY;
	if (jwk_state(v->key) == JWK_REVOKED)
		return PACKAGE_REVOKED;
	if (v->n > 0)
		return PACKAGE_CHANGED;
	return jwk_state(v->key) == JWK_RETIRED ? PACKAGE_GENUINE_RETIRED :
	    PACKAGE_GENUINE;
}

void
package_verify(const struct package *p, const struct jwks *keys,
    struct package_verdict *ret_verdict)
{
	const struct package_file *signature = package_find(p, SIGNATURE);
	struct package_verdict *v = ret_verdict;
	struct jws jws;
	enum err e;

	memset(v, 0, sizeof(*v));
	v->finding = PACKAGE_NOT_ONE;
	if (signature == NULL)
		return;
	e = jws_open(p->arena, arena_textn(p->arena, signature->bytes.ptr,
	    signature->bytes.len), EXPORT_TYP, keys, JWK_RECEIPT, &jws);
	if (e == ERR_OK) {
		v->key = jws.key;
		v->finding = finding_of(p, jws.payload, v);
	} else if (e == ERR_NOTFOUND) {
		v->finding = PACKAGE_UNKNOWN_KEY;
	} else {
		v->finding = PACKAGE_FORGED;
	}
}
