/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The two ends of the pipe between the process that reads a file and the one
 * that asked.  Nothing that comes out of it is believed: lengths, order and
 * encoding are looked at again (GDPR 32(1)(b)).
 */
#include "import/import_reader.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/text.h"
#include "import/import_frame.h"

#define PIPE_FD		3	/* the only one that the reader has */
#define OUT_BYTES	(64u * 1024)	/* written at once */
#define HEAD_BYTES	5u	/* a letter, and a length of four bytes */
#define KIND_BYTES	4u
#define VERDICT_BYTES	9u
#define FRAME_MAX_BYTES	(HEAD_BYTES + IMPORT_FRAME_MAX_BYTES)
#define FD_MAX		1024u	/* closed one by one by a kernel before 5.9 */

/* ---- the reader's end */

static void
flush(struct import_emit *emit)
{
	if (!file_write_all(emit->fd, buf_bytes(emit->out)))
		_exit(1);	/* nobody listens any more */
	emit->out->len = 0;
}

/* A frame begins; its length is known when it ends. */
static size_t
begin_frame(struct import_emit *emit, char letter)
{
	const unsigned char head[HEAD_BYTES] = { (unsigned char)letter };

	buf_add(emit->out, head, sizeof(head));
	return emit->out->len;
}

static void
end_frame(struct import_emit *emit, size_t begin)
{
	size_t len = emit->out->len - begin, i;

	for (i = 0; i < 4; i++)
		emit->out->ptr[begin - 4 + i] = (char)(len >> 8 * i);
	emit->n_out += len;
	if (emit->out->len >= OUT_BYTES)
		flush(emit);
}

static void
emit_frame(struct import_emit *emit, char letter, struct bytes payload)
{
	size_t begin = begin_frame(emit, letter);

	buf_add(emit->out, payload.ptr, payload.len);
	end_frame(emit, begin);
}

void
import_emit_kind(struct import_emit *emit, const struct import_kind *kind)
{
	const unsigned char payload[KIND_BYTES] = {
	    (unsigned char)kind->format, kind->is_cp1252,
	    (unsigned char)kind->delimiter, kind->has_names };

	emit_frame(emit, 'K', (struct bytes){ payload, sizeof(payload) });
}

enum err
import_emit_record(struct import_emit *emit,
    const struct import_record *record)
{
	size_t begin;

	if (emit->n_out > IMPORT_OUT_MAX_BYTES)
		return ERR_TOOLARGE;
	begin = begin_frame(emit, 'R');
	import_frame_write(emit->out, record);
	end_frame(emit, begin);
	emit->n_rows++;
	return ERR_OK;
}

static void
emit_verdict(struct import_emit *emit, const struct import_verdict *v)
{
	unsigned char payload[VERDICT_BYTES] = { (unsigned char)v->fault };
	size_t i;

	for (i = 0; i < 8; i++)
		payload[1 + i] = (unsigned char)(v->line >> 8 * i);
	emit_frame(emit, 'V', (struct bytes){ payload, sizeof(payload) });
	flush(emit);
}

/* Nothing stays open but the pipe: no database, no key file, no log. */
static bool
keep_only(int fd)
{
	unsigned i;

	if (fd != PIPE_FD && (dup2(fd, PIPE_FD) != PIPE_FD))
		return false;
	for (i = 0; i < PIPE_FD; i++)
		(void)close((int)i);
	if (syscall(SYS_close_range, PIPE_FD + 1, ~0u, 0) != 0)
		for (i = PIPE_FD + 1; i < FD_MAX; i++)
			(void)close((int)i);
	return true;
}

/* The new process, from its first instruction to its last. */
static void __attribute__((noreturn))
be_reader(const struct import_reading *reading, struct bytes file, int fd,
    pid_t parent)
{
	struct import_emit emit = { .fd = PIPE_FD };
	struct import_verdict v;
	struct arena *a;
	struct buf out;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent ||
	    !keep_only(fd))
		_exit(1);
	keys_close(reading->keys);	/* our copy of them */
	import_table_open();
	if (!import_lock_up())
		_exit(1);
	a = arena_open();
	buf_open(&out, a);
	emit.out = &out;
	v = import_table_read(a, file, &emit);
	emit_verdict(&emit, &v);
	_exit(0);
}

/* ---- the keeper's end */

struct listening {
	const struct import_reading *reading;
	struct arena *a;
	struct arena *own;	/* of the buffer */
	unsigned char *buffer;	/* FRAME_MAX_BYTES and what came behind it */
	size_t n;		/* bytes in it */
	size_t size;
	uint64_t n_bytes;	/* that came at all */
	uint64_t n_records;
	bool has_kind;
	bool has_verdict;
	struct import_verdict verdict;
};

static enum err
take_kind(struct listening *l, struct bytes payload)
{
	const unsigned char *p = payload.ptr;
	struct import_kind kind;

	if (payload.len != KIND_BYTES || l->has_kind ||
	    p[0] >= IMPORT_FORMAT__MAX || p[1] > 1 || p[2] > 0x7f || p[3] > 1)
		return ERR_MALFORMED;
	kind = (struct import_kind){ p[0], p[1] == 1, (char)p[2], p[3] == 1 };
	l->has_kind = true;
	return l->reading->kind(l->reading->arg, &kind);
}

static enum err
take_record(struct listening *l, struct bytes payload)
{
	struct import_record record;
	size_t i;

	if (!l->has_kind || import_frame_read(&payload, &record) != ERR_OK ||
	    payload.len != 0 || ++l->n_records > IMPORT_ROWS_MAX + 2)
		return ERR_MALFORMED;
	for (i = 0; i < record.n && i < IMPORT_COLUMNS_MAX; i++)
		record.cells[i] = record.cells[i].len == 0 ?
		    (struct bytes){ (const unsigned char *)"", 0 } :
		    arena_bytes(l->a, record.cells[i].ptr,
		    record.cells[i].len);
	return l->reading->record(l->reading->arg, &record);
}

static enum err
take_verdict(struct listening *l, struct bytes payload)
{
	size_t i;

	if (payload.len != VERDICT_BYTES ||
	    payload.ptr[0] >= IMPORT_FAULT__MAX || (payload.ptr[0] ==
	    IMPORT_FAULT_NONE && l->n_records == 0))
		return ERR_MALFORMED;
	l->verdict = (struct import_verdict){ payload.ptr[0], 0 };
	for (i = 0; i < 8; i++)
		l->verdict.line |= (uint64_t)payload.ptr[1 + i] << 8 * i;
	l->has_verdict = true;
	return ERR_OK;
}

static enum err
take_frame(struct listening *l, char letter, struct bytes payload)
{
	if (l->has_verdict)
		return ERR_MALFORMED;
	return letter == 'K' ? take_kind(l, payload) :
	    letter == 'R' ? take_record(l, payload) :
	    letter == 'V' ? take_verdict(l, payload) : ERR_MALFORMED;
}

/* The frames that are whole; the rest moves to the front. */
static enum err
take_frames(struct listening *l)
{
	size_t at = 0, len, i;
	enum err e = ERR_OK;

	while (e == ERR_OK && l->n - at >= HEAD_BYTES) {
		for (i = len = 0; i < 4; i++)
			len |= (size_t)l->buffer[at + 1 + i] << 8 * i;
		if (len > IMPORT_FRAME_MAX_BYTES)
			return ERR_MALFORMED;
		if (l->n - at - HEAD_BYTES < len)
			break;
		e = take_frame(l, (char)l->buffer[at], (struct bytes){
		    l->buffer + at + HEAD_BYTES, len });
		at += HEAD_BYTES + len;
	}
	memmove(l->buffer, l->buffer + at, l->n - at);
	l->n -= at;
	return e;
}

/* Until the reader has ended, or must be: ERR_TOOLARGE. */
static enum err
listen_to(struct listening *l, int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };
	int64_t left_us;
	ssize_t n;
	enum err e;

	for (;;) {
		left_us = l->reading->until_ticks_us - clock_ticks_us();
		if (left_us <= 0 || l->n_bytes > 2ul * IMPORT_OUT_MAX_BYTES)
			return ERR_TOOLARGE;
		p.revents = 0;	/* an interrupted poll leaves it as it was */
		if (poll(&p, 1, (int)(left_us / 1000) + 1) < 0 &&
		    errno != EINTR)
			return ERR_DOWN;
		if (p.revents == 0)
			continue;
		n = read(fd, l->buffer + l->n, l->size - l->n);
		if (n == 0)
			return ERR_OK;
		if (n < 0 && errno != EINTR && errno != EAGAIN)
			return ERR_DOWN;
		if (n <= 0)
			continue;
		l->n += (size_t)n;
		l->n_bytes += (uint64_t)n;
		if ((e = take_frames(l)) != ERR_OK)
			return e;
	}
}

/* What its end says, beside what it said. */
static void
end_reader(pid_t pid, bool is_late)
{
	int status = 0;

	if (is_late)
		(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return;
	log_note("event=import.reader status=%d signal=%d",
	    WIFEXITED(status) ? WEXITSTATUS(status) : -1,
	    WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

enum err
import_read(const struct import_reading *reading, struct arena *a,
    struct bytes file, struct import_verdict *ret_verdict)
{
	struct listening l = { .reading = reading, .a = a,
	    .size = 2 * FRAME_MAX_BYTES };
	pid_t parent = getpid(), pid;
	int fds[2];
	enum err e;

	if (pipe(fds) != 0 || (pid = fork()) < 0) {
		log_fault("event=import.fork errno=%d", errno);
		return ERR_DOWN;
	}
	if (pid == 0)
		be_reader(reading, file, fds[1], parent);
	(void)close(fds[1]);
	l.own = arena_open();
	l.buffer = arena_take(l.own, l.size);
	e = listen_to(&l, fds[0]);
	(void)close(fds[0]);
	end_reader(pid, e != ERR_OK);
	arena_close(l.own);
	if (e == ERR_OK && l.has_verdict && l.n == 0 &&
	    l.verdict.fault == IMPORT_FAULT_NONE)
		return ERR_OK;
	if (e != ERR_OK && e != ERR_TOOLARGE && e != ERR_MALFORMED)
		return e;	/* of the callee */
	*ret_verdict = e == ERR_OK && l.has_verdict && l.n == 0 ?
	    l.verdict : (struct import_verdict){ IMPORT_FAULT_STOPPED, 0 };
	return ERR_INVALID;
}
