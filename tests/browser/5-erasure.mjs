// SPDX-License-Identifier: EUPL-1.2
// Erasure: check, cool off, cancel, again, now; the receipt and its proof; and
// coming back.
import * as jose from "jose";

import { fillIn, optIn, signIn } from "./2-opt-in.mjs";

async function verify(person, receipt, address, opening) {
	await person.open("/receipts/verify");
	await person.type("Text of the receipt", receipt);
	if (address) {
		await person.type("E-mail address", address);
		await person.type("Opening code", opening);
	}
	await person.press("Verify");
}

async function tellReceipt(world, mail, address) {
	const stranger = await world.visitor("fr");
	await stranger.open("/receipts/verify");
	await stranger.look("verify");
	const receipt = Buffer.from(mail.attachments[0].base64, "base64")
	    .toString().trim();
	const jwks = await (await fetch(world.portal +
	    "/.well-known/jwks.json")).json();
	const { payload, protectedHeader } = await jose.compactVerify(receipt,
	    jose.createLocalJWKSet(jwks));
	world.isEqual("jose verifies the receipt", ["EdDSA",
		"erasure-receipt+jwt"], [protectedHeader.alg,
		protectedHeader.typ]);
	const claims = JSON.parse(new TextDecoder().decode(payload));
	const opening = mail.text.split(/\s+/).find((w) =>
	    /^[\w-]{43}$/.test(w));
	await verify(stranger, receipt, address, opening);
	world.isEqual("the page finds it valid",
	    stranger.say("This receipt is valid"), await stranger.h1());
	await stranger.look("verified");
	world.isTrue("and opens the commitment for who has the code",
	    (await stranger.page.locator(".checks .i-cross").count()) === 0 &&
	    (await stranger.page.locator(".checks .i-check").count()) >= 2);
	await stranger.page.emulateMedia({ media: "print" });
	await world.shoot(stranger.page, "verified-print");
	await stranger.page.emulateMedia({ media: "screen" });
	const flipped = receipt.slice(0, 200) + (receipt[200] === "A" ? "B" :
	    "A") + receipt.slice(201);
	await verify(stranger, flipped);
	world.isEqual("one flipped byte is refused",
	    stranger.say("This receipt is not valid"), await stranger.h1());
	await stranger.look("verified-not");
	return claims.case;
}

export async function tell(world) {
	const zoe = await world.visitor("fr");
	if (!world.people.zoe)
		world.people.zoe = (await optIn(world, "fr", "zoe")).address;
	const address = world.people.zoe;
	await signIn(world, zoe, address);
	await zoe.open("/account/erasure");
	await zoe.look("erasure-start");
	await zoe.follow("Continue");
	await zoe.look("erasure-check");
	await zoe.press("Ask for the erasure");
	await zoe.look("erasure-cooling");
	world.has("its mail leads back to it", (await world.mail(address,
	    "/account/erasure")).text, "R-");
	await zoe.open("/account");
	await zoe.look("account-notice");
	await zoe.open("/account/erasure");
	await zoe.press("Cancel the erasure");
	await zoe.look("erasure-cancelled");
	world.isEqual("it can be cancelled",
	    zoe.say("The erasure is cancelled"), await zoe.h1());
	await zoe.open("/account/erasure");
	await zoe.follow("Continue");
	await zoe.press("Ask for the erasure");
	await zoe.press("Do it now");
	await zoe.look("erasure-working");
	const mail = await world.mail(address, "/receipts/verify", 60);
	world.isTrue("the receipt comes by mail, as a file",
	    mail.attachments[0].filename.endsWith(".jws"));
	world.people.erased = await tellReceipt(world, mail, address);
	await zoe.open("/account");
	world.isTrue("the person is signed out",
	    zoe.path().startsWith("/sign-in"));

	const back = await world.visitor("fr");
	await fillIn(world, back, address);
	const again = await world.mail(address, "/confirm/");
	await back.open(again.link("/confirm/"));
	await back.press("Confirm");
	world.isEqual("who was erased may come back",
	    back.say("Your choices are recorded"), await back.h1());
}
