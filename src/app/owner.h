/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Names of processes in leases, and whether the one behind a name still lives
 * (GDPR 32(1)(b), (c)).
 */
#ifndef APP_OWNER_H
#define APP_OWNER_H

#include <stdbool.h>
#include <stddef.h>

/**
 * owner_name(owner, size):
 * Write the name of this process into ${owner}: host, machine, number, and
 * chance, with colons between; 100 bytes are enough.
 */
void owner_name(char *owner, size_t size);

/**
 * owner_is_dead(mine, theirs):
 * Return whether the process named ${theirs} is known to have ended: it was
 * one of the machine on which ${mine} runs, and its number is free.  Of
 * processes elsewhere nothing is known.
 */
bool owner_is_dead(const char *mine, const char *theirs);

#endif
