/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * One JWS a line.  The database goes first and the file follows, so that a
 * kill between the two leaves a file that is behind and never one that is
 * ahead (GDPR 5(2)).
 */
#include "ledger/heads_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "db/queries.h"

#define LINE_MAX_BYTES	4096
#define BATCH		200

static enum err
fault(const char *path, const char *what)
{
	log_fault("event=ledger.heads_file path=%s error=%s errno=%d hint=\"it must be a file that the keeper can write\"",
	    path, what, errno);
	return ERR_DOWN;
}

/*
 * Cut a half line off the end, and give the last whole line, without its
 * newline; NULL for none.
 */
static enum err
last_line(int fd, struct arena *a, const char *path, const char **ret_line)
{
	char tail[2 * LINE_MAX_BYTES + 1];
	off_t end = lseek(fd, 0, SEEK_END), from;
	ssize_t len;
	char *p;

	*ret_line = NULL;
	if (end < 0)
		return fault(path, "seek");
	from = end > 2 * LINE_MAX_BYTES ? end - 2 * LINE_MAX_BYTES : 0;
	if ((len = pread(fd, tail, (size_t)(end - from), from)) != end - from)
		return fault(path, "read");
	tail[len] = '\0';
	while (len > 0 && tail[len - 1] != '\n')
		len--;
	if (from + len != end) {
		log_note("event=ledger.heads_file path=%s what=half_line_cut",
		    path);
		if (ftruncate(fd, from + len) != 0)
			return fault(path, "truncate");
	}
	if (len == 0)
		return ERR_OK;
	tail[len - 1] = '\0';
	p = strrchr(tail, '\n');
	*ret_line = arena_text(a, p == NULL ? tail : p + 1);
	return ERR_OK;
}

/* The row of the head ${jws}: its size is in its payload, unchecked here. */
static enum err
find_row(struct db *db, struct arena *a, const char *jws, uint64_t *ret_id)
{
	struct q_ledger_head_find row;
	struct bytes payload;
	const char *dot = strchr(jws, '.'), *size;
	const char *end = dot == NULL ? NULL : strchr(dot + 1, '.');
	uint64_t value = 0;
	enum err e;

	*ret_id = 0;
	if (end == NULL || base64url_read(a, arena_textn(a, dot + 1,
	    (size_t)(end - dot - 1)), &payload) != ERR_OK)
		return ERR_OK;
	size = strstr(arena_textn(a, payload.ptr, payload.len), "\"size\":");
	if (size == NULL)
		return ERR_OK;
	for (size += 7; *size >= '0' && *size <= '9'; size++)
		value = 10 * value + (uint64_t)(*size - '0');
	e = q_ledger_head_find(db, a, value, jws, &row);
	if (e == ERR_OK)
		*ret_id = row.id;
	return e == ERR_NOTFOUND ? ERR_OK : e;
}

/* Where to go on: after the last line that the database knows. */
static enum err
look(struct heads_file *f, struct db *db, struct arena *a, const char *path,
    int fd)
{
	const char *line;
	struct stat st;
	enum err e;

	if (fstat(fd, &st) != 0)
		return fault(path, "stat");
	if (f->size_bytes == st.st_size && f->through != 0)
		return ERR_OK;
	if ((e = last_line(fd, a, path, &line)) != ERR_OK)
		return e;
	f->through = 0;
	if (line != NULL && (e = find_row(db, a, line, &f->through)) != ERR_OK)
		return e;
	if (line != NULL && f->through == 0) {
		/* After a restore the file knows heads that are gone here. */
		struct q_ledger_head_last last;

		log_fault("event=ledger.heads_file path=%s error=unknown_last_line hint=\"restored database? assent verify ledger\"",
		    path);
		if ((e = q_ledger_head_last(db, a, &last)) != ERR_OK)
			return e == ERR_NOTFOUND ? ERR_OK : e;
		f->through = last.id - 1;
	}
	return ERR_OK;
}

static enum err
append(struct heads_file *f, struct db *db, struct arena *a,
    const char *path, int fd)
{
	struct q_ledger_heads *rows;
	struct stat st;
	struct buf b;
	size_t i, n;
	enum err e;

	do {
		if ((e = q_ledger_heads(db, a, f->through, BATCH, &rows,
		    &n)) != ERR_OK)
			return e;
		buf_open(&b, a);
		for (i = 0; i < n; i++) {
			buf_text(&b, rows[i].jws);
			buf_char(&b, '\n');
		}
		if (n > 0 && (!file_write_all(fd, buf_bytes(&b)) ||
		    fdatasync(fd) != 0)) {
			f->size_bytes = 0;
			return fault(path, "write");
		}
		if (n > 0)
			f->through = rows[n - 1].id;
	} while (n == BATCH);
	if (fstat(fd, &st) != 0)
		return fault(path, "stat");
	f->size_bytes = st.st_size;
	return ERR_OK;
}

enum err
heads_file_catch_up(struct heads_file *f, struct db *db, struct arena *a,
    const char *path)
{
	enum err e;
	int fd;

	fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
	    0644);
	if (fd < 0)
		return fault(path, "open");
	if ((e = look(f, db, a, path, fd)) == ERR_OK)
		e = append(f, db, a, path, fd);
	if (close(fd) != 0 && e == ERR_OK)
		e = fault(path, "close");
	return e;
}
