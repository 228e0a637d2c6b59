// The cut flow as a table with bars: events left, share of the line before and of all, what the last change did. A click goes to the block.

import { counted, fill, h } from "./dom.js";

/** Draws it; `before` are the numbers of the text before, by region and key. */
export function drawFlow(box, live, before, go) {
  const total = live.events;
  const rows = [];
  let region = null;
  for (const cut of live.cuts) {
    if (cut.region !== (region ?? "")) rows.push(h("tr", { class: "region" }, h("th", { colspan: 5, scope: "rowgroup" }, `region ${cut.region}`)));
    region = cut.region;
    rows.push(row(cut, total, before, go));
  }
  fill(box,
    h("p", { class: "of" }, live.events_name),
    h("table", { class: "flow" },
      h("thead", {}, h("tr", {}, ["cut", "events", "", "of previous", "of all"].map((word, index) => h("th", { scope: "col", class: index ? "number" : null }, word)))),
      h("tbody", {}, h("tr", { class: "all" }, h("th", { scope: "row" }, "all events"), h("td", { class: "number passed" }, counted(total)), h("td", {}), h("td", {}), h("td", {}, bar(1))), rows)),
    live.cuts.length ? null : h("p", { class: "empty" }, "No block rejects an event yet."),
  );
}

function row(cut, total, before, go) {
  const old = before.get(`${cut.region}/${cut.key}`);
  const change = old === undefined || old === cut.passed ? null : cut.passed - old;
  const last = cut.part ? cut.label.slice(cut.label.lastIndexOf(".") + 1) : cut.label;
  return h("tr", { class: `${cut.part ? "part" : "block"}${change ? " moved" : ""}`, "data-key": cut.key, "data-region": cut.region },
    h("th", { scope: "row" }, cut.place ? h("button", { type: "button", class: "go", onclick: () => go(cut.place) }, last) : last),
    h("td", { class: "number passed", title: cut.candidates === null ? null : `${cut.candidates} candidates` }, counted(cut.passed)),
    h("td", { class: `change ${change > 0 ? "up" : "down"}` }, change ? `${change > 0 ? "+" : "\u2212"}${counted(Math.abs(change))}` : ""),
    h("td", { class: "number share", title: interval(cut.relative) }, percent(cut.relative)),
    h("td", { class: "share", title: interval(cut.overall) }, cut.part ? h("span", { class: "percent" }, percent(cut.overall)) : bar(cut.overall.value ?? 0, percent(cut.overall))));
}

function bar(share, words = "100 %") {
  const inner = h("span", { class: "fill" });
  inner.style.width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return h("span", { class: "bar" }, h("span", { class: "track", "aria-hidden": "true" }, inner), h("span", { class: "percent" }, words));
}

function percent(share) {
  if (share.value === null) return "–";
  const value = share.value * 100;
  return `${value === 0 || value === 100 ? value : value < 1 ? value.toPrecision(2) : value.toFixed(1)}\u2009%`;
}

function interval(share) {
  return `${(share.low * 100).toFixed(2)} % to ${(share.high * 100).toFixed(2)} % (Clopper-Pearson, 68.27 %)`;
}
