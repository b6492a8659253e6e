/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A mail as one sealed JSON text: what it takes to write it again, the same,
 * at each try.  No SQL here.
 */
#include "outbox/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/address.h"
#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "keys/hash.h"
#include "keys/seal.h"
#include "outbox/inside.h"

#define HOST_MAX	80	/* message_id is VARCHAR(120) */
#define ID_BYTES	16
#define PATH_MAX_BYTES	500	/* of an unsubscribe path */
#define FILE_NAME_MAX	100
#define LOWER		"abcdefghijklmnopqrstuvwxyz"
#define DIGITS		"0123456789"

char *
outbox_host(struct arena *a, const char *url)
{
	const char *host = strstr(url, "://");
	const char *dot;
	size_t len;

	host = host == NULL ? url : host + 3;
	len = strcspn(host, ":/?#");
	host = text_lower_ascii(a, arena_textn(a, host, len));
	while (strlen(host) > HOST_MAX && (dot = strchr(host, '.')) != NULL)
		host = dot + 1;
	if (*host == '\0' || *host == '-' || *host == '.' ||
	    strlen(host) > HOST_MAX || strstr(host, "..") != NULL ||
	    host[strlen(host) - 1] == '.' ||
	    strspn(host, LOWER DIGITS "-.") != strlen(host))
		host = "localhost";
	return arena_text(a, host);
}

enum err
outbox_open(const struct config *config, const struct keys *keys,
    struct outbox **ret_outbox)
{
	struct outbox *o = calloc(1, sizeof(*o));
	enum err e;

	if (o == NULL)
		abort();
	o->arena = arena_open();
	o->host = outbox_host(o->arena, config->portal_url);
	e = sealbox_sender_open(key_get(keys, KEY_MAIL_PUBLIC), &o->sender);
	if (e != ERR_OK) {
		log_fault("outbox=open what=\"mail_public is not a key; run assent keys again\"");
		outbox_close(o);
		return e;
	}
	*ret_outbox = o;
	return ERR_OK;
}

void
outbox_close(struct outbox *o)
{
	if (o == NULL)
		return;
	sealbox_sender_close(o->sender);
	arena_close(o->arena);
	free(o);
}

char *
outbox_message_id(const struct outbox *o, struct arena *a)
{
	unsigned char id[ID_BYTES];

	random_fill(id, sizeof(id));
	return arena_printf(a, "%s@%s", hex_write(a,
	    (struct bytes){ id, sizeof(id) }), o->host);
}

static bool
is_word(const char *text, size_t least, size_t most, const char *allowed)
{
	size_t len = text == NULL ? 0 : strlen(text);

	return len >= least && len <= most && strspn(text, allowed) == len;
}

static bool
is_file_name(const char *name)
{
	return name != NULL && *name != '\0' && *name != '.' &&
	    strlen(name) <= FILE_NAME_MAX &&
	    text_is_utf8(name, strlen(name)) && text_is_plain(name, false) &&
	    strpbrk(name, "/\\\"") == NULL;
}

static bool
is_type(const char *type)
{
	const char *slash = type == NULL ? NULL : strchr(type, '/');

	return slash != NULL && slash != type && slash[1] != '\0' &&
	    strchr(slash + 1, '/') == NULL &&
	    is_word(type, 3, FILE_NAME_MAX, LOWER DIGITS "/+-.");
}

static bool
is_path(const char *path)
{
	return path == NULL || (*path == '/' && path[1] != '/' &&
	    is_word(path, 2, PATH_MAX_BYTES, LOWER DIGITS
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ/-_.~?&=%"));
}

static bool
is_recipient(struct arena *a, const char *to)
{
	struct address address;

	return to != NULL && address_read(a, to, &address) == ERR_OK &&
	    strcmp(address.mail, to) == 0;
}

/* Return what is wrong with ${mail}, or NULL. */
static const char *
mail_fault(struct arena *a, const struct outbox_mail *mail)
{
	size_t i;

	if (!is_word(mail->template, 1, OUTBOX_NAME_MAX, LOWER DIGITS "_"))
		return "template";
	if (!is_word(mail->language, 2, 2, LOWER))
		return "language";
	if (!is_recipient(a, mail->to))
		return "to";
	if (!json_is_object(mail->view))
		return "view";
	if (!is_path(mail->unsubscribe))
		return "unsubscribe";
	if (mail->n_files > OUTBOX_FILES_MAX)
		return "files";
	for (i = 0; i < mail->n_files; i++) {
		if (!is_file_name(mail->files[i].name) ||
		    !is_type(mail->files[i].type))
			return "file";
	}
	return NULL;
}

static enum err
refuse(const struct outbox_mail *mail, const char *what)
{
	log_fault("outbox=refused template=%s what=%s",
	    is_word(mail->template, 1, OUTBOX_NAME_MAX, LOWER DIGITS "_") ?
	    mail->template : "-", what);
	return ERR_BUG;
}

static json_t *
files_json(struct arena *a, const struct outbox_mail *mail)
{
	json_t *files = json_array();
	size_t i;

	for (i = 0; i < mail->n_files; i++) {
		json_array_append_new(files, json_pack("{s:s, s:s, s:s}",
		    "name", mail->files[i].name, "type", mail->files[i].type,
		    "data", base64url_write(a, mail->files[i].bytes)));
	}
	return files;
}

static int
append_text(const char *ptr, size_t len, void *arg)
{
	struct buf *b = arg;

	buf_add(b, ptr, len);
	return 0;
}

static const char *
seal_place(struct arena *a, const struct outbox_mail *mail,
    const char *message_id)
{
	return arena_printf(a, "outbox|sealed|%s|%s|%s", message_id,
	    mail->template, mail->language);
}

enum err
outbox_seal(const struct outbox *o, struct arena *a,
    const struct outbox_mail *mail, const char *message_id,
    struct bytes *ret_sealed)
{
	const char *fault = mail_fault(a, mail);
	size_t size = 0, i;
	struct buf text;
	json_t *json;
	int failed;

	if (fault != NULL)
		return refuse(mail, fault);
	for (i = 0; i < mail->n_files; i++)
		size += mail->files[i].bytes.len;
	if (size > OUTBOX_MAIL_MAX_BYTES)
		return refuse(mail, "too_large");
	json = json_pack("{s:s, s:s?, s:O, s:o}", "to", mail->to,
	    "unsubscribe", mail->unsubscribe, "view", mail->view,
	    "files", files_json(a, mail));
	if (json == NULL)
		return refuse(mail, "not_utf8");
	buf_open(&text, a);
	failed = json_dump_callback(json, append_text, &text, JSON_COMPACT);
	json_decref(json);
	if (failed != 0)
		return refuse(mail, "view");
	if (text.len > OUTBOX_MAIL_MAX_BYTES)
		return refuse(mail, "too_large");
	*ret_sealed = sealbox(a, o->sender, seal_place(a, mail, message_id),
	    buf_bytes(&text));
	return ERR_OK;
}

static enum err
read_file(struct arena *a, const json_t *json, struct outbox_file *ret_file)
{
	const char *data = json_string_value(json_object_get(json, "data"));
	struct outbox_file file;

	file.name = json_string_value(json_object_get(json, "name"));
	file.type = json_string_value(json_object_get(json, "type"));
	if (data == NULL || !is_file_name(file.name) || !is_type(file.type) ||
	    base64url_read(a, data, &file.bytes) != ERR_OK)
		return ERR_MALFORMED;
	file.name = arena_text(a, file.name);
	file.type = arena_text(a, file.type);
	*ret_file = file;
	return ERR_OK;
}

static enum err
read_letter(struct arena *a, const json_t *json, struct outbox_letter *l)
{
	const char *to = json_string_value(json_object_get(json, "to"));
	const json_t *path = json_object_get(json, "unsubscribe");
	const json_t *files = json_object_get(json, "files");
	enum err e;
	size_t i;

	memset(l, 0, sizeof(*l));
	if (!is_recipient(a, to) || !json_is_array(files) ||
	    !(json_is_string(path) || json_is_null(path)) ||
	    !is_path(json_string_value(path)) ||
	    json_array_size(files) > OUTBOX_FILES_MAX)
		return ERR_MALFORMED;
	l->to = arena_text(a, to);
	if (json_is_string(path))
		l->unsubscribe = arena_text(a, json_string_value(path));
	l->n_files = json_array_size(files);
	for (i = 0; i < l->n_files; i++) {
		if ((e = read_file(a, json_array_get(files, i),
		    &l->files[i])) != ERR_OK)
			return e;
	}
	l->view = json_object_get(json, "view");
	return json_is_object(l->view) ? ERR_OK : ERR_MALFORMED;
}

enum err
outbox_letter_read(struct arena *a, struct bytes text,
    struct outbox_letter *ret_letter)
{
	struct outbox_letter letter;
	json_t *json;
	enum err e;

	if (text.len > OUTBOX_MAIL_MAX_BYTES)
		return ERR_MALFORMED;
	json = json_loadb((const char *)text.ptr, text.len,
	    JSON_REJECT_DUPLICATES, NULL);
	if (json == NULL)
		return ERR_MALFORMED;
	if ((e = read_letter(a, json, &letter)) == ERR_OK) {
		json_incref(letter.view);
		*ret_letter = letter;
	}
	json_decref(json);
	return e;
}

enum err
outbox_unseal(const struct keys *keys, struct arena *a,
    const struct outbox_mail *mail, const char *message_id,
    struct bytes sealed, struct outbox_letter *ret_letter)
{
	struct bytes text;
	enum err e;

	if ((e = keys_sealbox_open(a, keys, seal_place(a, mail, message_id),
	    sealed, &text)) != ERR_OK)
		return e;
	return outbox_letter_read(a, text, ret_letter);
}
