#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# run-test.sh PROGRAM: run one test program.
exec "$@"
