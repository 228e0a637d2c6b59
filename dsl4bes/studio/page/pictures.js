// Histograms as SVG: steps with axes, units and entries; with two axes a map. Numbers of a bin stand under the pointer.

import { counted, fill, h, s } from "./dom.js";

const WIDTH = 560;
const HEIGHT = 300;
const EDGE = { left: 62, right: 18, top: 16, bottom: 46 };

/** Draws all histograms, and the numbers of rows of the tuples. */
export function drawPictures(box, live) {
  const rows = Object.entries(live.tuples);
  fill(box,
    h("p", { class: "of" }, live.events_name),
    ...live.pictures.map((each) => h("figure", { class: "picture", "data-name": each.name }, h("figcaption", {}, h("strong", {}, each.title || each.name), h("span", { class: "entries" }, entries(each))), each.cells.length ? drawMap(each) : drawSteps(each))),
    live.pictures.length ? null : h("p", { class: "empty" }, "The program has no histogram. One is written as `histogram(\"m_gg\") do ... end`."),
    rows.length ? h("table", { class: "tuples" }, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "tuple"), h("th", { scope: "col", class: "number" }, "rows"))),
      h("tbody", {}, rows.map(([name, count]) => h("tr", {}, h("td", {}, name), h("td", { class: "number" }, counted(count)))))) : null,
  );
}

function entries(picture) {
  const inside = picture.counts.reduce((sum, each) => sum + each, 0);
  return ` ${counted(inside)} in range${picture.outside ? `, ${counted(picture.outside)} outside` : ""}`;
}

/** A line from numbers to pixels. */
function scale(from, to, start, end) {
  const width = to - from || 1;
  return (value) => start + ((value - from) / width) * (end - start);
}

/** About `wanted` round numbers from `low` to `high`. */
export function ticks(low, high, wanted = 6) {
  const span = high - low;
  if (!(span > 0)) return [low];
  const rough = span / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999);
  const found = [];
  for (let number = Math.ceil(low / step - 1e-9); number * step <= high + step * 1e-9; number += 1) found.push(number * step);
  return found;
}

function word(value, all) {
  const step = all.length > 1 ? Math.abs(all[1] - all[0]) : Math.abs(value) || 1;
  const digits = Math.max(0, Math.min(8, -Math.floor(Math.log10(step) + 1e-9) + (/[^0]/.test((step / 10 ** Math.floor(Math.log10(step) + 1e-9)).toFixed(3).replace(/^\d\.?/, "")) ? 1 : 0)));
  return Math.abs(value) >= 1e6 ? value.toExponential(1) : value.toFixed(digits);
}

function frame(picture, xs, ys, x, y, label) {
  const bottom = HEIGHT - EDGE.bottom;
  return s("g", { class: "axes" },
    ys.map((value) => s("line", { class: "grid", x1: EDGE.left, x2: WIDTH - EDGE.right, y1: y(value), y2: y(value) })),
    s("path", { class: "frame", d: `M${EDGE.left} ${EDGE.top}V${bottom}H${WIDTH - EDGE.right}` }),
    xs.map((value) => s("g", {}, s("line", { class: "tick", x1: x(value), x2: x(value), y1: bottom, y2: bottom + 5 }), s("text", { x: x(value), y: bottom + 18, "text-anchor": "middle" }, word(value, xs)))),
    ys.map((value) => s("g", {}, s("line", { class: "tick", x1: EDGE.left - 5, x2: EDGE.left, y1: y(value), y2: y(value) }), s("text", { x: EDGE.left - 8, y: y(value) + 4, "text-anchor": "end" }, word(value, ys)))),
    s("text", { class: "title", x: WIDTH - EDGE.right, y: HEIGHT - 8, "text-anchor": "end" }, picture.axis),
    s("text", { class: "title", x: -EDGE.top, y: 14, "text-anchor": "end", transform: "rotate(-90)" }, label));
}

function picked(picture, parts) {
  return s("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": `${picture.title || picture.name},${entries(picture)}` }, parts);
}

function drawSteps(picture) {
  const { edges, counts } = picture;
  const low = Math.min(0, ...counts);
  const high = Math.max(...counts, low + 1e-12);
  const top = high > 0 ? high * 1.12 : 1;
  const x = scale(edges[0], edges.at(-1), EDGE.left, WIDTH - EDGE.right);
  const y = scale(low, top, HEIGHT - EDGE.bottom, EDGE.top);
  const steps = counts.map((count, bin) => `V${y(count).toFixed(2)}H${x(edges[bin + 1]).toFixed(2)}`).join("");
  const line = `M${x(edges[0])} ${y(0)}${steps}V${y(0)}`;
  const width = (edges.at(-1) - edges[0]) / counts.length;
  const even = counts.every((_, bin) => Math.abs(edges[bin + 1] - edges[bin] - width) < width * 1e-6);
  const label = `entries${even ? ` / ${Number(width.toPrecision(3))}${picture.unit ? ` ${picture.unit}` : ""}` : " per bin"}`;
  return picked(picture, [
    frame(picture, ticks(edges[0], edges.at(-1)), ticks(low, top, 5).filter((value) => high > 4 ? true : Number.isInteger(value)), x, y, label),
    s("path", { class: "area", d: `${line}Z` }),
    s("path", { class: "steps", d: line }),
    counts.map((count, bin) => s("rect", { class: "bin", x: x(edges[bin]), width: Math.max(0.5, x(edges[bin + 1]) - x(edges[bin])), y: EDGE.top, height: HEIGHT - EDGE.top - EDGE.bottom },
      s("title", {}, `${short(edges[bin])} to ${short(edges[bin + 1])}${picture.unit ? ` ${picture.unit}` : ""}: ${counted(count)}`))),
  ]);
}

function drawMap(picture) {
  const { edges, edges_y: edgesY, cells } = picture;
  const most = Math.max(...cells.flat(), 1e-12);
  const x = scale(edges[0], edges.at(-1), EDGE.left, WIDTH - EDGE.right);
  const y = scale(edgesY[0], edgesY.at(-1), HEIGHT - EDGE.bottom, EDGE.top);
  const drawn = cells.flatMap((column, i) => column.map((count, j) => (count > 0
    ? s("rect", { class: "cell", x: x(edges[i]), y: y(edgesY[j + 1]), width: x(edges[i + 1]) - x(edges[i]), height: y(edgesY[j]) - y(edgesY[j + 1]), "fill-opacity": (0.12 + 0.88 * (count / most)).toFixed(3) },
      s("title", {}, `${short(edges[i])} to ${short(edges[i + 1])}, ${short(edgesY[j])} to ${short(edgesY[j + 1])}: ${counted(count)}`))
    : null)));
  return picked(picture, [frame(picture, ticks(edges[0], edges.at(-1)), ticks(edgesY[0], edgesY.at(-1), 5), x, y, ""), drawn]);
}

function short(value) {
  return String(Number(value.toPrecision(6)));
}
