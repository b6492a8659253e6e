#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""spoil.py ZIP FOLDER: the package ZIP, spoiled in every way, in FOLDER.

Prints, for each, its file, the exit status and the words that are expected.
"""
import os
import sys
import warnings
import zipfile


def write(path, entries):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data in entries:
            z.writestr(name, data)


def main(source, folder):
    warnings.simplefilter("ignore")
    with zipfile.ZipFile(source) as z:
        files = [(n, z.read(n)) for n in z.namelist()]
    number = 0

    def case(entries, words):
        nonlocal number
        number += 1
        path = os.path.join(folder, "%02d.zip" % number)
        write(path, entries)
        print("%s\t%s" % (path, words))

    for i, (name, data) in enumerate(files):
        middle = len(data) // 2
        flipped = data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1:]
        case(files[:i] + [(name, flipped)] + files[i + 1:],
             "The signature is bad" if name == "manifest.jws"
             else "^changed: %s$" % name)
        case(files[:i] + files[i + 1:],
             "no signed list" if name == "manifest.jws"
             else "^missing: %s$" % name)
    case(files + [("more.txt", b"x")], "^added: more.txt$")
    case(files + [("../x", b"x")], "name that no package has: ../x$")
    case(files + [files[0]], "same name: %s$" % files[0][0])
    case(files + [("bomb", bytes(257 << 20))], "larger than a package can be")
    case(files + [("f%d" % i, b"") for i in range(64)], "more files than")
    with open(source, "rb") as f:
        whole = f.read()
    for name, data in (("cut", whole[:-100]), ("half", whole[:len(whole) // 2]),
                       ("empty", b""), ("text", b"hello")):
        path = os.path.join(folder, name + ".zip")
        with open(path, "wb") as f:
            f.write(data)
        print("%s\tno ZIP file, or a part of it is missing" % path)


main(*sys.argv[1:])
