/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Key files: written whole or not at all, read strictly, and never left
 * behind in memory that is not wiped (GDPR 32(1)(a)).
 */
#include "keys/keys_file.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

/* Sixteen generations of 25 keys of 60 characters stay well below. */
#define FILE_MAX_BYTES	((size_t)64 * 1024)
#define SECRET_MODE	0400

/* While a key file is parsed, jansson's memory is wiped when freed. */
struct wiped {
	size_t size;
	_Alignas(16) unsigned char data[];
};

static void *
wiped_take(size_t size)
{
	struct wiped *w = malloc(sizeof(*w) + size);

	if (w == NULL)
		return NULL;
	w->size = size;
	return w->data;
}

static void
wiped_drop(void *ptr)
{
	struct wiped *w;

	if (ptr == NULL)
		return;
	w = (void *)((unsigned char *)ptr - offsetof(struct wiped, data));
	sodium_memzero(w->data, w->size);
	free(w);
}

static enum err
fault(enum err e, const char *path, const char *what, const char *hint)
{
	log_fault("event=keys.file path=%s error=%s errno=%d hint=\"%s\"",
	    path, what, errno, hint);
	return e;
}

/* Everything that can be wrong with the file itself, before its words. */
static enum err
check_file(int fd, const char *path)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return fault(ERR_DOWN, path, "unreadable", "see errno");
	if (!S_ISREG(st.st_mode))
		return fault(ERR_DENIED, path, "not_a_file",
		    "name the key file itself");
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return fault(ERR_DENIED, path, "owner",
		    "chown it to the user of this program");
	if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		return fault(ERR_DENIED, path, "mode", "chmod 0400 it");
	return ERR_OK;
}

/* Up to one byte more than is allowed, so that a longer file shows. */
static enum err
read_all(int fd, const char *path, unsigned char *data, size_t *ret_len)
{
	size_t len = 0;
	ssize_t n;

	while (len <= FILE_MAX_BYTES) {
		n = read(fd, data + len, FILE_MAX_BYTES + 1 - len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fault(ERR_DOWN, path, "unreadable",
			    "see errno");
		if (n == 0)
			break;
		len += (size_t)n;
	}
	if (len > FILE_MAX_BYTES)
		return fault(ERR_MALFORMED, path, "too_large",
		    "write it anew with: assent keys derive");
	*ret_len = len;
	return ERR_OK;
}

static enum err
open_file(const char *path, int *ret_fd)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT)
		return fault(ERR_NOTFOUND, path, "missing",
		    "write it with: assent keys derive");
	if (fd < 0 && (errno == EACCES || errno == ELOOP))
		return fault(ERR_DENIED, path, "unreadable",
		    "it must be a file of this program's user");
	if (fd < 0)
		return fault(ERR_DOWN, path, "unreadable", "see errno");
	*ret_fd = fd;
	return ERR_OK;
}

static enum err
read_file(struct arena *a, const char *path, struct bytes *ret_data)
{
	unsigned char *data = arena_take(a, FILE_MAX_BYTES + 1);
	size_t len = 0;
	enum err e;
	int fd;

	if ((e = open_file(path, &fd)) != ERR_OK)
		return e;
	if ((e = check_file(fd, path)) == ERR_OK)
		e = read_all(fd, path, data, &len);
	if (close(fd) != 0 && e == ERR_OK)
		e = fault(ERR_DOWN, path, "unreadable", "see errno");
	if (e == ERR_OK)
		*ret_data = (struct bytes){ data, len };
	return e;
}

/* One key as base64url, straight into locked memory. */
static bool
key_from(const json_t *value, unsigned char ret_key[KEY_BYTES])
{
	unsigned char key[KEY_BYTES + 1];
	char again[48];
	const char *text, *end;
	size_t len, got;
	bool ok;

	if (!json_is_string(value))
		return false;
	text = json_string_value(value);
	len = json_string_length(value);
	ok = sodium_base642bin(key, sizeof(key), text, len, NULL, &got, &end,
	    sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0 &&
	    end == text + len && got == KEY_BYTES;
	if (ok) {
		sodium_bin2base64(again, sizeof(again), key, KEY_BYTES,
		    sodium_base64_VARIANT_URLSAFE_NO_PADDING);
		ok = strlen(again) == len && secret_equal(again, text, len);
		sodium_memzero(again, sizeof(again));
	}
	if (ok)
		memcpy(ret_key, key, KEY_BYTES);
	sodium_memzero(key, sizeof(key));
	return ok;
}

static bool
generation_from(const json_t *o, struct keys *keys, unsigned i)
{
	const json_t *number = json_object_get(o, "generation");
	const json_t *map = json_object_get(o, "keys");
	unsigned p, n = 0;
	json_int_t g = json_integer_value(number);

	if (json_object_size(o) != 2 || !json_is_integer(number) ||
	    g < 1 || g > UINT32_MAX || !json_is_object(map))
		return false;
	if (i > 0 && (uint64_t)g >= keys->generation[i - 1])
		return false;
	keys->generation[i] = (uint32_t)g;
	for (p = 0; p < KEY_PURPOSE__MAX; p++) {
		if (!keys_has(keys, p, i))
			continue;
		if (!key_from(json_object_get(map, key_table[p].name),
		    keys->key[i][p]))
			return false;
		n++;
	}
	return json_object_size(map) == n;
}

static bool
keys_from(const json_t *doc, struct keys *keys)
{
	const json_t *list = json_object_get(doc, "generations");
	const json_t *name = json_object_get(doc, "program");
	const json_t *v = json_object_get(doc, "v");
	unsigned i;

	if (json_object_size(doc) != 3 || !json_is_integer(v) ||
	    json_integer_value(v) != 1 || !text_equal(json_string_value(name),
	    key_program_names[keys->program]))
		return false;
	if (json_array_size(list) < 1 ||
	    json_array_size(list) > KEYS_GENERATIONS_MAX)
		return false;
	keys->count = (unsigned)json_array_size(list);
	for (i = 0; i < keys->count; i++)
		if (!generation_from(json_array_get(list, i), keys, i))
			return false;
	return true;
}

enum err
keys_open(const char *path, enum key_program program, struct keys **ret_keys)
{
	struct arena *a = arena_open();
	struct keys *keys = keys_take();
	json_malloc_t take;
	json_free_t drop;
	struct bytes data;
	json_t *doc;
	enum err e;

	keys->program = program;
	if ((e = read_file(a, path, &data)) != ERR_OK)
		goto out;
	json_get_alloc_funcs(&take, &drop);
	json_set_alloc_funcs(wiped_take, wiped_drop);
	doc = json_loadb((const char *)data.ptr, data.len,
	    JSON_REJECT_DUPLICATES, NULL);
	if (!keys_from(doc, keys)) {
		errno = 0;
		e = fault(ERR_MALFORMED, path, "not_a_key_file",
		    "write it anew with: assent keys derive");
	}
	json_decref(doc);
	json_set_alloc_funcs(take, drop);
out:
	arena_close(a);
	if (e != ERR_OK) {
		keys_close(keys);
		return e;
	}
	sodium_mprotect_readonly(keys);
	*ret_keys = keys;
	return ERR_OK;
}

static void
add_generation(struct buf *b, const struct keys *keys, unsigned i)
{
	struct bytes key;
	bool is_first = true;
	unsigned p;

	buf_printf(b, "%s  { \"generation\": %" PRIu32 ", \"keys\": {",
	    i > 0 ? ",\n" : "", keys->generation[i]);
	for (p = 0; p < KEY_PURPOSE__MAX; p++) {
		if (!keys_has(keys, p, i))
			continue;
		key = (struct bytes){ keys->key[i][p], KEY_BYTES };
		buf_printf(b, "%s\n    \"%s\": \"%s\"", is_first ? "" : ",",
		    key_table[p].name, base64url_write(b->arena, key));
		is_first = false;
	}
	buf_text(b, " } }");
}

static struct bytes
keys_text(struct arena *a, const struct keys *keys)
{
	struct buf b;
	unsigned i;

	buf_open(&b, a);
	buf_printf(&b, "{ \"v\": 1, \"program\": \"%s\", \"generations\": [\n",
	    key_program_names[keys->program]);
	for (i = 0; i < keys->count; i++)
		add_generation(&b, keys, i);
	buf_text(&b, " ] }\n");
	return buf_bytes(&b);
}

/* A file that stands is replaced only if ${may_replace}. */
static enum err
write_file(struct arena *a, const char *path, struct bytes data,
    bool may_replace)
{
	const char *tmp = arena_printf(a, "%s.%ld.tmp", path, (long)getpid());
	struct stat st;
	bool ok;
	int fd, saved;

	if (unlink(tmp) != 0 && errno != ENOENT)
		return fault(ERR_DOWN, path, "unwritable", "see errno");
	fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, SECRET_MODE);
	if (fd < 0)
		return fault(ERR_DOWN, path, "unwritable",
		    "the folder must exist and be ours");
	ok = fchmod(fd, SECRET_MODE) == 0;
	if (ok && may_replace && geteuid() == 0 && lstat(path, &st) == 0)
		ok = fchown(fd, st.st_uid, st.st_gid) == 0;
	ok = ok && file_write_all(fd, data) && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (ok && may_replace)
		ok = rename(tmp, path) == 0;
	else if (ok)
		ok = link(tmp, path) == 0;
	saved = errno;
	if (unlink(tmp) != 0 && errno != ENOENT)
		ok = false;
	errno = saved;
	if (!ok && !may_replace && errno == EEXIST)
		return fault(ERR_CONFLICT, path, "exists",
		    "a root key is never replaced");
	if (!ok || !file_sync_folder(a, path))
		return fault(ERR_DOWN, path, "unwritable", "see errno");
	return ERR_OK;
}

enum err
keys_root_create(const char *path)
{
	struct arena *a = arena_open();
	unsigned char root[KEY_BYTES];
	struct buf b;
	enum err e;

	if (sodium_init() < 0)
		abort();
	random_fill(root, sizeof(root));
	buf_open(&b, a);
	buf_printf(&b, "{ \"v\": 1, \"root\": \"%s\" }\n",
	    base64url_write(a, (struct bytes){ root, sizeof(root) }));
	e = write_file(a, path, buf_bytes(&b), false);
	sodium_memzero(root, sizeof(root));
	arena_close(a);
	return e;
}

static enum err
root_read(struct arena *a, const char *path, unsigned char ret_root[KEY_BYTES])
{
	json_malloc_t take;
	json_free_t drop;
	struct bytes data;
	json_t *doc;
	bool ok;
	enum err e;

	if ((e = read_file(a, path, &data)) != ERR_OK)
		return e;
	json_get_alloc_funcs(&take, &drop);
	json_set_alloc_funcs(wiped_take, wiped_drop);
	doc = json_loadb((const char *)data.ptr, data.len,
	    JSON_REJECT_DUPLICATES, NULL);
	ok = json_object_size(doc) == 2 &&
	    json_integer_value(json_object_get(doc, "v")) == 1 &&
	    key_from(json_object_get(doc, "root"), ret_root);
	json_decref(doc);
	json_set_alloc_funcs(take, drop);
	errno = 0;
	return ok ? ERR_OK : fault(ERR_MALFORMED, path, "not_a_root_key",
	    "give the file that assent keys init wrote");
}

enum err
keys_derive(const char *root_path, uint32_t oldest, uint32_t generation,
    const char *dir)
{
	struct arena *a = arena_open();
	unsigned char root[KEY_BYTES];
	struct keys *keys;
	enum err e;
	unsigned p;

	if (oldest < 1 || oldest > generation ||
	    generation - oldest >= KEYS_GENERATIONS_MAX) {
		arena_close(a);
		return ERR_INVALID;
	}
	if (sodium_init() < 0)
		abort();
	e = root_read(a, root_path, root);
	for (p = 0; p < KEYS_PROGRAM__MAX && e == ERR_OK; p++) {
		keys = keys_from_root(root, oldest, generation, p);
		e = write_file(a, arena_printf(a, "%s/%s.key", dir,
		    key_program_names[p]), keys_text(a, keys), true);
		keys_close(keys);
	}
	sodium_memzero(root, sizeof(root));
	arena_close(a);
	return e;
}
