// SPDX-License-Identifier: EUPL-1.2
// What every story has: the browser, people in it, the site as demo.json tells
// it, its words, its mails, and what is asked of every page that is reached.
import crypto from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const top = path.resolve(import.meta.dirname, "../..");
const shots = process.env.ASSENT_SCREENSHOTS;
/* Colours do not move anything: each width and each scheme once, the other two
   when somebody wants the pictures. */
const LOOKS = [[1280, "light"], [390, "dark"]];
const LOOKS_TOO = [[1280, "dark"], [390, "light"]];

/* {msgid: msgstr} of a .po file. */
function readWords(file) {
	const words = {};
	for (const entry of fs.readFileSync(file, "utf8").split("\n\n")) {
		const part = (name) => {
			const m = entry.match(new RegExp(
			    `^${name} ((?:"(?:[^"\\\\]|\\\\.)*"\\n?)+)`, "m"));
			return m && m[1].trim().split("\n")
			    .map((line) => JSON.parse(line)).join("");
		};
		words[part("msgid")] = part("msgstr") ?? part("msgstr\\[0\\]");
	}
	return words;
}

export function totp(secret, offset) {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
	const bits = [...secret.replace(/=+$/, "")].map((c) => letters.indexOf(c)
	    .toString(2).padStart(5, "0")).join("");
	const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
	const step = Buffer.alloc(8);
	step.writeBigUInt64BE(BigInt(Math.floor(
	    (Date.now() / 1000 + offset) / 30)));
	const mac = crypto.createHmac("sha1", key).update(step).digest();
	const at = mac[19] & 15;
	return String((mac.readUInt32BE(at) & 0x7fffffff) % 1000000)
	    .padStart(6, "0");
}

export class Person {
	constructor(world, context, page, base, lang) {
		Object.assign(this, { world, context, page, base, lang });
	}

	/* A msgid in this person's language. */
	say(msgid) {
		return this.lang === "fr" ? this.world.french[msgid] || msgid :
		    msgid;
	}

	async open(path) {
		const url = path.startsWith("http") ? path : this.base + path;
		await this.page.goto(url);
		await this.arrive();
	}

	/* Pages speak the person's language once they know it. */
	async arrive() {
		await this.page.waitForLoadState();
		this.lang = await this.page.evaluate(
		    () => document.documentElement.lang) || this.lang;
	}

	/* Press the button, or follow the link, that bears these words. */
	async press(msgid, within = this.page) {
		const name = this.say(msgid);
		await within.getByRole("button", { name }).first().click();
		await this.arrive();
	}

	async follow(msgid, within = this.page) {
		await within.getByRole("link", { name: this.say(msgid) }).first()
		    .click();
		await this.arrive();
	}

	/* Type into the field that is labelled so. */
	async type(msgid, text) {
		const words = this.say(msgid).replace(/[()]/g, "\\$&");
		await this.page.getByLabel(new RegExp("^\\s*" + words)).first()
		    .fill(text);
	}

	async h1() {
		return (await this.page.locator("h1").first().innerText()).trim();
	}

	async text() {
		return this.page.locator("body").innerText();
	}

	path() {
		return new URL(this.page.url()).pathname;
	}

	/* What is asked of every page; once for each name. */
	async look(name) {
		await this.world.look(this, name);
	}
}

export class World {
	passed = 0;
	failed = 0;
	seen = new Set();		/* mails */
	looked = new Set();		/* pages */
	contexts = [];
	people = {};			/* what a story leaves for the next */
	serial = Math.floor(Date.now() / 1000);

	static async open() {
		const world = new World();
		const file = process.env.ASSENT_DEMO;
		if (!file)
			throw new Error("ASSENT_DEMO is the path of a demo.json");
		world.demo = JSON.parse(fs.readFileSync(file, "utf8"));
		world.portal = world.demo.portal.replace(/\/$/, "");
		world.office = world.demo.office.replace(/\/$/, "");
		world.french = readWords(top + "/po/fr.po");
		world.browser = await chromium.launch({
			executablePath: "/usr/bin/chromium",
			args: ["--no-sandbox", "--disable-gpu"] });
		return world;
	}

	async close() {
		await this.browser.close();
	}

	/* ---- what was found */

	isTrue(sentence, found, detail = "") {
		if (found) {
			this.passed++;
			return true;
		}
		this.failed++;
		console.log(`  FAILED: ${sentence}`);
		for (const line of String(detail).trim().split("\n").slice(0, 25))
			console.log(`    | ${line.slice(0, 300)}`);
		return false;
	}

	isEqual(sentence, wanted, found) {
		const [a, b] = [wanted, found].map((x) => JSON.stringify(x));
		return this.isTrue(sentence, a === b, `wanted ${a}\nfound  ${b}`);
	}

	has(sentence, text, part) {
		return this.isTrue(sentence, text.includes(part),
		    `${JSON.stringify(part)} is not in\n${text.slice(0, 1500)}`);
	}

	/* ---- who walks */

	async someone(base, lang) {
		const context = await this.browser.newContext({
			locale: lang === "fr" ? "fr-FR" : "en-GB",
			timezoneId: "Europe/Paris", acceptDownloads: true,
			viewport: { width: 1280, height: 900 } });
		const page = await context.newPage();
		const person = new Person(this, context, page, base, lang);
		page.setDefaultTimeout(15000);
		this.watch(person);
		this.contexts.push(person);
		return person;
	}

	async visitor(lang = "fr") {
		return this.someone(this.portal, lang);
	}

	async colleague(lang = "fr") {
		return this.someone(this.office, lang);
	}

	/* Whatever a page says to the console, or asks of others, is a fault. */
	watch(person) {
		const own = [this.portal, this.office];
		person.faults = [];
		person.page.on("console", (m) => {
			const url = m.location().url;
			if (m.type() !== "error" && m.type() !== "warning")
				return;
			/* a page of a refused form is a 4xx on purpose */
			if (/^Failed to load resource.* 4\d\d /.test(m.text()) &&
			    !/\/static\//.test(url))
				return;
			person.faults.push(`${m.type()}: ${m.text()} (${url})`);
		});
		person.page.on("pageerror", (e) =>
		    person.faults.push(`script: ${e.message}`));
		person.page.on("request", (r) => {
			if (!own.some((o) => r.url().startsWith(o + "/")) &&
			    !r.url().startsWith("data:"))
				person.faults.push(`asks ${r.url()}`);
		});
		person.page.on("response", (r) => {
			if (r.status() >= 500)
				person.faults.push(`${r.status()} ${r.url()}`);
		});
	}

	async closeContexts() {
		for (const person of this.contexts) {
			this.isEqual("no page complains, and none asks another site",
			    [], person.faults);
			await person.context.close();
		}
		this.contexts = [];
	}

	address(name) {
		this.serial++;
		return `${name}.${this.serial}@browser.example`;
	}

	/* ---- mails */

	async mail(to, part = "", seconds = 30) {
		const until = Date.now() + seconds * 1000;
		for (;;) {
			const list = await (await fetch(this.demo.mail +
			    "messages")).json();
			for (const line of list.reverse()) {
				if (!JSON.stringify(line.to).includes(to) ||
				    this.seen.has(line.id))
					continue;
				const mail = await (await fetch(this.demo.mail +
				    "messages/" + line.id)).json();
				if (!mail.text.includes(part))
					continue;
				this.seen.add(line.id);
				return { ...mail, subject: line.subject,
					link: (p) => mail.text.match(
					    /https?:\/\/\S+/g).find((u) =>
					    u.includes(p)),
					code: mail.text.match(
					    /^ +([0-9A-Z]{4}-[0-9A-Z]{4})$/m)?.[1] };
			}
			if (Date.now() > until)
				throw new Error(`no mail to ${to} with ${part}`);
			await new Promise((r) => setTimeout(r, 200));
		}
	}

	/* ---- looking at a page */

	async look(person, name) {
		const { page } = person;
		if (this.looked.has(name))
			return;
		this.looked.add(name);
		const wide = [], objections = new Set();
		for (const [width, scheme] of shots ? [...LOOKS, ...LOOKS_TOO] :
		    LOOKS) {
			await page.emulateMedia({ colorScheme: scheme,
				reducedMotion: "reduce" });
			await page.setViewportSize({ width, height: 900 });
			const room = await page.evaluate(() => [
				document.documentElement.scrollWidth,
				document.documentElement.clientWidth]);
			if (room[0] > room[1])
				wide.push(`${width} px ${scheme}: ${room}`);
			for (const o of await this.objections(page))
				objections.add(`${width} px ${scheme}: ${o}`);
			await this.shoot(page, `${name}-${width}-${scheme}`);
		}
		await page.emulateMedia({ colorScheme: "light" });
		await page.setViewportSize({ width: 1280, height: 900 });
		this.isEqual(`${name}: it fits the width`, [], wide);
		this.isEqual(`${name}: axe has no objection`, [], [...objections]);
	}

	async objections(page) {
		if (!await page.evaluate(() => "axe" in window))
			await page.evaluate(axe);
		const found = await page.evaluate(() => window.axe.run(document, {
			resultTypes: ["violations"],
			runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa",
				"wcag22aa", "best-practice"] }));
		return found.violations.map((v) => `${v.id}: ` +
		    v.nodes.map((n) => n.target.join(" ")).slice(0, 3).join(", "));
	}

	async shoot(page, name) {
		if (!shots)
			return;
		fs.mkdirSync(shots, { recursive: true });
		await page.screenshot({ path: `${shots}/${name}.png`,
			fullPage: true });
	}

	async shootAll(name) {
		for (const [i, person] of this.contexts.entries())
			await this.shoot(person.page, `${name}-${i}`);
	}
}
