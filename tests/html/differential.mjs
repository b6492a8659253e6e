// SPDX-License-Identifier: EUPL-1.2
// Random templates over random views, drawn by our renderer and by
// mustache.js.  SEED=n and COUNT=n in the environment choose other ones.
//
// Kept out, because mustache.js differs from the specification there: dotted
// names that an inner section hides, several tags alone on one line, and
// partials of several lines behind text; null in a list makes it throw.
import { renderAll, report, require } from './bridge.mjs';

const Mustache = require('mustache');
const seed = Number(process.env.SEED ?? 20261121);
const count = Number(process.env.COUNT ?? 3000);
const escapes = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;',
    "'": '&#39;' };

Mustache.escape = (value) => String(value).replace(/[&<>"']/g,
    (ch) => escapes[ch]);

// mulberry32: small, and the same numbers everywhere.
let state = seed >>> 0;
function random(n) {
	state = (state + 0x6d2b79f5) >>> 0;
	let t = Math.imul(state ^ (state >>> 15), state | 1);
	t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
	return ((t ^ (t >>> 14)) >>> 0) % n;
}
const pick = (list) => list[random(list.length)];
const times = (n, f) => Array.from({ length: n }, f).join('');

const plain = ['a', 'b', 'c', 'missing'];
const dotted = ['only.a', 'only.deep.b', 'only.missing', 'absent.a'];
const sections = ['s', 't', 'list', 'items', 'yes', 'no', 'a', 'b', 'missing',
    'only.deep', 'only.list'];
const words = ['x', 'word', '<b>', '&amp;', '"', "'", 'é', '{.', '.}', '{ {.', '!',
    '#', '/', '|', '0', '\\', '€'];
const blanks = ['', '', ' ', '  ', '\t', ' \t '];
let ending, open, close;

const pad = () => pick(['', '', '', ' ', '  ']);
const tag = (sigil, name) => `${open}${sigil}${pad()}${name}${pad()}${close}`;
const comment = (text) => `${open}!${text}${close}`;

function value(inList) {
	const name = inList && random(3) === 0 ? '.' :
	    pick(random(3) === 0 ? dotted : plain);
	const kind = random(5);

	if (kind === 0 && open === '{{')
		return `{{{${pad()}${name}${pad()}}}}`;
	return tag(kind === 1 ? '&' : '', name);
}

// Whether {{.}} is a text or number there, which alone can be written.
const inItems = (sigil, name) => sigil === '#' &&
    ['list', 'only.list'].includes(name);

// One piece of a line; a section in it shares the line with visible text.
function piece(depth, inList, isFirst) {
	const kind = random(depth > 0 ? 10 : 7);

	if (kind < 2)
		return pick(words) + pick(blanks);
	if (kind < 6)
		return value(inList) + pick(blanks);
	if (kind === 6)
		return comment(pick([' note ', '', ' a\n b ']));
	if (kind === 7 && open === '{{' && !isFirst)
		return `{{>${pad()}line}}`;
	const name = pick(sections);
	const sigil = pick(['#', '#', '^']);
	return tag(sigil, name) + inline(depth - 1, inItems(sigil, name)) +
	    pick(['', '', ending + pick(words)]) + tag('/', name);
}

// Text and tags that share a line with visible text.
function inline(depth, inList) {
	return (random(2) === 0 ? piece(depth, inList, true) : '') +
	    pick(words) +
	    times(1 + random(4), () => piece(depth, inList, false));
}

const alone = (text) => pick(blanks) + text + pick(blanks) + ending;

// Whole lines.
function block(depth, partials, inList) {
	return times(1 + random(4), () => {
		const kind = random(depth > 0 ? 10 : 6);

		if (kind < 3)
			return pick(blanks) + inline(2, inList) + ending;
		if (kind === 3)
			return pick(['', ' ', '\t']) + ending;
		if (kind === 4)
			return alone(comment(pick([' alone ', ' a\n b '])));
		if (kind === 5) {
			if (partials.length === 0 || open !== '{{')
				return pick(words) + ending;
			return alone(tag('>', pick(partials)));
		}
		if (kind === 9 && open === '{{') {
			const start = alone('{{=<% %>=}}');
			[open, close] = ['<%', '%>'];
			const body = block(depth - 1, [], inList);
			[open, close] = ['{{', '}}'];
			return start + body + alone('<%={{ }}=%>');
		}
		const name = pick(sections);
		const sigil = pick(['#', '#', '^']);
		return alone(tag(sigil, name)) +
		    block(depth - 1, partials, inItems(sigil, name)) +
		    alone(tag('/', name));
	});
}

const item = () => pick(['', 'text', '<&>"\'', 'two\nlines', '{{a}}', 0, 1,
    -7, 1.5, 12345678, true, false, 'é€😀']);
const scalar = () => random(12) === 0 ? null : item();

function object(depth) {
	const made = {};

	for (const name of ['a', 'b', 'c'])
		if (random(3) > 0)
			made[name] = scalar();
	if (depth > 0)
		for (const name of ['s', 't'])
			if (random(2) > 0)
				made[name] = object(depth - 1);
	return made;
}

const list = (f) => Array.from({ length: random(4) }, f);

function tree(depth) {
	return { n: scalar(), kids: depth === 0 ? [] :
	    list(() => tree(depth - 1)) };
}

function view() {
	return { ...object(2), list: list(item), items: list(() => object(1)),
	    yes: true, no: pick([false, null, '', 0, []]), ...tree(2),
	    only: { a: scalar(), deep: { b: scalar() }, list: list(item) } };
}

function makeCase() {
	ending = pick(['\n', '\n', '\n', '\r\n']);
	[open, close] = ['{{', '}}'];
	const partials = {
		line: inline(0, false).replace(/[\r\n]/g, ' ').trimStart(),
		first: block(2, ['second', 'tree'], false),
		second: block(1, [], false),
		tree: `${pick(words)}{{n}}${ending} {{#kids}}${ending}` +
		    `${pick(blanks)}{{>tree}}${ending} {{/kids}}${ending}`,
	};
	let template = block(3, ['first', 'second', 'tree', 'absent'], false);

	if (random(3) === 0)
		template = template.slice(0, -ending.length);
	return { template, data: view(), partials };
}

const cases = Array.from({ length: count }, makeCase);
const drawn = renderAll(cases);
const failures = cases.map((c, i) => ({ ...c, got: drawn[i],
    expected: Mustache.render(c.template, c.data, c.partials) }))
    .filter((c) => c.got !== c.expected);

console.log(`seed ${seed}`);
report(failures, count);
