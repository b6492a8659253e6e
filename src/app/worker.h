/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * A door's process: start, then one request after another through the same
 * gate.
 */
#ifndef APP_WORKER_H
#define APP_WORKER_H

#include "app/ctx.h"

/**
 * worker_main(door, program, argc, argv):
 * Be the worker of ${door}: read the options (-c FILE, -r REQUESTS, -h, -V),
 * open everything, answer until told to end.  Returns the exit status.
 */
int worker_main(const struct door *door, enum key_program program, int argc,
    char **argv);

/**
 * worker_answer(arg, a, req, read_error, res):
 * Answer one request; ${arg} is the struct worker.  Tests call it directly.
 */
void worker_answer(void *arg, struct arena *a,
    const struct http_request *req, enum err read_error,
    struct http_response *res);

#endif
