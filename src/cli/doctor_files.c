/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What doctor looks at outside the database: key files, the programs under
 * their own accounts, journal, sockets, mail relay (GDPR 32(1)(a), (b)).
 */
#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/run.h"

#define GREETING_S 10

static bool
is_secret_file(struct doctor *d, const char *path, struct stat *st)
{
	if (stat(path, st) != 0) {
		doctor_bad(d, arena_printf(d->cli->arena, "%s: %s", path,
		    strerror(errno)), "assent keys derive");
		return false;
	}
	if (!S_ISREG(st->st_mode) || (st->st_mode & 0377) != 0) {
		doctor_bad(d, arena_printf(d->cli->arena,
		    "%s can be read or changed by others", path),
		    "chmod 0400 %s", path);
		return false;
	}
	return true;
}

void
doctor_keys(struct doctor *d)
{
	const struct config *config = d->cli->config;
	unsigned before = d->n_bad;
	struct stat st;
	size_t i;

	for (i = 0; i < KEYS_PROGRAM__MAX; i++)
		is_secret_file(d, arena_printf(d->cli->arena, "%s/%s.key",
		    config->keys_dir, key_program_names[i]), &st);
	if (config->root_key != NULL && stat(config->root_key, &st) == 0 &&
	    (st.st_mode & 0077) != 0)
		doctor_bad(d, "the root key can be read by others",
		    "chmod 0400 %s, and keep it offline", config->root_key);
	if (d->n_bad == before && cli_open_keys(d->cli) != CLI_OK)
		doctor_bad(d, "owner.key cannot be used",
		    "read the line above, or: assent keys derive");
	if (d->n_bad == before)
		doctor_good(d, "generation %u",
		    (unsigned)keys_generation(d->cli->keys));
}

/* Asked under the user whose key file it reads, as it runs. */
static void
check_program(struct doctor *d, const char *name)
{
	char *words[] = { NULL, arena_text(d->cli->arena, "-c"),
	    arena_text(d->cli->arena, d->cli->config_file),
	    arena_text(d->cli->arena, "-n"), NULL };
	const char *path = run_find(d->cli, name);
	struct run_output output;
	struct run_user user;
	struct stat st;

	if (path == NULL) {
		doctor_bad(d, arena_printf(d->cli->arena,
		    "assent-%s is not installed", name), "make install");
		return;
	}
	words[0] = arena_text(d->cli->arena, path);
	if (stat(arena_printf(d->cli->arena, "%s/%s.key",
	    d->cli->config->keys_dir, name), &st) != 0)
		return;		/* said by the check of keys */
	user = (struct run_user){ st.st_uid, st.st_gid };
	if (geteuid() != 0 && st.st_uid != geteuid()) {
		doctor_bad(d, arena_printf(d->cli->arena,
		    "assent-%s runs as another user", name),
		    "run assent doctor as root to check it");
		return;
	}
	if (run_program(d->cli, words, geteuid() == 0 && st.st_uid != 0 ?
	    &user : NULL, &output) != ERR_OK || output.status != 0) {
		fputs(output.text, stderr);
		doctor_bad(d, arena_printf(d->cli->arena,
		    "assent-%s cannot work: the lines above say why", name),
		    "assent migrate, if they speak of statements; else correct what they name");
		return;
	}
	doctor_good(d, "assent-%s has its keys, tables and words", name);
}

void
doctor_programs(struct doctor *d)
{
	if (!d->has_db)
		return;
	check_program(d, "portal");
	check_program(d, "office");
	check_program(d, "courier");
	check_program(d, "keeper");
}

/* The keeper must be able to add to it, or to make it. */
static void
check_appendable(struct doctor *d, const char *path)
{
	char *dir = arena_text(d->cli->arena, path), *slash;
	struct stat st;

	if (access(path, W_OK) == 0)
		return;
	slash = strrchr(dir, '/');
	if (slash != NULL)
		*slash = '\0';
	if (stat(path, &st) != 0 && errno == ENOENT && slash != NULL &&
	    access(dir, W_OK) == 0)
		return;
	if (geteuid() != 0 && errno == EACCES && stat(path, &st) == 0 &&
	    (st.st_mode & S_IWUSR) != 0)
		return;		/* its owner's, who is not us */
	doctor_bad(d, arena_printf(d->cli->arena, "%s cannot be written",
	    path), "make its folder, and give it to the keeper's user");
}

void
doctor_journal(struct doctor *d)
{
	const char *const *path;
	unsigned before = d->n_bad;

	for (path = d->cli->config->journals; *path != NULL; path++)
		check_appendable(d, *path);
	if (d->cli->config->heads_file != NULL)
		check_appendable(d, d->cli->config->heads_file);
	else
		doctor_bad(d, "signed heads do not leave the database",
		    "set heads_file, beside the journal");
	if (d->n_bad == before)
		doctor_good(d, "journal and heads can be written");
}

void
doctor_sockets(struct doctor *d)
{
	DIR *dir = opendir(d->run_dir);
	struct dirent *entry;
	unsigned n = 0;
	struct stat st;

	if (dir == NULL) {
		doctor_bad(d, arena_printf(d->cli->arena, "%s: %s",
		    d->run_dir, strerror(errno)),
		    "start the site's units, or say where with --run DIR");
		return;
	}
	while ((entry = readdir(dir)) != NULL) {
		const char *path = arena_printf(d->cli->arena, "%s/%s",
		    d->run_dir, entry->d_name);

		if (lstat(path, &st) != 0 || !S_ISSOCK(st.st_mode))
			continue;
		n++;
		if ((st.st_mode & 0007) != 0)
			doctor_bad(d, arena_printf(d->cli->arena,
			    "%s is open to everybody", path),
			    "chmod 0660 %s, worker and nginx in its group",
			    path);
	}
	closedir(dir);
	if (n == 0)
		doctor_bad(d, "no worker listens", "start the site's units");
	else
		doctor_good(d, "%u in %s", n, d->run_dir);
}

static int
connect_relay(const struct config *config)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *p;
	struct timeval wait = { GREETING_S, 0 };
	char port[8];
	int fd = -1;

	(void)snprintf(port, sizeof(port), "%u", config->smtp.port % 65536);
	if (getaddrinfo(config->smtp.host, port, &hints, &list) != 0)
		return -1;
	for (p = list; p != NULL && fd < 0; p = p->ai_next) {
		fd = socket(p->ai_family, p->ai_socktype | SOCK_CLOEXEC,
		    p->ai_protocol);
		if (fd < 0)
			continue;
		(void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait,
		    sizeof(wait));
		(void)setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &wait,
		    sizeof(wait));
		if (connect(fd, p->ai_addr, p->ai_addrlen) != 0) {
			close(fd);
			fd = -1;
		}
	}
	freeaddrinfo(list);
	return fd;
}

/* Read until a line that ends an answer ("250 ", not "250-"). */
static void
read_answer(int fd, char *text, size_t size)
{
	size_t len = 0;
	char *line;
	ssize_t n;

	text[0] = '\0';
	while (len + 1 < size && (n = read(fd, text + len, size - 1 - len)) >
	    0) {
		len += (size_t)n;
		text[len] = '\0';
		if (text[len - 1] != '\n')
			continue;
		text[len - 1] = '\0';
		line = strrchr(text, '\n');
		text[len - 1] = '\n';
		line = line == NULL ? text : line + 1;
		if (strlen(line) > 3 && line[3] == ' ')
			return;
	}
}

void
doctor_mail(struct doctor *d)
{
	const struct config *config = d->cli->config;
	static const char hello[] = "EHLO localhost\r\n", quit[] = "QUIT\r\n";
	char text[4096], greeting[4];
	int fd = connect_relay(config);

	if (fd < 0) {
		doctor_bad(d, arena_printf(d->cli->arena,
		    "nobody answers at %s port %u", config->smtp.host,
		    config->smtp.port),
		    "start the mail relay, or correct the smtp section; mails wait meanwhile");
		return;
	}
	read_answer(fd, text, sizeof(text));
	memcpy(greeting, text, 3);
	greeting[3] = '\0';
	if (write(fd, hello, sizeof(hello) - 1) > 0)
		read_answer(fd, text, sizeof(text));
	(void)!write(fd, quit, sizeof(quit) - 1);
	close(fd);
	if (strcmp(greeting, "220") != 0 || strncmp(text, "250", 3) != 0)
		doctor_bad(d, "the mail relay does not greet",
		    "see its log: it must answer 220 and EHLO");
	else if (config->smtp.needs_tls && strstr(text, "STARTTLS") == NULL)
		doctor_bad(d, "the mail relay offers no TLS",
		    "give it a certificate; for a relay on this machine: tls = \"never\"");
	else
		doctor_good(d, "%s greets", config->smtp.host);
}
