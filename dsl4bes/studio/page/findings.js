// The list of diagnostics below the editor: a click goes to the place, a button applies the fix.

import { h } from "./dom.js";

const ORDER = ["error", "warning", "note"];

/** Draws the list; `on.go(place)` and `on.fix(repair)` are what its buttons do. */
export function drawFindings(box, findings, words, on) {
  const shown = findings.map((finding, index) => ({ finding, index })).sort((a, b) => ORDER.indexOf(a.finding.severity) - ORDER.indexOf(b.finding.severity));
  const counts = ORDER.map((severity) => [severity, findings.filter((each) => each.severity === severity).length]).filter(([, count]) => count);
  box.replaceChildren(
    h("div", { class: "head" }, counts.length
      ? counts.map(([severity, count]) => h("span", { class: `tally ${severity}` }, `${count} ${severity}${count > 1 ? "s" : ""}`))
      : h("span", { class: "tally fine" }, words ? "" : "no errors, no warnings")),
    ...(words ? [h("p", { class: "fault" }, words)] : []),
    h("ul", {}, shown.filter(({ finding }) => finding.severity !== "note").map(({ finding, index }) => entry(finding, index, on))),
  );
}

/** One diagnostic as an entry of a list. */
export function entry(finding, index, on) {
  const place = finding.place;
  const where = place ? `${place.file ? `${place.file}:` : ""}${place.line}:${place.column}` : "";
  return h("li", { class: `finding ${finding.severity}`, "data-index": index, "data-code": finding.code },
    h("button", { type: "button", class: "go", disabled: !place, onclick: () => on.go(place) },
      h("span", { class: "where" }, where), h("span", { class: "message" }, ticked(finding.message)), h("span", { class: "code" }, finding.code)),
    finding.label ? h("div", { class: "label" }, ticked(finding.label)) : null,
    finding.help ? h("div", { class: "advice" }, ticked(finding.help)) : null,
    finding.shows ? h("pre", { class: "sample" }, finding.shows) : null,
    ...finding.related.map((each) => h("button", { type: "button", class: "related", onclick: () => on.go(each.place) }, `${each.place.file ? `${each.place.file}:` : ""}${each.place.line}: `, ticked(each.text))),
    ...finding.fixes.map((repair) => h("button", { type: "button", class: "fix", onclick: () => on.fix(repair) }, ticked(repair.title))),
  );
}

/** Words between backticks as code. */
export function ticked(text) {
  return text.split(/`([^`]+)`/).map((part, index) => (index % 2 ? h("code", {}, part) : part));
}
