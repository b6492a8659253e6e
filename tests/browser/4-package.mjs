// SPDX-License-Identifier: EUPL-1.2
// The copy: built while the page waits, downloaded, and checked by tools that
// are not ours: unzip, jose, ajv.
import { execFileSync } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

import Ajv2020 from "ajv/dist/2020.js";
import * as jose from "jose";

import { optIn, signIn } from "./2-opt-in.mjs";

async function fetchCopy(world, zoe, button, dir) {
	await zoe.open("/account/export");
	await zoe.press(button);
	await zoe.look("copy-" + (zoe.path().endsWith("/progress") ?
	    "progress" : "list"));
	const link = zoe.page.locator("main").getByRole("link",
	    { name: zoe.say("Download") }).first();
	await link.waitFor({ timeout: 40000 });
	await zoe.look("copy-ready");
	const waiting = zoe.page.waitForEvent("download");
	await link.click();
	const download = await waiting;
	const file = path.join(dir, download.suggestedFilename());
	await download.saveAs(file);
	return file;
}

export async function tell(world) {
	const zoe = await world.visitor("fr");
	if (!world.people.zoe)
		world.people.zoe = (await optIn(world, "fr", "zoe")).address;
	const address = world.people.zoe;
	await signIn(world, zoe, address);
	const dir = fs.mkdtempSync(path.join(os.tmpdir(), "assent-copy-"));
	await zoe.open("/account/export");
	await zoe.look("copy-empty");
	const zip = await fetchCopy(world, zoe, "Prepare my copy", dir);
	world.has("unzip finds it whole", execFileSync("unzip", ["-t", zip])
	    .toString(), "No errors detected");
	execFileSync("unzip", ["-q", zip, "-d", dir + "/copy"]);
	const read = (name) => fs.readFileSync(`${dir}/copy/${name}`);

	const jwks = await (await fetch(world.portal +
	    "/.well-known/jwks.json")).json();
	const jws = read("manifest.jws").toString().trim();
	const opened = await jose.compactVerify(jws,
	    jose.createLocalJWKSet(jwks));
	const manifest = JSON.parse(new TextDecoder().decode(opened.payload));
	world.isEqual("jose verifies the manifest", JSON.parse(
	    read("manifest.json")), manifest);
	const flipped = jws.slice(0, 90) + (jws[90] === "A" ? "B" : "A") +
	    jws.slice(91);
	world.isTrue("and refuses it with a byte flipped", await
	    jose.compactVerify(flipped, jose.createLocalJWKSet(jwks))
	    .then(() => false, () => true));
	world.isEqual("every hash is right", [], manifest.files.filter((f) =>
	    crypto.createHash("sha256").update(read(f.name)).digest("hex") !==
	    f.sha256).map((f) => f.name));

	const schema = JSON.parse(read("schema/data.schema.json"));
	const ajv = new Ajv2020({ strict: false, allErrors: true });
	const fits = ajv.compile(schema), data = JSON.parse(read("data.json"));
	world.isTrue("ajv finds the data as its schema says", fits(data),
	    JSON.stringify(fits.errors));
	const bent = structuredClone(data);
	bent.data.person = "nobody";
	world.isTrue("and another shape not", !fits(bent));
	world.isTrue("the data is the person's",
	    data.data.person[0].email === address, JSON.stringify(
	    data.data.person));

	const page = await zoe.context.newPage();
	await page.goto("file://" + dir + "/copy/index.html");
	world.has("the readable page holds them too", await page.locator("body")
	    .innerText(), address);
	await world.look({ page }, "copy-index");
	await page.close();
	await zoe.open("/account/export");
	await zoe.look("copy-list");
	await fetchCopy(world, zoe, "Prepare my bundle", dir);
	fs.rmSync(dir, { recursive: true });
}
