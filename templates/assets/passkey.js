/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Passkeys: a form that is drawn hidden appears where the browser knows them.
 * A press asks this site for a question, lets the browser answer it, and
 * sends the form.  Without script the password and the code work (GDPR 32).
 */
(function () {
	"use strict";

	function bytes(text) {
		var s = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
		return Uint8Array.from(s, function (c) {
			return c.charCodeAt(0);
		});
	}

	function text(buffer) {
		var s = "", a = new Uint8Array(buffer), i;
		for (i = 0; i < a.length; i++)
			s += String.fromCharCode(a[i]);
		return btoa(s).replace(/\+/g, "-").replace(/\//g, "_")
		    .replace(/[=]+$/, "");
	}

	/* What went wrong, in the words that the page has for it. */
	function tell(form, name, words) {
		var p = form.querySelector('[data-failed="' + name + '"]') ||
		    form.querySelector('[data-failed=""]');
		if (words)
			p.textContent = words;
		p.hidden = false;
	}

	function ask(form) {
		var body = new URLSearchParams();
		body.set("csrf", form.dataset.csrf);
		body.set("request_key", form.dataset.requestKey);
		return fetch(form.dataset.question, { method: "POST",
		    body: body, credentials: "same-origin",
		    headers: { Accept: "application/json" } }).then(
		    function (answer) {
			return answer.json().then(function (json) {
				var e = new Error("asked");
				if (answer.ok)
					return json;
				e.name = "asked";
				e.words = json.error.sentence;
				throw e;
			});
		});
	}

	function make(form, q) {
		var known = form.dataset.known.split(" ").filter(Boolean);
		return navigator.credentials.create({ publicKey: {
			challenge: bytes(q.challenge),
			rp: { id: q.host, name: q.site },
			user: { id: bytes(q.user), name: q.name,
			    displayName: q.name },
			pubKeyCredParams: [-7, -8, -257].map(function (alg) {
				return { type: "public-key", alg: alg };
			}),
			excludeCredentials: known.map(function (id) {
				return { type: "public-key", id: bytes(id) };
			}),
			authenticatorSelection: { residentKey: "required",
			    requireResidentKey: true,
			    userVerification: "required" },
			attestation: "none"
		} }).then(function (made) {
			var r = made.response;
			form.elements.client.value = text(r.clientDataJSON);
			form.elements.attestation.value =
			    text(r.attestationObject);
		});
	}

	function use(form, q) {
		return navigator.credentials.get({ publicKey: {
			challenge: bytes(q.challenge), rpId: q.host,
			userVerification: "required"
		} }).then(function (used) {
			var r = used.response, f = form.elements;
			f.credential.value = text(used.rawId);
			f.client.value = text(r.clientDataJSON);
			f.auth.value = text(r.authenticatorData);
			f.signature.value = text(r.signature);
			f.user.value = text(r.userHandle || new ArrayBuffer(0));
		});
	}

	function prepare(form) {
		var act = form.dataset.passkey === "make" ? make : use;
		var button = form.querySelector("button");
		form.hidden = false;
		form.addEventListener("submit", function (event) {
			event.preventDefault();
			button.disabled = true;
			form.querySelectorAll("[data-failed]").forEach(
			    function (p) {
				p.hidden = true;
			});
			ask(form).then(function (q) {
				return act(form, q);
			}).then(function () {
				form.submit();
			}).catch(function (e) {
				tell(form, e.name, e.words);
				button.disabled = false;
			});
		});
		/* whoever comes back to the page presses once more */
		window.addEventListener("pageshow", function () {
			button.disabled = false;
		});
	}

	if (window.PublicKeyCredential && navigator.credentials) {
		document.querySelectorAll("form[data-passkey]")
		    .forEach(prepare);
		document.querySelectorAll("[data-passkey-none]").forEach(
		    function (p) {
			p.hidden = true;
		});
	}
}());
