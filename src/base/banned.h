/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Functions that may not be called anywhere in the project: each has cost
 * other C programs a hole or a wrong answer.  The system headers that declare
 * them are pulled in first, so that only our calls meet the poison.
 */
#ifndef BASE_BANNED_H
#define BASE_BANNED_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Under clang the fortified headers make macros of these. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok
#pragma GCC poison gmtime localtime ctime asctime atoi atol atof gets
#pragma GCC poison system popen getenv

#endif
