/* SPDX-License-Identifier: EUPL-1.2 */
/*
 * Keys of the list of contacts.  They do nothing in a field, and nothing at
 * all once a colleague has switched them off (WCAG 2.1.4): then the table has
 * no data-keys.
 */
(function () {
	"use strict";

	var table = document.querySelector("table[data-keys]");
	var search = document.querySelector(
	    "[data-search] input:not([type=hidden])");
	var keys = document.getElementById("keys");
	var at = -1;

	function links() {
		return table.querySelectorAll("tbody th a");
	}

	/* The row that has the focus, or had it last. */
	function row() {
		var line = document.activeElement.closest("tbody tr");
		var all = Array.from(table.tBodies[0].rows);
		return line && table.contains(line) ? all.indexOf(line) : at;
	}

	function move(step) {
		var all = links(), to = row() + step;
		if (to < 0 || to >= all.length)
			return;
		at = to;
		all[at].focus();
		all[at].scrollIntoView({ block: "nearest" });
	}

	function choose() {
		var line = table.tBodies[0].rows[row()];
		var box = line && line.querySelector("input[type=checkbox]");
		if (box)
			box.checked = !box.checked;
	}

	function show_keys() {
		var dialog = document.createElement("dialog");
		var close = document.createElement("button");
		var box = document.createElement("form");
		if (!keys || document.querySelector("dialog[open]"))
			return;
		box.method = "dialog";
		close.className = "btn btn-outline";
		close.textContent = document.documentElement.lang === "fr" ?
		    "Fermer" : "Close";
		dialog.setAttribute("aria-label",
		    keys.querySelector("summary").textContent);
		keys.querySelectorAll("dl, p").forEach(function (part) {
			dialog.append(part.cloneNode(true));
		});
		box.append(close);
		dialog.append(box);
		dialog.addEventListener("close", function () {
			dialog.remove();
		});
		document.body.append(dialog);
		dialog.showModal();
	}

	var acts = {
		"/": function () { search.focus(); search.select(); },
		"?": show_keys,
		"j": function () { move(1); },
		"k": function () { move(-1); },
		"x": choose
	};

	function is_typing(target) {
		return target.isContentEditable ||
		    /^(TEXTAREA|SELECT)$/.test(target.tagName) ||
		    (target.tagName === "INPUT" &&
		    !/^(checkbox|radio|button|submit)$/.test(target.type));
	}

	if (!table || !search)
		return;
	document.addEventListener("keydown", function (event) {
		if (event.ctrlKey || event.metaKey || event.altKey ||
		    event.isComposing || is_typing(event.target) ||
		    document.querySelector("dialog[open]") ||
		    !Object.prototype.hasOwnProperty.call(acts, event.key))
			return;
		event.preventDefault();
		acts[event.key]();
	});
}());
