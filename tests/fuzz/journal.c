/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * The erasure journal and its head, from a disk that may hold anything: what
 * is believed has a whole chain, and one more entry leaves the others as they
 * were (GDPR 17(1)).
 */
#include "journal/journal.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "tests/fuzz/fuzz.h"

#define SITE "example"

static char place[64];
static const char *const places[] = { place, NULL };

static void
remove_all(void)
{
	char head[sizeof(place) + 8];

	snprintf(head, sizeof(head), "%s.head", place);
	unlink(place);
	unlink(head);
	*strrchr(place, '/') = '\0';
	rmdir(place);
}

static void
make_place(void)
{
	char folder[] = "/tmp/assent-fuzz.XXXXXX";

	if (mkdtemp(folder) == NULL)
		abort();
	snprintf(place, sizeof(place), "%s/journal", folder);
	atexit(remove_all);
}

static void
write_file(const char *path, struct bytes data)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, data.ptr, data.len) != (ssize_t)data.len)
		abort();
	close(fd);
}

/* ${text} with the right checksum behind each line: they stop nobody then. */
static struct bytes
chained(struct arena *a, const char *text)
{
	unsigned char hash[HASH_BYTES];
	const char *before = "", *line;
	struct buf out;
	size_t len;

	buf_open(&out, a);
	for (; *text != '\0'; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		line = arena_printf(a, "%s%s", before, arena_textn(a, text,
		    len));
		sha256_of((struct bytes){ (const unsigned char *)line,
		    strlen(line) }, hash);
		before = hex_write(a, (struct bytes){ hash, HASH_BYTES });
		buf_add(&out, text, len);
		buf_text(&out, before);
		buf_char(&out, '\n');
	}
	return buf_bytes(&out);
}

/* What was read ascends, and takes one more entry. */
static void
check(struct arena *a, const struct journal *j)
{
	struct journal_entry entry = { j->head.n + 1, { 7 }, 5 };
	struct journal again;
	uint64_t last = 0;
	size_t i;
	enum err e;

	for (i = 0; i < j->n_entries; i++) {
		assert(j->entries[i].n > last);
		last = j->entries[i].n;
	}
	assert(j->head.n == last);
	if (last == UINT64_MAX)
		return;
	e = journal_append(a, places, SITE, &entry);
	if (e == ERR_DOWN)
		return;		/* the head beside it is held */
	assert(e == ERR_OK);
	e = journal_read(a, place, SITE, &again);
	assert(e == ERR_OK && again.n_entries == j->n_entries + 1);
	assert(again.head.n == entry.n);
	assert(j->n_entries == 0 || memcmp(again.entries, j->entries,
	    j->n_entries * sizeof(*j->entries)) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *a = arena_open();
	struct bytes raw = { data, size };
	const char *head;
	struct journal_head h;
	struct journal j;

	if (*place == '\0')
		make_place();
	head = arena_printf(a, "%s.head", place);
	write_file(head, raw);
	if (journal_head(places, &h) == ERR_OK)
		assert(memchr(data, '\n', size) != NULL);
	write_file(place, raw);
	if (journal_read(a, place, SITE, &j) == ERR_OK)
		check(a, &j);
	unlink(head);
	write_file(place, chained(a, arena_textn(a, data, size)));
	if (journal_read(a, place, SITE, &j) == ERR_OK)
		check(a, &j);
	arena_close(a);
	return 0;
}
