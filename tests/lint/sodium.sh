#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# Cryptography is called where it can be read: in src/keys, in the two files
# of the ledger that hash and mark, where passwords are, and below src/keys in
# the ground.  Passkeys are checked by libfido2, in one file.  Everybody else
# takes keys/hash.h and its neighbours (ASVS 11.1).
set -eu
cd "${top_srcdir:?}"
found=$(grep -rlE '#[[:space:]]*include[[:space:]]*<(sodium|openssl/|gcrypt|gnutls/|nettle/|argon2|crypt\.h|fido)' \
    src | LC_ALL=C sort | grep -vE \
    '^src/(base|db|keys)/|^src/ledger/(leaf|merkle)\.c$|^src/auth/(passkey|password|recovery)\.c$' \
    || :)
if [ -n "$found" ]; then
	echo "these call a library of cryptography by themselves:"
	echo "$found"
	exit 1
fi
other=$(grep -rlE '<(openssl/|gcrypt|gnutls/|nettle/|argon2|crypt\.h)' src || :)
if [ -n "$other" ]; then
	echo "another library of cryptography than libsodium:"
	echo "$other"
	exit 1
fi
