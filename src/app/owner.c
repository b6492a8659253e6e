/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names of processes in leases, and whether the one behind a name still lives:
 * what it held is then free at once, not when its time is over
 * (GDPR 32(1)(b), (c)).
 */
#include "app/owner.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/text.h"
#include "keys/hash.h"

#define HERE_CHARS	12

static ssize_t
read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, size);

	if (fd >= 0)
		(void)close(fd);
	return n;
}

/* This machine, or its start where it has no name, and the processes that are
 * seen from here. */
static void
name_here(char here[HERE_CHARS + 1])
{
	unsigned char hash[HASH_BYTES];
	struct arena *a = arena_open();
	char text[128];
	ssize_t n, m;

	if ((n = read_file("/etc/machine-id", text, 64)) <= 0)
		n = read_file("/proc/sys/kernel/random/boot_id", text, 64);
	m = n <= 0 ? -1 : readlink("/proc/self/ns/pid", text + n,
	    sizeof(text) - (size_t)n);
	if (m > 0)
		sha256_of((struct bytes){ (unsigned char *)text,
		    (size_t)(n + m) }, hash);
	else
		random_fill(hash, sizeof(hash));	/* like nobody's */
	(void)snprintf(here, HERE_CHARS + 1, "%s", hex_write(a,
	    (struct bytes){ hash, HERE_CHARS / 2 }));
	arena_close(a);
}

void
owner_name(char *owner, size_t size)
{
	struct arena *a = arena_open();
	char host[64], here[HERE_CHARS + 1];
	unsigned char random[6];

	random_fill(random, sizeof(random));
	name_here(here);
	if (gethostname(host, sizeof(host)) != 0)
		memcpy(host, "?", 2);
	host[sizeof(host) - 1] = '\0';
	(void)snprintf(owner, size, "%.50s:%s:%ld:%s", host, here,
	    (long)getpid(), hex_write(a,
	    (struct bytes){ random, sizeof(random) }));
	arena_close(a);
}

bool
owner_is_dead(const char *mine, const char *theirs)
{
	const char *pid = strchr(mine, ':');
	struct arena *a;
	bool is_dead = false;
	uint64_t number;
	size_t len;

	pid = pid == NULL ? NULL : strchr(pid + 1, ':');
	if (pid == NULL)
		return false;
	len = (size_t)(pid + 1 - mine);
	if (strncmp(mine, theirs, len) != 0)
		return false;	/* elsewhere: only time tells */
	a = arena_open();
	if (parse_u64(arena_textn(a, theirs + len, strcspn(theirs + len,
	    ":")), &number) == ERR_OK && number > 1 && number < INT32_MAX)
		is_dead = kill((pid_t)number, 0) != 0 && errno == ESRCH;
	arena_close(a);
	return is_dead;
}
