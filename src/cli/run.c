/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * fork, exec, and what came out of it (GDPR 32(1)(d)).
 */
#include "cli/run.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"

#define OUTPUT_MAX_BYTES (1u << 20)

const char *
run_find(struct cli *cli, const char *name)
{
	char self[1024];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	const char *candidates[4];
	char *slash;
	size_t i;

	if (len < 0)
		len = 0;
	self[len] = '\0';
	slash = strrchr(self, '/');
	if (slash != NULL)
		*slash = '\0';
	candidates[0] = arena_printf(cli->arena, "%s/assent-%s", self, name);
	candidates[1] = arena_printf(cli->arena, "%s/../lib/assent/assent-%s",
	    self, name);
	candidates[2] = arena_printf(cli->arena,
	    "%s/../libexec/assent/assent-%s", self, name);
	candidates[3] = arena_printf(cli->arena, "%s/assent-%s",
	    ASSENT_LIBEXECDIR, name);
	for (i = 0; i < LENGTH(candidates); i++)
		if (access(candidates[i], X_OK) == 0)
			return candidates[i];
	return NULL;
}

/* In the child: never returns. */
static void
become(char *const *words, const struct run_user *user, int out)
{
	int null = open("/dev/null", O_RDONLY);

	if (null < 0 || dup2(null, 0) < 0 || dup2(out, 1) < 0 ||
	    dup2(out, 2) < 0)
		_exit(126);
	closefrom(3);
	if (user != NULL && (setgroups(0, NULL) != 0 ||
	    setgid(user->gid) != 0 || setuid(user->uid) != 0))
		_exit(126);
	execv(words[0], words);
	_exit(127);
}

static void
read_all(int fd, struct buf *b)
{
	char piece[4096];
	ssize_t n;

	for (;;) {
		n = read(fd, piece, sizeof(piece));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		if (b->len + (size_t)n <= OUTPUT_MAX_BYTES)
			buf_add(b, piece, (size_t)n);
	}
}

enum err
run_program(struct cli *cli, char *const *words, const struct run_user *user,
    struct run_output *ret_output)
{
	struct buf b;
	int ends[2], status;
	pid_t pid;

	if (pipe(ends) != 0)
		return ERR_DOWN;
	fflush(stdout);
	if ((pid = fork()) < 0) {
		close(ends[0]);
		close(ends[1]);
		return ERR_DOWN;
	}
	if (pid == 0)
		become(words, user, ends[1]);
	close(ends[1]);
	buf_open(&b, cli->arena);
	read_all(ends[0], &b);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return ERR_DOWN;
	ret_output->status = WIFEXITED(status) ? WEXITSTATUS(status) :
	    128 + WTERMSIG(status);
	ret_output->text = b.ptr;
	return ERR_OK;
}
