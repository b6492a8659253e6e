// SPDX-License-Identifier: EUPL-1.2
// Draws every golden view by the product's engine in French and English and
// asks what a person would: is it valid HTML, does axe object, does it fit
// 390 pixels, does it obey the policy, are yes and no equal (WCAG 2.2 AA,
// GDPR 7, 12(1)).  Words after the command name the goldens to draw;
// LOOK_SHOTS=DIR keeps pictures.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const top = process.env.top_srcdir, build = process.env.top_builddir;
const require = createRequire(process.env.NODE_MODULES + "/");
const { chromium } = require("playwright-core");
const { HtmlValidate } = require("html-validate");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const bootstrap = "/usr/share/javascript/bootstrap5";
const policy = "default-src 'none'; style-src 'self'; img-src 'self' data:; " +
    "script-src 'self'; connect-src 'self'; form-action 'self'; " +
    "base-uri 'none'; frame-ancestors 'none'";
/* Sound plays on one page alone, whose handler says so. */
const policyOf = (job) => job.stem === "evidence_show" ?
    policy + "; media-src 'self'" : policy;
const types = { ".css": "text/css", ".svg": "image/svg+xml",
	".js": "text/javascript" };

/* A page that polls itself without script has to refresh; the error summary
   stands above the first heading on purpose. */
const validator = new HtmlValidate({
	extends: ["html-validate:recommended", "html-validate:document",
		"html-validate:a11y"],
	rules: {
		"doctype-style": "off", "void-style": "off",
		"long-title": "off", "no-trailing-whitespace": "off",
		"meta-refresh": "off", "prefer-native-element": "off",
		"require-sri": "off", "tel-non-breaking": "off",
		"heading-level": ["error", { minInitialRank: "h2" }],
	},
});

/* {id, template, view} of every golden, with the frame that the door adds. */
function goldens() {
	const frames = JSON.parse(fs.readFileSync(
	    top + "/tests/look/frames.json", "utf8"));
	const wanted = process.argv.slice(2), list = [];
	for (const room of fs.readdirSync(top + "/tests").sort()) {
		const dir = `${top}/tests/${room}/golden`;
		if (!fs.existsSync(dir))
			continue;
		for (const file of fs.readdirSync(dir).sort()) {
			const name = file.match(
			    /^(portal|office|mail)_([a-z_0-9]+)(\+[a-z]+)?\.json$/);
			if (!name || (wanted.length &&
			    !wanted.some((w) => file.includes(w))))
				continue;
			const golden = JSON.parse(fs.readFileSync(
			    `${dir}/${file}`, "utf8"));
			const view = golden.frame ? { ...structuredClone({
				...frames.visitor, ...frames[golden.frame] }),
				...golden } : golden;
			for (const item of view.menu?.items ?? [])
				item.current = item.url === golden.current;
			list.push({ id: file.replace(".json", ""),
				door: name[1], stem: name[2], view });
		}
	}
	return list;
}

function draw(jobs) {
	const input = jobs.map((j) => JSON.stringify({ template: j.template,
		lang: j.lang, view: { ...j.view, lang: j.lang } })).join("\n");
	return execFileSync(build + "/tests/look/draw",
	    [top + "/templates", build + "/po"], { input: input + "\n",
	    maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "inherit"] })
	    .toString().trim().split("\n").map((line) => JSON.parse(line));
}

const all = goldens(), jobs = [];
for (const g of all)
	for (const lang of ["fr", "en"])
		for (const ending of g.door === "mail" ?
		    ["subject.txt", "txt", "html"] : ["html"])
			jobs.push({ ...g, lang, ending,
				template: `${g.door}/${g.stem}.${ending}` });
draw(jobs).forEach((page, i) => { jobs[i].page = page; });

let passed = 0, failed = 0;
function say(job, problems) {
	if (problems.length === 0) {
		passed++;
		return;
	}
	failed++;
	console.log(`not ok: ${job.id} (${job.lang}, ${job.ending})`);
	for (const p of problems)
		console.log("    " + p);
}

async function valid(job) {
	const report = await validator.validateString(job.page, job.id);
	return report.results.flatMap((r) => r.messages)
	    .filter((m) => job.door !== "mail" || m.ruleId !== "no-inline-style")
	    .map((m) => `${m.ruleId}, line ${m.line}: ${m.message}`);
}

/* In the page: what is wider than the window or smaller than a finger. */
function measure() {
	const bad = [], root = document.documentElement;
	if (root.scrollWidth > innerWidth)
		bad.push(`${root.scrollWidth} pixels wide in ${innerWidth}`);
	for (const e of document.querySelectorAll(
	    "a, button, summary, input:not([type=hidden]), select")) {
		const box = e.getBoundingClientRect();
		if (!e.offsetParent || !box.height ||
		    e.closest("p, li, dd, td, h1, .skip"))
			continue;
		if (box.height < 24 || box.width < 24)
			bad.push("too small to hit: " + e.outerHTML.slice(0, 70));
	}
	for (const e of document.querySelectorAll("input, button, select")) {
		e.scrollIntoView({ block: "center" });
		const box = e.getBoundingClientRect(), hit = box.height &&
		    e.offsetParent && !e.closest("details:not([open])") &&
		    document.elementFromPoint(
		    box.x + box.width / 2, box.y + box.height / 2);
		if (hit && hit !== e && !e.contains(hit))
			bad.push("covered: " + e.outerHTML.slice(0, 70));
	}
	const buttons = [...document.querySelectorAll(".btn, .answer")]
	    .filter((e) => e.offsetParent)
	    .map((e) => [e, e.getBoundingClientRect()]);
	for (const [i, [e, a]] of buttons.entries())
		for (const [f, b] of buttons.slice(i + 1))
			if (Math.max(a.x, b.x) - Math.min(a.right, b.right) < 4 &&
			    Math.max(a.y, b.y) - Math.min(a.bottom, b.bottom) < 4)
				bad.push(`they touch: ${e.innerText} and ` +
				    f.innerText);
	for (const pair of document.querySelectorAll(".answers")) {
		const [yes, no] = [...pair.children].map((e) => ({
			box: e.getBoundingClientRect(), on:
			e.getAttribute("aria-pressed"), is: getComputedStyle(e) }));
		if (Math.abs(yes.box.width - no.box.width) > .5 ||
		    Math.abs(yes.box.height - no.box.height) > .5 ||
		    yes.is.fontSize !== no.is.fontSize ||
		    (yes.on === no.on && (yes.is.color !== no.is.color ||
		    yes.is.backgroundColor !== no.is.backgroundColor ||
		    yes.is.borderColor !== no.is.borderColor)))
			bad.push("yes and no are not equal");
	}
	return bad;
}

/* All rules once; what the dark colours can break again. */
async function judge(scheme) {
	const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa",
		"best-practice"];
	const found = await window.axe.run(document, {
		runOnly: scheme === "light" ? { type: "tag", values: tags } :
		    { type: "rule", values: ["color-contrast"] },
		resultTypes: ["violations"] });
	return found.violations.map((v) => `axe ${v.id}: ` +
	    v.nodes.map((n) => n.target.join(" ")).join(", "));
}

function serve(route, job) {
	const { pathname } = new URL(route.request().url());
	const file = pathname.replace(/^\/static\//, "");
	if (pathname === "/page")
		return route.fulfill({ body: job.page,
			contentType: "text/html; charset=utf-8",
			headers: job.door === "mail" ? {} :
			    { "content-security-policy": policyOf(job) } });
	const place = file.startsWith("bootstrap/") ?
	    bootstrap + file.slice(9) : `${top}/templates/assets/${file}`;
	if (pathname.startsWith("/static/") && fs.existsSync(place))
		return route.fulfill({ path: place,
			contentType: types[path.extname(place)] });
	return route.fulfill({ json: { percent: 1, text: "", done: false } });
}

/* One page looks at many: a process for each would take longer to start. */
async function openPage(context) {
	const page = await context.newPage(), reader = { page };
	page.on("console", (m) => {
		if (m.type() === "error")
			reader.bad.push("the browser says: " + m.text());
	});
	await page.route("**/*", (route) => serve(route, reader.job));
	return reader;
}

async function look(job, reader) {
	const { page } = reader, bad = await valid(job);
	Object.assign(reader, { job, bad });
	await page.goto("http://localhost/page");
	await page.evaluate(axe);
	for (const [width, colorScheme] of [[390, "light"], [1280, "dark"]]) {
		await page.setViewportSize({ width, height: 900 });
		await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		for (const fault of [...await page.evaluate(measure),
		    ...await page.evaluate(judge, colorScheme)])
			bad.push(`${width} ${colorScheme}: ${fault}`);
		if (process.env.LOOK_SHOTS)
			await page.screenshot({ fullPage: true, path:
			    `${process.env.LOOK_SHOTS}/${job.id}-${job.lang}-` +
			    `${width}-${colorScheme}.png` });
	}
	return bad;
}

const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
	args: ["--no-sandbox", "--disable-gpu",
		"--disable-background-networking"] });
const context = await browser.newContext();
async function check(job, reader) {
	if (job.page === null)
		say(job, ["the engine refuses it"]);
	else if (job.ending !== "html")
		say(job, job.page.trim() === "" ? ["it is empty"] : []);
	else if (job.lang === "fr")
		say(job, await look(job, reader));
	else
		say(job, await valid(job));
}

async function work() {
	const reader = await openPage(context);
	for (let job = jobs.shift(); job; job = jobs.shift())
		await check(job, reader);
}
await Promise.all([work(), work(), work()]);
await browser.close();

if (process.argv.length === 2) {
	const drawn = new Set(all.map((g) => `${g.door}/${g.stem}`));
	for (const door of ["portal", "office", "mail"])
		for (const file of fs.readdirSync(`${top}/templates/${door}`)) {
			const stem = file.split(".")[0];
			if (!["top", "foot", "state"].includes(stem))
				say({ id: `${door}/${file}`, lang: "-",
					ending: "-" }, drawn.has(`${door}/${stem}`) ?
				    [] : ["it has no golden view"]);
		}
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
