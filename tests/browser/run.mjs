// SPDX-License-Identifier: EUPL-1.2
// Tells the stories one after the other in one browser, and counts.
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

import { World } from "./world.mjs";

const here = import.meta.dirname;
const all = fs.readdirSync(here).filter((f) => /^\d.*\.mjs$/.test(f)).sort();
const wanted = process.argv.slice(2);
const world = await World.open();
for (const file of all) {
	if (wanted.length && !wanted.some((w) => file.startsWith(w)))
		continue;
	const began = Date.now();
	const story = await import(pathToFileURL(path.join(here, file)));
	try {
		await story.tell(world);
	} catch (e) {		/* the story cannot go on; the next one can */
		world.isTrue(`${file} reaches its end`, false, e.stack);
		await world.shootAll("lost-" + file.replace(".mjs", ""));
	}
	await world.closeContexts();
	console.log(`${file}: ${((Date.now() - began) / 1000).toFixed(1)} s`);
}
await world.close();
console.log(`${world.passed} passed, ${world.failed} failed`);
process.exit(world.failed ? 1 : 0);
