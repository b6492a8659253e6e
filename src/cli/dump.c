/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * mariadb-dump and the mariadb client do the work: they know the server's
 * every type.  The password goes to them in a file that has no name
 * (GDPR 5(1)(f), 32(1)(c)).
 */
#define _GNU_SOURCE		/* memfd_create(), pipe2() */

#include "cli/dump.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "db/queries.h"
#include "keys/hash.h"

#define FIRST		"-- assent backup 1 "
#define LAST		"-- assent backup end "
#define LAST_BYTES	(sizeof(LAST) - 1 + 2 * HASH_BYTES + 1)
#define PIECE_BYTES	(64u * 1024)
#define OPTIONS_FD	3	/* of the child */
#define PASSWORD_MAX_BYTES 256

extern char **environ;

static const char *const kinds[DUMP_KIND__MAX] = {
	[DUMP_SITE] = "site",
	[DUMP_KEYS] = "keys",
};

static const char *
database_of(const struct cli *cli, enum dump_kind kind)
{
	return kind == DUMP_KEYS ? cli->database.keys_name :
	    cli->database.name;
}

/* A value of an option file, quoted. */
static void
add_option(struct buf *b, const char *name, const char *value)
{
	buf_text(b, name);
	buf_text(b, "=\"");
	for (; *value != '\0'; value++) {
		if (*value == '"' || *value == '\\')
			buf_char(b, '\\');
		buf_char(b, *value);
	}
	buf_text(b, "\"\n");
}

/* How the client finds the server: a file descriptor, or -1. */
static int
open_options(struct cli *cli)
{
	const struct db_config *d = &cli->database;
	const char *password = "";
	struct buf b;
	int fd;

	if (d->password_file != NULL && cli_read_file(cli, d->password_file,
	    PASSWORD_MAX_BYTES, &password) != CLI_OK)
		return -1;
	buf_open(&b, cli->arena);
	buf_text(&b, "[client]\ndefault-character-set=utf8mb4\n");
	add_option(&b, "user", d->user);
	add_option(&b, "password", arena_textn(cli->arena, password,
	    strcspn(password, "\r\n")));
	if (d->socket != NULL) {
		add_option(&b, "socket", d->socket);
	} else {
		add_option(&b, "host", d->host);
		buf_text(&b, arena_printf(cli->arena,
		    "protocol=tcp\nport=%u\n", d->port == 0 ? 3306 : d->port));
	}
	if (d->ca_file != NULL) {
		add_option(&b, "ssl-ca", d->ca_file);
		buf_text(&b, "ssl-verify-server-cert\n");
	}
	fd = memfd_create("options", MFD_CLOEXEC);
	/* the client leaves out a file that everybody could write */
	if (fd >= 0 && (fchmod(fd, 0600) != 0 ||
	    write(fd, b.ptr, b.len) != (ssize_t)b.len ||
	    lseek(fd, 0, SEEK_SET) != 0)) {
		close(fd);
		fd = -1;
	}
	secret_wipe(b.ptr, b.len);
	return fd;
}

/* Start ${words} with an end of a pipe as its input or its output. */
static enum cli_status
start(struct cli *cli, char *const *words, int as, pid_t *ret_pid,
    int *ret_fd)
{
	posix_spawn_file_actions_t actions;
	int ends[2], options = open_options(cli), error;

	if (options < 0 || pipe2(ends, O_CLOEXEC) != 0)
		return cli_fail(cli, "no pipe: %s", strerror(errno));
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, ends[as], as);
	posix_spawn_file_actions_adddup2(&actions, options, OPTIONS_FD);
	error = posix_spawnp(ret_pid, words[0], &actions, NULL, words,
	    environ);
	posix_spawn_file_actions_destroy(&actions);
	close(options);
	close(ends[as]);
	if (error != 0) {
		close(ends[1 - as]);
		return cli_fail(cli, "%s: %s; install the package mariadb-client",
		    words[0], strerror(error));
	}
	*ret_fd = ends[1 - as];
	return CLI_OK;
}

static bool
has_ended_well(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Whoever waits at a terminal sees that it goes on. */
static void
show(uint64_t bytes, bool is_end)
{
	static int64_t shown_us;
	int64_t ticks_us = clock_ticks_us();

	if (!isatty(2) || (!is_end && ticks_us - shown_us < SECOND_US))
		return;
	shown_us = ticks_us;
	fprintf(stderr, "\r%" PRIu64 " MB%s", bytes / 1000000,
	    is_end ? "\n" : "");
}

/* What is being written. */
struct writing {
	gzFile out;
	struct sha256 sum;
	uint64_t bytes;
};

static bool
put(struct writing *w, const void *ptr, size_t len)
{
	sha256_add(&w->sum, (struct bytes){ ptr, len });
	w->bytes += len;
	show(w->bytes, false);
	return gzwrite(w->out, ptr, (unsigned)len) == (int)len;
}

static bool
put_all(struct writing *w, int fd)
{
	static char piece[PIECE_BYTES];
	ssize_t n;

	for (;;) {
		n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		if (!put(w, piece, (size_t)n))
			return false;
	}
}

static enum cli_status
put_dump(struct cli *cli, enum dump_kind kind, struct writing *w)
{
	const char *const words[] = { "mariadb-dump",
	    "--defaults-file=/dev/fd/3", "--single-transaction", "--quick",
	    "--hex-blob", "--no-tablespaces", "--skip-triggers",
	    database_of(cli, kind), NULL };
	unsigned char hash[HASH_BYTES];
	enum cli_status s;
	const char *text;
	bool is_good;
	pid_t pid;
	int fd;

	sha256_open(&w->sum);
	text = arena_printf(cli->arena, FIRST "%s %s %u %s\n", kinds[kind],
	    cli->config->site, DB_SCHEMA_VERSION, clock_iso(cli->arena,
	    clock_now_us()));
	if ((s = start(cli, (char *const *)(uintptr_t)words, STDOUT_FILENO,
	    &pid, &fd)) != CLI_OK)
		return s;
	is_good = put(w, text, strlen(text)) && put_all(w, fd);
	close(fd);	/* a child that still writes ends by it */
	if (!has_ended_well(pid))
		return cli_fail(cli, "mariadb-dump stopped; see above");
	show(w->bytes, true);
	sha256_end(&w->sum, hash);
	text = arena_printf(cli->arena, LAST "%s\n", hex_write(cli->arena,
	    (struct bytes){ hash, sizeof(hash) }));
	if (!is_good || gzputs(w->out, text) != (int)strlen(text))
		return cli_fail(cli, "cannot be written: %s; is the disk full?",
		    strerror(errno));
	return CLI_OK;
}

static bool
is_packed(const char *path)
{
	size_t len = strlen(path);

	return len > 3 && strcmp(path + len - 3, ".gz") == 0;
}

enum cli_status
dump_write(struct cli *cli, enum dump_kind kind, const char *path,
    uint64_t *ret_bytes)
{
	const char *draft = arena_printf(cli->arena, "%s.new", path);
	struct writing w = { .out = NULL };
	enum cli_status s;
	int fd, again;

	/* what lies there may be somebody else's, who would read it */
	(void)unlink(draft);
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	again = fd < 0 ? -1 : fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (again >= 0)
		w.out = gzdopen(again, is_packed(path) ? "wb6" : "wbT");
	if (w.out == NULL || fchmod(fd, 0600) != 0)
		return cli_fail(cli, "%s: %s", draft, strerror(errno));
	s = put_dump(cli, kind, &w);
	if (gzclose(w.out) != Z_OK && s == CLI_OK)
		s = cli_fail(cli, "%s: cannot be written; is the disk full?",
		    draft);
	if (s == CLI_OK && (fsync(fd) != 0 || rename(draft, path) != 0 ||
	    !file_sync_folder(cli->arena, path)))
		s = cli_fail(cli, "%s: %s", path, strerror(errno));
	close(fd);
	if (s != CLI_OK)
		(void)unlink(draft);
	*ret_bytes = w.bytes;
	return s;
}

static bool
read_first(struct cli *cli, const char *text, struct dump_info *info)
{
	const char *end = strchr(text, '\n');
	const char *words[4];
	char *line, *rest;
	size_t i;

	if (end == NULL || !text_starts(text, FIRST))
		return false;
	line = arena_textn(cli->arena, text + strlen(FIRST),
	    (size_t)(end - text) - strlen(FIRST));
	for (i = 0; i < LENGTH(words); i++)
		if ((words[i] = strtok_r(i == 0 ? line : NULL, " ", &rest)) ==
		    NULL)
			return false;
	info->kind = strcmp(words[0], kinds[DUMP_KEYS]) == 0 ? DUMP_KEYS :
	    DUMP_SITE;
	info->site = words[1];
	info->at = words[3];
	return strcmp(words[0], kinds[info->kind]) == 0 &&
	    parse_u64(words[2], &info->schema) == ERR_OK;
}

/* What is being read: the last bytes stay back until more have come. */
struct checking {
	gzFile in;
	char piece[LAST_BYTES + PIECE_BYTES + 1];
	size_t kept;
	uint64_t bytes;
	struct sha256 sum;
};

static bool
check_all(struct cli *cli, struct checking *c, struct dump_info *ret_info)
{
	unsigned char hash[HASH_BYTES];
	bool is_first = true;
	int n;

	sha256_open(&c->sum);
	while ((n = gzread(c->in, c->piece + c->kept, PIECE_BYTES)) > 0) {
		c->piece[c->kept + (size_t)n] = '\0';
		if (is_first && !read_first(cli, c->piece, ret_info))
			return false;
		is_first = false;
		c->kept += (size_t)n;
		c->bytes += (uint64_t)n;
		show(c->bytes, false);
		if (c->kept <= LAST_BYTES)
			continue;
		sha256_add(&c->sum, (struct bytes){
		    (unsigned char *)c->piece, c->kept - LAST_BYTES });
		memmove(c->piece, c->piece + c->kept - LAST_BYTES,
		    LAST_BYTES);
		c->kept = LAST_BYTES;
	}
	show(c->bytes, true);
	sha256_end(&c->sum, hash);
	c->piece[c->kept] = '\0';
	return n == 0 && c->kept == LAST_BYTES && strcmp(c->piece,
	    arena_printf(cli->arena, LAST "%s\n", hex_write(cli->arena,
	    (struct bytes){ hash, sizeof(hash) }))) == 0;
}

enum cli_status
dump_check(struct cli *cli, const char *path, struct dump_info *ret_info)
{
	struct checking *c = arena_take(cli->arena, sizeof(*c));
	struct stat st;
	bool is_whole;

	/* a pipe would say one thing now and another when it is loaded */
	if (stat(path, &st) != 0 || !S_ISREG(st.st_mode))
		return cli_fail(cli, "%s: is not a file.  Nothing was done",
		    path);
	c->in = gzopen(path, "rbe");
	if (c->in == NULL)
		return cli_fail(cli, "%s: %s", path, strerror(errno));
	is_whole = check_all(cli, c, ret_info);
	if (gzclose(c->in) != Z_OK || !is_whole)
		return cli_fail(cli, "%s: is not a whole backup of assent: it was cut off or changed, or another program made it.  Nothing was done",
		    path);
	return CLI_OK;
}

/* A file, packed or not, into the client. */
static bool
feed(const char *path, int fd, uint64_t *bytes)
{
	static char piece[PIECE_BYTES];
	gzFile in = gzopen(path, "rbe");
	bool is_good = in != NULL;
	int n = 0;

	while (is_good && (n = gzread(in, piece, sizeof(piece))) > 0) {
		is_good = file_write_all(fd, (struct bytes){
		    (const unsigned char *)piece, (size_t)n });
		*bytes += (uint64_t)n;
		show(*bytes, false);
	}
	if (in != NULL && gzclose(in) != Z_OK)
		return false;
	return is_good && n == 0;
}

enum cli_status
dump_load(struct cli *cli, enum dump_kind kind, const char *const *files)
{
	/* a file's statements are for the server: no \! of it starts a shell */
	const char *const words[] = { "mariadb", "--defaults-file=/dev/fd/3",
	    "--batch", "--binary-mode", "--skip-local-infile",
	    database_of(cli, kind), NULL };
	uint64_t bytes = 0;
	enum cli_status s;
	bool is_good = true;
	pid_t pid;
	int fd;

	if ((s = start(cli, (char *const *)(uintptr_t)words, STDIN_FILENO,
	    &pid, &fd)) != CLI_OK)
		return s;
	(void)signal(SIGPIPE, SIG_IGN);
	for (; *files != NULL && is_good; files++)
		is_good = feed(*files, fd, &bytes);
	close(fd);
	show(bytes, true);
	if (!has_ended_well(pid) || !is_good)
		return cli_fail(cli, "the database did not take all of it; see above.  Nothing is served until this command has ended well: mend the cause and run it again");
	return CLI_OK;
}
