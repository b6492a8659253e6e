// SPDX-License-Identifier: EUPL-1.2
// Reads the card of tests/export/text.c with ical.js, and compares each value
// with what was put in (GDPR 20).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const folder = path.resolve(process.env.NODE_MODULES, 'ical.js');
const { main, module } = JSON.parse(
	fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
const { default: ICAL } = await import(
	pathToFileURL(path.join(folder, module ?? main)).href);

const [kind, properties] = ICAL.parse(fs.readFileSync(0, 'utf8'));
const card = Object.fromEntries(properties.map((p) => [p[0], p.slice(2)]));

assert.equal(kind, 'vcard');
assert.deepEqual(card, {
	version: ['text', '4.0'],
	fn: ['text', 'Élodie; "É" D\'Arcourt, ' + 'née\nÉÉ😀 '.repeat(12)],
	n: ['text', ['D\'Arcourt, ' + 'née\nÉÉ😀 '.repeat(12), 'Élodie; "É"',
		'', '', '']],
	org: ['text', 'Voyages; Démo\\'],
	email: ['text', 'elodie@example.org'],
	tel: ['uri', 'tel:+33612345678'],
	adr: ['text', ['', '', '1, rue; de l\'Église\nbât. B', 'Strasbourg', '',
		'67000', 'France']],
	lang: ['language-tag', 'fr'],
	rev: ['timestamp', '2026-11-21T18:30:00Z'],
});
console.log('the card reads as written');
