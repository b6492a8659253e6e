/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Failures on demand, between the db room and the connector: the n-th call
 * fails as told.  Linked with --wrap into the sweep alone.
 */
#ifndef TESTS_DB_FAULTS_H
#define TESTS_DB_FAULTS_H

#include <stdbool.h>

enum fault_when {
	FAULT_BEFORE,	/* the server never saw the call */
	FAULT_AFTER,	/* it did what it was told; the answer was lost */
	FAULT_FROM	/* before; and so every later call */
};

/**
 * faults_set(n, number, when):
 * Let the ${n}-th call from now on, counted from 1, fail with the error
 * ${number}.  For an error that means a lost connection, the connection is cut.
 * ${n} 0: none fails.
 */
void faults_set(unsigned n, unsigned number, enum fault_when when);

/**
 * faults_calls(void):
 * Return how many calls there were since faults_set().
 */
unsigned faults_calls(void);

#endif
