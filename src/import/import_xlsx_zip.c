/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The archive of a workbook and its XML, within the bounds of T17
 * (GDPR 32(1)(b); RELIABILITY T17).
 */
#include "import/import_xlsx.h"

#include <string.h>
#include <sys/stat.h>

#include "base/text.h"

#define PIECE_BYTES	(64u * 1024)	/* unpacked at once */
#define SLACK_BYTES	(256u * 1024)	/* that the ratio does not count: tiny files pack well */

void
xlsx_fail(struct xlsx *x, enum import_fault fault, uint64_t line)
{
	if (x->verdict.fault == IMPORT_FAULT_NONE)
		x->verdict = (struct import_verdict){ fault, line };
}

static bool
is_path_within(const char *name)
{
	return *name != '/' && *name != '\0' && strstr(name, "..") == NULL &&
	    strpbrk(name, "\\:") == NULL;
}

static bool
is_link(zip_t *zip, zip_uint64_t i)
{
	zip_uint32_t attributes = 0;
	zip_uint8_t maker = 0;

	return zip_file_get_external_attributes(zip, i, 0, &maker,
	    &attributes) != 0 || (maker == ZIP_OPSYS_UNIX &&
	    S_ISLNK(attributes >> 16));
}

/* What one entry says of itself. */
static enum import_fault
judge(zip_t *zip, zip_uint64_t i, zip_stat_t *st)
{
	const zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE |
	    ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD |
	    ZIP_STAT_ENCRYPTION_METHOD;

	if (zip_stat_index(zip, i, 0, st) != 0 ||
	    (st->valid & needed) != needed)
		return IMPORT_FAULT_BROKEN;
	if (!is_path_within(st->name) || is_link(zip, i) ||
	    st->encryption_method != ZIP_EM_NONE ||
	    (st->comp_method != ZIP_CM_STORE &&
	    st->comp_method != ZIP_CM_DEFLATE) ||
	    st->size > IMPORT_OUT_MAX_BYTES ||
	    st->comp_size > IMPORT_UPLOAD_MAX_BYTES ||
	    st->size > SLACK_BYTES + XLSX_RATIO_MAX * st->comp_size)
		return IMPORT_FAULT_HOSTILE;
	return IMPORT_FAULT_NONE;
}

static enum import_fault
judge_all(zip_t *zip, size_t file_bytes)
{
	zip_int64_t n = zip_get_num_entries(zip, 0), i;
	uint64_t packed = 0, unpacked = 0;
	enum import_fault fault;
	zip_stat_t st;

	if (n > XLSX_ENTRIES_MAX)
		return IMPORT_FAULT_HOSTILE;
	for (i = 0; i < n; i++) {
		if ((fault = judge(zip, (zip_uint64_t)i, &st)) !=
		    IMPORT_FAULT_NONE)
			return fault;
		packed += st.comp_size;
		unpacked += st.size;
	}
	/* entries that share their bytes have more of them than the file */
	if (packed > file_bytes || unpacked > IMPORT_OUT_MAX_BYTES ||
	    unpacked > SLACK_BYTES + XLSX_RATIO_MAX * packed)
		return IMPORT_FAULT_HOSTILE;
	return IMPORT_FAULT_NONE;
}

bool
xlsx_open(struct xlsx *x, struct bytes file)
{
	zip_source_t *source;
	zip_error_t error;

	zip_error_init(&error);
	source = zip_source_buffer_create(file.ptr, file.len, 0, &error);
	if (source != NULL && (x->zip = zip_open_from_source(source,
	    ZIP_RDONLY | ZIP_CHECKCONS, &error)) == NULL)
		zip_source_free(source);
	zip_error_fini(&error);
	xlsx_fail(x, x->zip == NULL ? IMPORT_FAULT_BROKEN :
	    judge_all(x->zip, file.len), 0);
	return x->verdict.fault == IMPORT_FAULT_NONE;
}

void
xlsx_close(struct xlsx *x)
{
	if (x->zip != NULL)
		zip_discard(x->zip);
	x->zip = NULL;
}

/* An XML file being read. */
struct reading {
	struct xlsx *x;
	const struct xlsx_handler *handler;
	XML_Parser parser;
	uint64_t n_left;	/* bytes that the archive says it still has */
	int depth;
};

static const char *
without_prefix(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon == NULL ? name : colon + 1;
}

const char *
xlsx_attribute(const char **attributes, const char *name)
{
	for (; *attributes != NULL; attributes += 2)
		if (strcmp(without_prefix(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

static void
stop(struct reading *r, enum import_fault fault)
{
	xlsx_fail(r->x, fault, 0);
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static void XMLCALL
on_begin(void *arg, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *r = arg;

	if (++r->depth > XLSX_DEPTH_MAX) {
		stop(r, IMPORT_FAULT_HOSTILE);
		return;
	}
	r->handler->begin(r->handler->arg, without_prefix(name), attributes);
	if (r->x->verdict.fault != IMPORT_FAULT_NONE)
		stop(r, r->x->verdict.fault);
}

static void XMLCALL
on_text(void *arg, const XML_Char *text, int len)
{
	struct reading *r = arg;

	if (r->handler->text != NULL)
		r->handler->text(r->handler->arg, text, (size_t)len);
}

static void XMLCALL
on_end(void *arg, const XML_Char *name)
{
	struct reading *r = arg;

	r->depth--;
	if (r->handler->end != NULL)
		r->handler->end(r->handler->arg, without_prefix(name));
	if (r->x->verdict.fault != IMPORT_FAULT_NONE)
		stop(r, r->x->verdict.fault);
}

/* No workbook has one: entities that grow, files of others. */
static void XMLCALL
on_doctype(void *arg, const XML_Char *name, const XML_Char *id,
    const XML_Char *public, int has_subset)
{
	(void)name;
	(void)id;
	(void)public;
	(void)has_subset;
	stop(arg, IMPORT_FAULT_HOSTILE);
}

/* Piece by piece, and no more than the archive says. */
static void
parse(struct reading *r, zip_file_t *entry)
{
	zip_int64_t n;
	void *piece;

	do {
		if ((piece = XML_GetBuffer(r->parser, PIECE_BYTES)) == NULL ||
		    (n = zip_fread(entry, piece, PIECE_BYTES)) < 0) {
			xlsx_fail(r->x, IMPORT_FAULT_BROKEN, 0);
			return;
		}
		r->x->n_unpacked += (uint64_t)n;
		if ((uint64_t)n > r->n_left ||
		    r->x->n_unpacked > IMPORT_OUT_MAX_BYTES) {
			xlsx_fail(r->x, IMPORT_FAULT_HOSTILE, 0);
			return;
		}
		r->n_left -= (uint64_t)n;
		if (XML_ParseBuffer(r->parser, (int)n, n == 0) !=
		    XML_STATUS_OK) {
			xlsx_fail(r->x, IMPORT_FAULT_BROKEN, 0);
			return;
		}
	} while (n > 0);
}

bool
xlsx_read(struct xlsx *x, const char *name,
    const struct xlsx_handler *handler)
{
	zip_int64_t i = zip_name_locate(x->zip, name, 0);
	struct reading r = { .x = x, .handler = handler };
	zip_file_t *entry;
	zip_stat_t st;

	if (i < 0)
		return true;
	if (zip_stat_index(x->zip, (zip_uint64_t)i, 0, &st) != 0 ||
	    (entry = zip_fopen_index(x->zip, (zip_uint64_t)i, 0)) == NULL) {
		xlsx_fail(x, IMPORT_FAULT_BROKEN, 0);
		return false;
	}
	if ((r.parser = XML_ParserCreate(NULL)) == NULL)
		abort();	/* without memory the process ends */
	r.n_left = st.size;
	XML_SetUserData(r.parser, &r);
	XML_SetElementHandler(r.parser, on_begin, on_end);
	XML_SetCharacterDataHandler(r.parser, on_text);
	XML_SetStartDoctypeDeclHandler(r.parser, on_doctype);
	parse(&r, entry);
	XML_ParserFree(r.parser);
	(void)zip_fclose(entry);
	return x->verdict.fault == IMPORT_FAULT_NONE;
}
