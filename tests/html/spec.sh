#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
exec sh "${top_srcdir:?}/tests/html/node-test.sh" spec.mjs
