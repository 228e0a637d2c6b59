// Elements made in one line, and a little Markdown. Text is always text: nothing here, and nowhere on the page, sets HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element: attributes (`on` + event: a listener, `class`, `data-...`), then children (text or elements; null is left out). */
export function h(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for a part of a picture. */
export function s(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

/** Paragraphs, headings, lists, tables and code as elements. */
export function markdown(text) {
  const made = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    if (/^\s*```/.test(line)) {
      const code = [];
      for (at += 1; at < lines.length && !/^\s*```/.test(lines[at]); at += 1) code.push(lines[at]);
      at += 1;
      made.push(h("pre", { class: "sample" }, code.join("\n")));
    } else if (/^#{1,6} /.test(line)) {
      made.push(h("h4", {}, inline(line.replace(/^#+ /, ""))));
      at += 1;
    } else if (/^\|/.test(line)) {
      const rows = [];
      for (; at < lines.length && /^\|/.test(lines[at]); at += 1) if (!/^\|[\s:|-]+\|?$/.test(lines[at])) rows.push(lines[at]);
      made.push(h("table", {}, rows.map((row) => h("tr", {}, cells(row).map((cell) => h("td", {}, inline(cell)))))));
    } else if (/^\s*[-*] /.test(line)) {
      const items = [];
      for (; at < lines.length && /^\s*[-*] /.test(lines[at]); at += 1) items.push(h("li", {}, inline(lines[at].replace(/^\s*[-*] /, ""))));
      made.push(h("ul", {}, items));
    } else if (line.trim()) {
      const words = [];
      for (; at < lines.length && lines[at].trim() && !/^(\s*```|#{1,6} |\||\s*[-*] )/.test(lines[at]); at += 1) words.push(lines[at].trim());
      made.push(h("p", {}, inline(words.join(" "))));
    } else at += 1;
  }
  return made;
}

function cells(row) {
  return row.replace(/^\||\|\s*$/g, "").split("|").map((cell) => cell.trim());
}

function inline(text) {
  return text.split(/(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*)/).filter(Boolean).map((part) => {
    if (part.startsWith("`") && part.length > 2) return h("code", {}, part.slice(1, -1));
    if (part.startsWith("**")) return h("strong", {}, part.slice(2, -2));
    if (/^\*.+\*$/.test(part)) return h("em", {}, part.slice(1, -1));
    return part;
  });
}

/** Put children into an element in place of those it has; null is left out. */
export function fill(box, ...children) {
  box.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
}

/** Calls `work` when nothing was asked for during `milliseconds`. */
export function later(work, milliseconds) {
  let timer = 0;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
}

/** 12345 → 12 345 (thin spaces). */
export function counted(number) {
  const whole = Number.isInteger(number) ? String(number) : number.toPrecision(6).replace(/\.?0+$/, "");
  const [head, tail] = whole.split(".");
  return head.replace(/\B(?=(\d{3})+(?!\d))/g, "\u2009") + (tail ? `.${tail}` : "");
}
