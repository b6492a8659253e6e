#!/usr/bin/python3
# SPDX-License-Identifier: EUPL-1.2
"""The files of tests/fuzz/corpus/import_table, made again: by hand as Excel
writes them, and hostile ones (RELIABILITY T17).  libreoffice.xlsx is what
LibreOffice 7.4 made of a CSV of its rows (soffice --convert-to xlsx)."""
import io
import os
import struct
import zipfile
import zlib

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..",
                    "fuzz", "corpus", "import_table")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PKG = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n'

TYPES = HEAD + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
ROOT = HEAD + f'<Relationships xmlns="{PKG}"><Relationship Id="rId1" Type="{REL}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
BOOK = HEAD + f'<workbook xmlns="{MAIN}" xmlns:r="{REL}"><workbookPr defaultThemeVersion="166925"/><sheets><sheet name="Notes" sheetId="2" state="hidden" r:id="rId5"/><sheet name="Clients" sheetId="1" r:id="rId1"/></sheets></workbook>'
RELS = HEAD + f'<Relationships xmlns="{PKG}"><Relationship Id="rId1" Type="{REL}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{REL}/styles" Target="styles.xml"/><Relationship Id="rId3" Type="{REL}/sharedStrings" Target="/xl/sharedStrings.xml"/><Relationship Id="rId5" Type="{REL}/worksheet" Target="worksheets/sheet2.xml"/></Relationships>'
STYLES = HEAD + f'<styleSheet xmlns="{MAIN}"><numFmts count="3"><numFmt numFmtId="164" formatCode="[$-40C]d\\ mmmm\\ yyyy;@"/><numFmt numFmtId="165" formatCode="0&quot; jours&quot;"/><numFmt numFmtId="166" formatCode="[Red]0.00"/></numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs><cellXfs count="5"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs></styleSheet>'
STRINGS = HEAD + f'<sst xmlns="{MAIN}" count="9" uniqueCount="9"><si><t>E-mail</t></si><si><t>Prénom</t></si><si><t>Nom</t></si><si><t>Mobile</t></si><si><t>Depuis</t></si><si><t>zoe@example.org</t></si><si><r><rPr><b/></rPr><t>Zo</t></r><r><t xml:space="preserve">é</t></r><rPh sb="0" eb="1"><t>ZOE</t></rPh></si><si><t>L’Été</t></si><si><t>Jours</t></si></sst>'
SHEET = HEAD + f'<worksheet xmlns="{MAIN}"><dimension ref="A1:F4"/><sheetData><row r="1" spans="1:6"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c><c r="D1" t="s"><v>3</v></c><c r="E1" t="s"><v>4</v></c><c r="F1" t="s"><v>8</v></c></row><row r="2"><c r="A2" t="s"><v>5</v></c><c r="B2" t="s"><v>6</v></c><c r="C2" t="s"><v>7</v></c><c r="D2"><v>33612345678</v></c><c r="E2" s="1"><v>45688</v></c><c r="F2" s="3"><v>12</v></c></row><row r="4"><c r="A4" t="inlineStr"><is><t>noe@example.org</t></is></c><c r="C4" t="str"><f>UPPER("x")</f><v>X</v></c><c r="D4"><v>6.12345678E8</v></c><c r="E4" s="2"><v>59.5</v></c></row><row r="5"><c r="B5" t="s"><v>6</v></c><c r="C5" t="e"><v>#N/A</v></c><c r="D5" t="b"><v>1</v></c></row><row r="6"><c r="A6" s="1"/></row></sheetData></worksheet>'


def pack(files, method=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, text in files:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            z.writestr(info, text)
    return out.getvalue()


def book(sheet=SHEET, strings=STRINGS, extra=()):
    return [("[Content_Types].xml", TYPES), ("_rels/.rels", ROOT),
            ("xl/workbook.xml", BOOK), ("xl/_rels/workbook.xml.rels", RELS),
            ("xl/worksheets/sheet2.xml", SHEET.replace("E-mail", "x")),
            ("xl/styles.xml", STYLES), ("xl/sharedStrings.xml", strings),
            ("xl/worksheets/sheet1.xml", sheet), *extra]


def sheet_of(rows):
    return HEAD + f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'


def overlapped():
    """Fifield's way: each directory entry names the same packed bytes."""
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(b"<a>" + b" " * 900000) + body.flush()
    crc = zlib.crc32(b"<a>" + b" " * 900000)
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, crc,
                        len(packed), 900003, 1, 0) + b"a" + packed
    central = b"".join(struct.pack("<4s6H3L5H2L", b"PK\1\2", 20, 20, 0, 8, 0,
                                   33, crc, len(packed), 900003, 1, 0, 0, 0,
                                   0, 0, 0) + b"a" for _ in range(60))
    return local + central + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 60, 60,
                                         len(central), len(local), 0)


def lie(data):
    """The directory says that the sheet is small; it is not."""
    return data.replace(struct.pack("<L", 30000000), struct.pack("<L", 300))


def link():
    info = zipfile.ZipInfo("xl/link", (1980, 1, 1, 0, 0, 0))
    info.create_system, info.external_attr = 3, 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as z:
        for name, text in book():
            z.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text)
        z.writestr(info, "/etc/passwd")
    return out.getvalue()


LAUGHS = '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">' + "".join(
    f'<!ENTITY {chr(c)} "{("&" + chr(c - 1) + ";") * 10}">' for c in range(99, 106)) + ']><worksheet><sheetData><row><c t="str"><v>&i;</v></c></row></sheetData></worksheet>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><worksheet><sheetData><row><c t="str"><v>&f;</v></c></row></sheetData></worksheet>'
LONG = HEAD + f'<sst xmlns="{MAIN}"><si><t>E-mail</t></si><si><t>{"x" * 16000}</t></si></sst>'

files = {
    "excel.xlsx": pack(book()),
    "hostile-bomb.xlsx": pack(book(sheet_of("<row>" + " " * 60000000 + "</row>"))),
    "hostile-overlapped.xlsx": overlapped(),
    "hostile-lie.xlsx": lie(pack(book("<a>" + " " * (30000000 - 7) + "</a>"), zipfile.ZIP_DEFLATED)),
    "hostile-laughs.xlsx": pack(book(LAUGHS)),
    "hostile-outside.xlsx": pack(book(OUTSIDE)),
    "hostile-path.xlsx": pack(book(extra=[("../../etc/cron.d/x", "x")])),
    "hostile-absolute.xlsx": pack(book(extra=[("/etc/cron.d/x", "x")])),
    "hostile-link.xlsx": link(),
    "hostile-many.xlsx": pack(book(extra=[(f"xl/x{i}", "") for i in range(100)])),
    "hostile-deep.xlsx": pack(book(sheet_of("<row><c>" + "<a>" * 40 + "</a>" * 40 + "</c></row>"))),
    "hostile-strings.xlsx": pack(book(sheet_of("".join(f'<row r="{i + 1}"><c r="A{i + 1}" t="s"><v>{1 if i else 0}</v></c></row>' for i in range(20000))), LONG)),
    "broken-cut.xlsx": pack(book())[:-40],
    "broken-xml.xlsx": pack(book(SHEET[:-30])),
    "broken-string.xlsx": pack(book(SHEET.replace("<v>7</v>", "<v>70</v>"))),
    "other.zip": pack([("letter.txt", "Dear all")]),
    "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504,
    "excel-cp1252.csv": "E-mail;Prénom;Nom;Téléphone;Ville\r\nzoe@example.org;Zoé;L’Été;06 12 34 56 78;Nîmes\r\nnoe@example.org;Noé;\"Œuvre; fils\";;Besançon\r\n".encode("cp1252"),
    "brevo.csv": ("﻿CONTACT ID;EMAIL;LASTNAME;FIRSTNAME;SMS;WHATSAPP;EXT_ID;DOUBLE_OPT-IN;OPT_IN;ADDED_TIME;MODIFIED_TIME\n"
                  "1;zoe@example.org;L’Été;Zoé;33612345678;;;Yes;true;2025-01-31 10:00:00;2025-02-01 10:00:00\n"
                  "2;noe@example.org;Sarrazin;Noé;;;;No;false;2025-01-31 10:00:00;2025-02-01 10:00:00\n").encode(),
    "export.csv": "﻿email,given_name,family_name,phone,city\r\nzoe@example.org,Zoé,L’Été,'+33612345678,Nantes\r\n".encode(),
}

if __name__ == "__main__":
    for name, data in files.items():
        with open(os.path.join(HERE, name), "wb") as f:
            f.write(data)
