/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Files of other programs, read by a process that has nothing; and files that
 * were built to harm it (GDPR 5(1)(d), 32(1)(b); RELIABILITY T17).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/text.h"
#include "import/import_reader.h"

#define READ_US		(20 * SECOND_US)
#define REFUSED_US	(2 * SECOND_US)	/* T17: a hostile file ends by then */

static struct arena *a, *cells;
static struct import_kind kind;
static struct import_verdict verdict;
static struct buf text;		/* the rows, "line|cell|cell\n" each */
static uint64_t n_rows;

static int
begin(void **state)
{
	(void)state;
	a = arena_open();
	cells = arena_open();
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_close(a);
	arena_close(cells);
	return 0;
}

static enum err
take_kind(void *arg, const struct import_kind *k)
{
	(void)arg;
	kind = *k;
	return ERR_OK;
}

static enum err
take_record(void *arg, const struct import_record *r)
{
	size_t i;

	(void)arg;
	if (n_rows++ < 20) {
		buf_printf(&text, "%u", (unsigned)r->line);
		for (i = 0; i < r->n; i++) {
			buf_char(&text, '|');
			buf_add(&text, r->cells[i].ptr, r->cells[i].len);
		}
		buf_char(&text, '\n');
	}
	arena_wipe(cells);
	return ERR_OK;
}

static enum err
read_bytes(struct bytes file)
{
	struct import_reading reading = { .until_ticks_us = clock_ticks_us() +
	    READ_US, .kind = take_kind, .record = take_record };

	buf_open(&text, a);
	n_rows = 0;
	verdict = (struct import_verdict){ IMPORT_FAULT_NONE, 0 };
	return import_read(&reading, cells, file, &verdict);
}

static enum err
read_named(const char *name)
{
	FILE *f = fopen(arena_printf(a, FILES "/%s", name), "rb");
	unsigned char *bytes = arena_take(a, 1 << 20);
	size_t n;

	if (f == NULL)
		fail_msg("no file %s", name);
	n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	return read_bytes((struct bytes){ bytes, n });
}

static void
refused(const char *name, enum import_fault fault)
{
	int64_t began_us = clock_ticks_us();

	if (read_named(name) != ERR_INVALID || verdict.fault != fault)
		fail_msg("%s: %s", name, import_fault_names[verdict.fault]);
	if (clock_ticks_us() - began_us > REFUSED_US)
		fail_msg("%s: too slow", name);
}

static void
a_table_of_excel_in_its_old_encoding_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_named("excel-cp1252.csv"), ERR_OK);
	assert_int_equal(kind.format, IMPORT_CSV);
	assert_true(kind.is_cp1252 && kind.has_names);
	assert_int_equal(kind.delimiter, ';');
	assert_string_equal(text.ptr, "1|E-mail|Prénom|Nom|Téléphone|Ville\n"
	    "2|zoe@example.org|Zoé|L’Été|06 12 34 56 78|Nîmes\n"
	    "3|noe@example.org|Noé|Œuvre; fils||Besançon\n");
}

static void
the_contacts_of_a_mailing_service_are_read(void **state)
{
	(void)state;
	assert_int_equal(read_named("brevo.csv"), ERR_OK);
	assert_false(kind.is_cp1252);
	assert_int_equal(n_rows, 3);
	assert_non_null(strstr(text.ptr,
	    "2|1|zoe@example.org|L’Été|Zoé|33612345678|"));
}

static void
a_workbook_of_excel_is_read_with_its_dates(void **state)
{
	(void)state;
	assert_int_equal(read_named("excel.xlsx"), ERR_OK);
	assert_int_equal(kind.format, IMPORT_XLSX);
	assert_true(kind.has_names);
	/* the first sheet that is not hidden; 59.5 is a day in February 1900 */
	assert_string_equal(text.ptr,
	    "1|E-mail|Prénom|Nom|Mobile|Depuis|Jours\n"
	    "2|zoe@example.org|Zoé|L’Été|33612345678|2025-01-31|12\n"
	    "4|noe@example.org||X|612345678|1900-02-28|\n"
	    "5||Zoé||1||\n");
}

static void
a_workbook_of_libreoffice_is_read_with_its_dates(void **state)
{
	(void)state;
	assert_int_equal(read_named("libreoffice.xlsx"), ERR_OK);
	assert_string_equal(text.ptr, "1|email|prénom|nom|mobile|depuis\n"
	    "2|zoe@example.org|Zoé|L’Été|33612345678|2025-01-31\n"
	    "3|noe@example.org|Noé|Sarrazin||1999-12-31\n");
}

static void
a_first_line_that_is_somebody_has_no_names(void **state)
{
	(void)state;
	assert_int_equal(read_bytes(text_bytes("zoe@x.org,Zoé\na@x.org,A\n")),
	    ERR_OK);
	assert_false(kind.has_names);
	assert_string_equal(text.ptr, "1||\n1|zoe@x.org|Zoé\n2|a@x.org|A\n");
}

static void
each_hostile_workbook_is_refused_at_once(void **state)
{
	(void)state;
	refused("hostile-bomb.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-laughs.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-outside.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-path.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-absolute.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-link.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-many.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-deep.xlsx", IMPORT_FAULT_HOSTILE);
	refused("hostile-lie.xlsx", IMPORT_FAULT_HOSTILE);
	/* libzip itself finds it inconsistent */
	refused("hostile-overlapped.xlsx", IMPORT_FAULT_BROKEN);
	refused("hostile-strings.xlsx", IMPORT_FAULT_LARGE);
}

static void
what_is_no_table_is_refused_by_its_name(void **state)
{
	static const unsigned char nul[] = "email\na\0b@x.org\n";

	(void)state;
	refused("broken-cut.xlsx", IMPORT_FAULT_BROKEN);
	refused("broken-xml.xlsx", IMPORT_FAULT_BROKEN);
	refused("broken-string.xlsx", IMPORT_FAULT_BROKEN);
	refused("other.zip", IMPORT_FAULT_TYPE);
	refused("old.xls", IMPORT_FAULT_OLD);
	assert_int_equal(read_bytes(text_bytes("")), ERR_INVALID);
	assert_int_equal(verdict.fault, IMPORT_FAULT_EMPTY);
	assert_int_equal(read_bytes((struct bytes){ nul, sizeof(nul) - 1 }),
	    ERR_INVALID);
	assert_int_equal(verdict.fault, IMPORT_FAULT_TYPE);
	assert_int_equal(read_bytes(text_bytes("\xff\xfe" "e")), ERR_INVALID);
	assert_int_equal(verdict.fault, IMPORT_FAULT_UTF16);
	assert_int_equal(read_bytes(text_bytes("email\nZo\x81")),
	    ERR_INVALID);
	assert_int_equal(verdict.fault, IMPORT_FAULT_ENCODING);
	assert_int_equal(read_bytes(text_bytes("email\n\"a\"b\n")),
	    ERR_INVALID);
	assert_int_equal(verdict.fault, IMPORT_FAULT_QUOTE);
	assert_int_equal(verdict.line, 2);
}

static void
a_table_is_not_wider_than_there_is_room_for(void **state)
{
	struct buf b;
	int i;

	(void)state;
	buf_open(&b, a);
	for (i = 0; i < 64; i++)
		buf_text(&b, "c,");
	assert_int_equal(read_bytes(buf_bytes(&b)), ERR_INVALID);
	assert_int_equal(verdict.fault, IMPORT_FAULT_COLUMNS);
}

/* What a reader that was taken over could still do, one try a process. */
static int
tries(int (*try)(void))
{
	int status = 0;
	pid_t pid = fork();

	/* past what a sanitizer does at the end: it is not permitted either */
	if (pid == 0)
		(void)syscall(SYS_exit_group, import_lock_up() ? try() : 99);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) :
	    256 + WTERMSIG(status);
}

static int
try_open(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 ? errno : 0;
}

static int
try_write_file(void)
{
	return open("/tmp/x", O_WRONLY | O_CREAT, 0600) < 0 ? errno : 0;
}

static int
try_run(void)
{
	char *const argv[] = { NULL };

	execv("/bin/true", argv);
	return errno;
}

static int
try_connect(void)
{
	return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? errno : 0;
}

static int
try_fork(void)
{
	return fork() < 0 ? errno : 0;
}

static int
try_kill(void)
{
	return kill(getppid(), 0) != 0 ? errno : 0;
}

#ifndef IS_SANITIZED	/* AddressSanitizer maps terabytes */
static int
try_memory(void)
{
	return malloc(300ul * 1024 * 1024) == NULL ? ENOMEM : 0;
}
#endif

static int
try_unlock(void)
{
	struct rlimit l = { 1ul << 40, 1ul << 40 };

	return setrlimit(RLIMIT_CPU, &l) != 0 ? errno : 0;
}

static void
a_reader_opens_runs_and_reaches_nothing(void **state)
{
	(void)state;
	assert_int_equal(tries(try_open), EPERM);
	assert_int_equal(tries(try_write_file), EPERM);
	assert_int_equal(tries(try_run), EPERM);
	assert_int_equal(tries(try_connect), EPERM);
	assert_int_equal(tries(try_fork), EPERM);
	assert_int_equal(tries(try_kill), EPERM);
	assert_int_equal(tries(try_unlock), EPERM);
#ifndef IS_SANITIZED
	assert_int_equal(tries(try_memory), ENOMEM);
#endif
}

static void
who_listens_may_end_it(void **state)
{
	struct import_reading reading = { .until_ticks_us = clock_ticks_us() -
	    1, .kind = take_kind, .record = take_record };

	(void)state;
	assert_int_equal(import_read(&reading, cells, text_bytes("a\nb\n"),
	    &verdict), ERR_INVALID);
	assert_int_equal(verdict.fault, IMPORT_FAULT_STOPPED);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_table_of_excel_in_its_old_encoding_is_read),
		cmocka_unit_test(the_contacts_of_a_mailing_service_are_read),
		cmocka_unit_test(a_workbook_of_excel_is_read_with_its_dates),
		cmocka_unit_test(a_workbook_of_libreoffice_is_read_with_its_dates),
		cmocka_unit_test(a_first_line_that_is_somebody_has_no_names),
		cmocka_unit_test(each_hostile_workbook_is_refused_at_once),
		cmocka_unit_test(what_is_no_table_is_refused_by_its_name),
		cmocka_unit_test(a_table_is_not_wider_than_there_is_room_for),
		cmocka_unit_test(a_reader_opens_runs_and_reaches_nothing),
		cmocka_unit_test(who_listens_may_end_it),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
