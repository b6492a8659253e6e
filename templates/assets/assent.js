/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * What a script can make smoother; every page is complete without it.  It
 * reads only attributes of the page and asks only this site (GDPR 25).
 */
(function () {
	"use strict";

	var words = document.documentElement.lang === "fr" ? {
		show: "Afficher", hide: "Masquer", copy: "Copier", copied: "Copié"
	} : {
		show: "Show", hide: "Hide", copy: "Copy", copied: "Copied"
	};

	function button(text) {
		var b = document.createElement("button");
		b.type = "button";
		b.className = "btn btn-outline";
		b.textContent = text;
		return b;
	}

	/* After a refused form the summary is the first thing to read. */
	function focus_errors() {
		var errors = document.getElementById("errors");
		if (errors)
			errors.focus();
	}

	function add_reveal(input) {
		var b = button(words.show), box = document.createElement("div");
		box.className = "with-button";
		input.replaceWith(box);
		box.append(input, b);
		b.setAttribute("aria-controls", input.id);
		b.setAttribute("aria-pressed", "false");
		b.addEventListener("click", function () {
			var shown = input.type === "text";
			input.type = shown ? "password" : "text";
			b.textContent = shown ? words.show : words.hide;
			b.setAttribute("aria-pressed", String(!shown));
		});
		if (input.form)
			input.form.addEventListener("submit", function () {
				input.type = "password";
			});
	}

	function add_copy(source) {
		var b = button(words.copy);
		if (!navigator.clipboard)
			return;
		b.classList.add("btn-sm", "no-print");
		b.addEventListener("click", function () {
			navigator.clipboard.writeText(source.textContent).then(
			    function () {
				b.textContent = words.copied;
				setTimeout(function () {
					b.textContent = words.copy;
				}, 2000);
			}, function () { });
		});
		if (source.tagName === "PRE") {
			var line = document.createElement("p");
			line.append(b);
			source.after(line);
		} else {
			source.after(" ", b);
		}
	}

	/* Ask how far a job is; say it aloud once per ten percent. */
	function follow_job(box) {
		var bar = box.querySelector("progress");
		var text = box.querySelector("[data-job-text]");
		var said = -1, wait_ms = 2000;

		function show(job) {
			if (job.done) {
				location.assign(box.dataset.next);
				return;
			}
			bar.value = job.percent;
			if (Math.floor(job.percent / 10) !== said) {
				said = Math.floor(job.percent / 10);
				text.textContent = job.text;
			}
			wait_ms = 2000;
			setTimeout(ask, wait_ms);
		}

		function ask() {
			fetch(box.dataset.job, {
				credentials: "same-origin",
				headers: { Accept: "application/json" }
			}).then(function (answer) {
				if (!answer.ok)
					throw new Error("job");
				return answer.json();
			}).then(show).catch(function () {
				wait_ms = Math.min(wait_ms * 2, 30000);
				setTimeout(ask, wait_ms);
			});
		}

		setTimeout(ask, wait_ms);
	}

	function each(selector, act) {
		document.querySelectorAll(selector).forEach(act);
	}

	focus_errors();
	each("input[type=password]", add_reveal);
	each("[data-copy]", add_copy);
	each("[data-job]", follow_job);
	each("[data-refresh]", function () {
		setTimeout(function () { location.reload(); }, 4000);
	});
	each("[data-print]", function (b) {
		b.hidden = false;
		b.addEventListener("click", function () { window.print(); });
	});
}());
