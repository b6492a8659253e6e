#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# The courier against a relay and a database that fail in every way that
# RELIABILITY 3.1 and 3.2 name; what came out is counted, not believed.
# needs: database
exec /usr/bin/python3 "${top_srcdir:?}/tests/courier/faults.py" "$@"
