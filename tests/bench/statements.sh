#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# How many statements a page sends, counted by the server: each is a wait of
# the person who asked.  PERFORMANCE, statement budgets.
# needs: database
exec /usr/bin/python3 -B "${top_srcdir:?}/tests/bench/statements.py"
