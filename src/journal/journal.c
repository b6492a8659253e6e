/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Lines, their chain and the disk.  The file is read whole at each append: an
 * erasure is rare, and a line is 160 bytes.
 */
#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"

#define HEAD_MAX_BYTES	128
#define FILE_MAX_BYTES	(256 * 1024 * 1024)
#define SUM_CHARS	(2 * HASH_BYTES)
#define TITLE		"assent-journal 1 "
#define HEAD_TITLE	"assent-journal-head 1 "
#define HELD		" held"

static enum err
fault(const char *place, const char *what)
{
	log_fault("event=journal path=%s error=%s errno=%d hint=\"the keeper must be able to write it; see: assent doctor\"",
	    place, what, errno);
	return ERR_DOWN;
}

static enum err
is_changed(const char *place, size_t line)
{
	log_fault("event=journal path=%s error=changed line=%zu hint=\"put the journal back from its other place\"",
	    place, line);
	return ERR_MALFORMED;
}

/* ${text} becomes the file ${path}, whole or not at all. */
static bool
write_whole(struct arena *a, const char *path, const char *text, mode_t mode)
{
	const char *draft = arena_printf(a, "%s.new", path);
	int fd = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
	    O_NOFOLLOW, mode);
	bool is_good;

	if (fd < 0)
		return false;
	is_good = fchmod(fd, mode) == 0 &&
	    file_write_all(fd, text_bytes(text)) && fsync(fd) == 0;
	if (close(fd) != 0)
		is_good = false;
	return is_good && rename(draft, path) == 0 &&
	    file_sync_folder(a, path);
}

static const char *
checksum(struct arena *a, const char *before, const char *line, size_t len)
{
	unsigned char hash[HASH_BYTES];
	struct sha256 s;

	sha256_open(&s);
	sha256_add(&s, (struct bytes){ (const unsigned char *)before,
	    strlen(before) });
	sha256_add(&s, (struct bytes){ (const unsigned char *)line, len });
	sha256_end(&s, hash);
	return hex_write(a, (struct bytes){ hash, sizeof(hash) });
}

static enum err
write_head(struct arena *a, const char *place,
    const struct journal_head *head)
{
	const char *text = arena_printf(a, HEAD_TITLE "%s %" PRIu64 "%s\n",
	    hex_write(a, (struct bytes){ head->generation,
	    JOURNAL_GENERATION_BYTES }), head->n, head->is_held ? HELD : "");

	if (!write_whole(a, arena_printf(a, "%s.head", place), text, 0644))
		return fault(place, "head");
	return ERR_OK;
}

enum err
journal_create(const char *const *places, const char *site,
    const unsigned char generation[JOURNAL_GENERATION_BYTES])
{
	struct journal_head head = { .n = 0 };
	struct arena *a = arena_open();
	enum err e = ERR_OK;
	const char *line;
	struct stat st;

	memcpy(head.generation, generation, sizeof(head.generation));
	line = arena_printf(a, TITLE "%s %s ", site, hex_write(a,
	    (struct bytes){ generation, JOURNAL_GENERATION_BYTES }));
	line = arena_printf(a, "%s%s\n", line, checksum(a, "", line,
	    strlen(line)));
	for (; *places != NULL && e == ERR_OK; places++) {
		if (stat(*places, &st) == 0)
			continue;
		if (errno != ENOENT || !write_whole(a, *places, line, 0600))
			e = fault(*places, "create");
		else
			e = write_head(a, *places, &head);
	}
	arena_close(a);
	return e;
}

/* All of an open file, NUL-ended. */
static enum err
read_file(struct arena *a, const char *place, int fd, char **ret_text)
{
	struct stat st;
	ssize_t n;
	char *text;
	off_t at = 0;

	if (fstat(fd, &st) != 0 || st.st_size > FILE_MAX_BYTES)
		return fault(place, "size");
	text = arena_take(a, (size_t)st.st_size + 1);
	while (at < st.st_size) {
		n = pread(fd, text + at, (size_t)(st.st_size - at), at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return fault(place, "read");
		at += n;
	}
	*ret_text = text;
	return ERR_OK;
}

/* A word of ${len} bytes of hexadecimal digits at ${p}, a space behind it. */
static bool
read_hex(struct arena *a, const char *p, size_t len, unsigned char *ret)
{
	struct bytes data;

	if (strlen(p) < 2 * len + 1 || p[2 * len] != ' ' ||
	    hex_read(a, arena_textn(a, p, 2 * len), &data) != ERR_OK)
		return false;
	memcpy(ret, data.ptr, len);
	return true;
}

static bool
read_title(struct arena *a, const char *line, const char *site,
    struct journal *j)
{
	const char *start = arena_printf(a, TITLE "%s ", site);

	return text_starts(line, start) && read_hex(a, line + strlen(start),
	    JOURNAL_GENERATION_BYTES, j->head.generation);
}

static bool
read_entry(struct arena *a, const char *line, struct journal *j)
{
	struct journal_entry *entry = &j->entries[j->n_entries];
	const char *p = strchr(line, ' '), *end;

	if (p == NULL || parse_u64(arena_textn(a, line, (size_t)(p - line)),
	    &entry->n) != ERR_OK || entry->n <= j->head.n ||
	    !read_hex(a, p + 1, HASH_BYTES, entry->pseudonym))
		return false;
	p += 2 + SUM_CHARS;
	if ((end = strchr(p, ' ')) == NULL || parse_i64(arena_textn(a, p,
	    (size_t)(end - p)), &entry->at_us) != ERR_OK)
		return false;
	j->head.n = entry->n;
	j->n_entries++;
	return true;
}

/* What is being read or appended to. */
struct reading {
	const char *place;
	const char *site;
	int fd;
	struct journal journal;
	const char *last;	/* checksum of the last whole line */
	size_t len;		/* of all whole lines */
};

static enum err
read_lines(struct arena *a, struct reading *r)
{
	size_t n = 0, body;
	char *text, *p, *end;
	enum err e;

	if ((e = read_file(a, r->place, r->fd, &text)) != ERR_OK)
		return e;
	for (p = text; (p = strchr(p, '\n')) != NULL; p++)
		n++;
	if (n == 0)
		return is_changed(r->place, 1);
	r->journal.entries = arena_take(a, n * sizeof(struct journal_entry));
	r->last = "";
	n = 0;
	for (p = text; (end = strchr(p, '\n')) != NULL; p = end + 1) {
		*end = '\0';
		n++;
		body = (size_t)(end - p) - SUM_CHARS;
		if (end - p <= SUM_CHARS || strcmp(checksum(a, r->last, p,
		    body), p + body) != 0 ||
		    !(n == 1 ? read_title(a, p, r->site, &r->journal) :
		    read_entry(a, p, &r->journal)))
			return is_changed(r->place, n);
		r->last = arena_text(a, p + body);
	}
	r->len = (size_t)(p - text);
	return ERR_OK;
}

static enum err
open_place(struct reading *r, int flags)
{
	r->fd = open(r->place, flags | O_CLOEXEC | O_NOFOLLOW);
	if (r->fd >= 0)
		return ERR_OK;
	return errno == ENOENT ? ERR_NOTFOUND : fault(r->place, "open");
}

enum err
journal_read(struct arena *a, const char *place, const char *site,
    struct journal *ret_journal)
{
	struct reading r = { .place = place, .site = site };
	enum err e;

	if ((e = open_place(&r, O_RDONLY)) != ERR_OK)
		return e;
	e = read_lines(a, &r);
	close(r.fd);
	if (e == ERR_OK)
		*ret_journal = r.journal;
	return e;
}

/* Whether ${all} begins with what ${some} says. */
static bool
is_beginning(const struct journal *some, const struct journal *all)
{
	size_t i;

	if (memcmp(some->head.generation, all->head.generation,
	    JOURNAL_GENERATION_BYTES) != 0)
		return false;
	for (i = 0; i < some->n_entries; i++)
		if (some->entries[i].n != all->entries[i].n ||
		    memcmp(some->entries[i].pseudonym,
		    all->entries[i].pseudonym, HASH_BYTES) != 0)
			return false;
	return true;
}

enum err
journal_read_all(struct arena *a, const char *const *places,
    const char *site, struct journal *ret_journal)
{
	struct journal best = { .n_entries = 0 }, one;
	bool has_one = false;
	enum err e;

	for (; *places != NULL; places++) {
		e = journal_read(a, *places, site, &one);
		if (e == ERR_NOTFOUND)
			continue;
		if (e != ERR_OK)
			return e;
		if (has_one && !(one.n_entries > best.n_entries ?
		    is_beginning(&best, &one) : is_beginning(&one, &best))) {
			log_fault("event=journal path=%s error=other_entries hint=\"two places of the journal tell different things: find out which one was changed\"",
			    *places);
			return ERR_CONFLICT;
		}
		if (!has_one || one.n_entries > best.n_entries)
			best = one;
		has_one = true;
	}
	if (!has_one)
		return ERR_NOTFOUND;
	*ret_journal = best;
	return ERR_OK;
}

enum err
journal_hold(struct arena *a, const char *const *places,
    const struct journal_head *head, bool is_held)
{
	struct journal_head now = *head;
	enum err e = ERR_OK;

	now.is_held = is_held;
	for (; *places != NULL && e == ERR_OK; places++)
		e = write_head(a, *places, &now);
	return e;
}

static enum err
read_head(struct arena *a, const char *place, struct journal_head *head)
{
	const char *path = arena_printf(a, "%s.head", place);
	char text[HEAD_MAX_BYTES + 1], *end;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return errno == ENOENT ? ERR_NOTFOUND : ERR_DOWN;
	n = read(fd, text, HEAD_MAX_BYTES);
	close(fd);
	if (n < 0)
		return ERR_DOWN;
	text[n] = '\0';
	end = strchr(text, '\n');
	if (end == NULL || !text_starts(text, HEAD_TITLE))
		return ERR_MALFORMED;
	*end = '\0';
	head->is_held = (size_t)(end - text) > strlen(HELD) &&
	    strcmp(end - strlen(HELD), HELD) == 0;
	if (head->is_held)
		end[-(ptrdiff_t)strlen(HELD)] = '\0';
	if (!read_hex(a, text + strlen(HEAD_TITLE), JOURNAL_GENERATION_BYTES,
	    head->generation))
		return ERR_MALFORMED;
	return parse_u64(text + strlen(HEAD_TITLE) +
	    2 * JOURNAL_GENERATION_BYTES + 1, &head->n) == ERR_OK ? ERR_OK :
	    ERR_MALFORMED;
}

static enum err
append_line(struct arena *a, struct reading *r,
    const struct journal_entry *entry)
{
	const char *line = arena_printf(a, "%" PRIu64 " %s %" PRId64 " ",
	    entry->n, hex_write(a, (struct bytes){ entry->pseudonym,
	    HASH_BYTES }), entry->at_us);

	line = arena_printf(a, "%s%s\n", line, checksum(a, r->last, line,
	    strlen(line)));
	if (ftruncate(r->fd, (off_t)r->len) != 0 ||
	    lseek(r->fd, 0, SEEK_END) < 0 ||
	    !file_write_all(r->fd, text_bytes(line)))
		return fault(r->place, "write");
	return ERR_OK;
}

static enum err
append_at(struct arena *a, struct reading *r,
    const struct journal_entry *entry)
{
	struct journal *j = &r->journal;
	struct journal_head head;
	enum err e;
	size_t i;

	if (flock(r->fd, LOCK_EX) != 0)
		return fault(r->place, "lock");
	if (read_head(a, r->place, &head) == ERR_OK && head.is_held)
		return fault(r->place, "held");
	if ((e = read_lines(a, r)) != ERR_OK)
		return e;
	for (i = 0; i < j->n_entries && j->entries[i].n != entry->n; i++)
		;
	if (i < j->n_entries ? memcmp(j->entries[i].pseudonym,
	    entry->pseudonym, HASH_BYTES) != 0 : j->head.n > entry->n) {
		log_fault("event=journal path=%s error=other_entry number=%" PRIu64 " hint=\"restored database? assent restore --replay\"",
		    r->place, entry->n);
		return ERR_CONFLICT;
	}
	if (i == j->n_entries &&
	    (e = append_line(a, r, entry)) != ERR_OK)
		return e;
	/* An entry found may not have reached the disk before the crash. */
	if (fsync(r->fd) != 0)
		return fault(r->place, "fsync");
	if (j->head.n < entry->n)
		j->head.n = entry->n;
	return write_head(a, r->place, &j->head);
}

enum err
journal_append(struct arena *a, const char *const *places, const char *site,
    const struct journal_entry *entry)
{
	enum err e = ERR_OK;

	for (; *places != NULL && e == ERR_OK; places++) {
		struct reading r = { .place = *places, .site = site };

		if ((e = open_place(&r, O_RDWR)) != ERR_OK) {
			if (e == ERR_NOTFOUND)
				log_fault("event=journal path=%s error=missing hint=\"copy it from its other place\"",
				    *places);
			break;
		}
		e = append_at(a, &r, entry);
		if (close(r.fd) != 0 && e == ERR_OK)
			e = fault(*places, "close");
	}
	return e;
}

enum err
journal_head(const char *const *places, struct journal_head *ret_head)
{
	struct journal_head head = { .n = 0 }, one;
	struct arena *a = arena_open();
	bool has_one = false, is_held = false;
	enum err e = ERR_OK;

	for (; *places != NULL; places++) {
		e = read_head(a, *places, &one);
		if (e == ERR_NOTFOUND)
			continue;
		if (e != ERR_OK)
			break;
		if (has_one && memcmp(one.generation, head.generation,
		    sizeof(one.generation)) != 0) {
			e = ERR_MALFORMED;
			break;
		}
		is_held = is_held || one.is_held;
		if (!has_one || one.n > head.n)
			head = one;
		has_one = true;
	}
	arena_close(a);
	if (*places != NULL)
		return e;
	if (!has_one)
		return ERR_NOTFOUND;
	head.is_held = is_held;
	*ret_head = head;
	return ERR_OK;
}
