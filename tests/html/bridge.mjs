// SPDX-License-Identifier: EUPL-1.2
// Runs our renderer over many cases at once, and counts what came out right.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';

const modules = process.env.NODE_MODULES;
export const require = createRequire(`${modules}/`);

// The rendering of each { template, data, partials }; null when refused.
export function renderAll(cases) {
	const input = cases.map((c) => JSON.stringify({ template: c.template,
	    data: c.data, partials: c.partials ?? {} }) + '\n').join('');
	const run = spawnSync(`${process.env.top_builddir}/tests/html/render`, {
	    input, maxBuffer: 1 << 30, encoding: 'utf8' });

	if (run.status !== 0)
		throw new Error(`tests/html/render: ${run.status} ${run.signal}`);
	return run.stdout.trimEnd().split('\n').map((line) => JSON.parse(line));
}

// Print the first failures and the counts; the exit status says whether all
// passed.
export function report(failures, total) {
	for (const f of failures.slice(0, 5))
		console.log(JSON.stringify(f, null, 2));
	console.log(`${total - failures.length} passed, ` +
	    `${failures.length} failed`);
	process.exitCode = failures.length === 0 && total > 0 ? 0 : 1;
}
