/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Without libFuzzer: try each file of corpus/NAME once, or the files given.
 * Inputs that once broke something stay there for good.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

#define INPUT_MAX_BYTES	(1u << 20)

static int
try_file(const char *path)
{
	unsigned char *data = malloc(INPUT_MAX_BYTES), *exact;
	FILE *f = fopen(path, "rb");
	size_t len;

	if (data == NULL || f == NULL) {
		perror(path);
		exit(1);
	}
	len = fread(data, 1, INPUT_MAX_BYTES, f);
	fclose(f);
	/* a block of just that size: reading beyond it is seen */
	exact = malloc(len == 0 ? 1 : len);
	if (exact == NULL)
		abort();
	memcpy(exact, data, len);
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(exact, len);
	free(exact);
	free(data);
	return 1;
}

static int
try_folder(const char *folder)
{
	struct dirent *entry;
	char path[4096];
	int n = 0, len;
	DIR *dir = opendir(folder);

	if (dir == NULL) {
		perror(folder);
		exit(1);
	}
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		len = snprintf(path, sizeof(path), "%s/%s", folder,
		    entry->d_name);
		if (len < 0 || (size_t)len >= sizeof(path))
			abort();
		n += try_file(path);
	}
	closedir(dir);
	return n;
}

int
main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	char folder[4096];
	int i, n = 0;

	for (i = 1; i < argc; i++)
		n += try_file(argv[i]);
	if (argc == 1) {
		snprintf(folder, sizeof(folder), "%s/%s", FUZZ_CORPUS,
		    slash == NULL ? argv[0] : slash + 1);
		n = try_folder(folder);
	}
	printf("%d inputs\n", n);
	return n > 0 ? 0 : 1;
}
