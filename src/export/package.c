/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files, their signed list, and the ZIP file (GDPR 15(3), 20(1)).
 */
#include "export/package.h"

#include <assert.h>
#include <inttypes.h>

#include <zip.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"
#include "base/tree.h"
#include "export/csv.h"
#include "export/export.h"

void
package_open(struct package *p, struct arena *a)
{
	memset(p, 0, sizeof(*p));
	p->arena = a;
}

void
package_add(struct package *p, const char *name, struct bytes bytes)
{
	assert(p->n < PACKAGE_FILES_MAX);
	p->files[p->n++] = (struct package_file){ name, bytes };
}

void
package_add_json(struct package *p, const char *name, const json_t *json)
{
	const char *text = tree_text(p->arena, json, JSON_INDENT(2));

	package_add(p, name, (struct bytes){ (const unsigned char *)text,
	    strlen(text) });
}

static const char *
cell_text(struct arena *a, const json_t *value)
{
	if (json_is_string(value))
		return json_string_value(value);
	if (json_is_integer(value))
		return arena_printf(a, "%" JSON_INTEGER_FORMAT,
		    json_integer_value(value));
	if (json_is_null(value))
		return "";
	return json_is_true(value) ? "true" : "false";
}

void
package_add_csv(struct package *p, const char *name, const json_t *list)
{
	json_t *row, *value;
	struct csv csv;
	struct buf out;
	const char *key;
	size_t i;

	if (json_array_size(list) == 0)
		return;
	buf_open(&out, p->arena);
	buf_text(&out, CSV_BOM);
	csv_open(&csv, &out);
	json_object_foreach(json_array_get(list, 0), key, value)
		csv_cell(&csv, key);
	csv_end(&csv);
	json_array_foreach(list, i, row) {
		json_object_foreach(row, key, value)
			csv_cell(&csv, cell_text(p->arena, value));
		csv_end(&csv);
	}
	package_add(p, name, buf_bytes(&out));
}

static const char *
hash_text(struct arena *a, struct bytes bytes)
{
	unsigned char hash[HASH_BYTES];

	sha256_of(bytes, hash);
	return hex_write(a, (struct bytes){ hash, sizeof(hash) });
}

void
package_sign(struct package *p, const struct package_about *about,
    const unsigned char seed[KEY_BYTES])
{
	json_t *files = json_array(), *manifest;
	const struct package_file *f;
	struct bytes payload;
	char *jws;
	size_t i;

	for (i = 0; i < p->n; i++) {
		f = &p->files[i];
		json_array_append_new(files, json_pack("{s:s, s:I, s:s}",
		    "name", f->name, "size", (json_int_t)f->bytes.len,
		    "sha256", hash_text(p->arena, f->bytes)));
	}
	manifest = json_pack("{s:s, s:s, s:s, s:s, s:o}", "format",
	    PACKAGE_FORMAT, "kind", about->kind, "site", about->site, "created_at",
	    clock_iso(p->arena, about->created_us), "files", files);
	package_add_json(p, "manifest.json", manifest);
	json_decref(manifest);
	payload = p->files[p->n - 1].bytes;
	jws = jws_sign(p->arena, seed, EXPORT_TYP, payload);
	package_add(p, "manifest.jws", (struct bytes){
	    (const unsigned char *)jws, strlen(jws) });
}

static bool
add_entry(zip_t *zip, const struct package_file *f)
{
	zip_source_t *from = zip_source_buffer(zip, f->bytes.ptr,
	    f->bytes.len, 0);

	if (from == NULL)
		return false;
	if (zip_file_add(zip, f->name, from, ZIP_FL_ENC_UTF_8) < 0) {
		zip_source_free(from);
		return false;
	}
	return true;
}

static bool
zip_take(struct arena *a, zip_source_t *to, struct bytes *ret_zip)
{
	unsigned char *ptr;
	zip_int64_t got = -1;
	zip_stat_t st;

	if (zip_source_stat(to, &st) != 0 || zip_source_open(to) != 0)
		return false;
	ptr = arena_take(a, st.size + 1);
	got = zip_source_read(to, ptr, st.size);
	zip_source_close(to);
	if (got < 0 || (zip_uint64_t)got != st.size)
		return false;
	*ret_zip = (struct bytes){ ptr, (size_t)st.size };
	return true;
}

enum err
package_zip(const struct package *p, struct bytes *ret_zip)
{
	zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *zip = NULL;
	bool is_good;
	size_t i;

	if (to == NULL)
		abort();
	zip_source_keep(to);
	zip = zip_open_from_source(to, ZIP_TRUNCATE, NULL);
	is_good = zip != NULL;
	for (i = 0; i < p->n && is_good; i++)
		is_good = add_entry(zip, &p->files[i]);
	if (zip == NULL)
		zip_source_free(to);
	else if (!is_good)
		zip_discard(zip);
	else if (zip_close(zip) != 0) {
		zip_discard(zip);
		is_good = false;
	}
	is_good = is_good && zip_take(p->arena, to, ret_zip);
	zip_source_free(to);
	if (!is_good) {
		log_fault("event=package.zip error=libzip");
		return ERR_BUG;
	}
	return ERR_OK;
}

const struct package_file *
package_find(const struct package *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->n; i++)
		if (strcmp(p->files[i].name, name) == 0)
			return &p->files[i];
	return NULL;
}
