// The editor: a plain textarea that types and undoes, and a coloured layer behind it that shows. Only lines that changed are drawn again.

import { h } from "./dom.js";
import { besLine } from "./tokens.js";

const STEP = "    ";

export class Editor {
  /** `on.input()` after every change of the text, `on.move()` when the cursor moved, `on.key(event)` first, may take a key (true). */
  constructor(place, on) {
    this.on = on;
    this.lines = [];
    this.drawn = [];
    this.marks = [];
    this.leave = false;
    this.editing = 0;
    this.area = h("textarea", {
      id: "text", spellcheck: "false", autocomplete: "off", autocapitalize: "off", autocorrect: "off", wrap: "off",
      "aria-label": "Program text. Tab indents; press Escape and then Tab to leave.", "aria-describedby": "state",
    });
    this.layer = h("div", { class: "layer", "aria-hidden": "true" });
    this.gutter = h("div", { class: "gutter", "aria-hidden": "true" });
    this.scroll = place;
    place.append(this.gutter, h("div", { class: "sheet" }, this.layer, this.area));
    this.area.addEventListener("input", (event) => {
      if (this.editing) return; // an edit of ours: the browser tells of each of its lines
      if (event.data === "d") this.dedent();
      this.changed();
    });
    this.area.addEventListener("keydown", (event) => this.key(event));
    document.addEventListener("selectionchange", () => document.activeElement === this.area && this.moved());
  }

  get text() {
    return this.area.value;
  }

  get cursor() {
    return this.area.selectionStart;
  }

  /** Another program: the history of changes begins anew. */
  open(text) {
    this.area.value = text;
    this.marks = [];
    this.area.setSelectionRange(0, 0);
    this.scroll.scrollTo(0, 0);
    this.changed(false);
  }

  focus() {
    this.area.focus({ preventScroll: true });
  }

  /** Replace a piece so that undo knows it; the cursor goes behind it, or selects `select` = [from, to] within it. */
  replace(start, end, text, select = null) {
    this.focus();
    this.once(() => {
      this.area.setSelectionRange(start, end);
      const done = text ? document.execCommand("insertText", false, text) : start === end || document.execCommand("delete");
      if (!done) this.area.setRangeText(text, start, end, "end");
    });
    if (select) this.area.setSelectionRange(start + select[0], start + select[1]);
  }

  /** What `work` does to the text is one change. */
  once(work) {
    this.editing += 1;
    try {
      work();
    } finally {
      this.editing -= 1;
    }
    if (!this.editing) this.changed();
  }

  /** Several edits [start, end, text] of the present text, the last one first; the cursor stays about where it is. */
  edit(edits) {
    const cursor = this.cursor;
    let shift = 0;
    this.once(() => {
      for (const [start, end, text] of [...edits].sort((a, b) => b[0] - a[0])) {
        this.replace(start, end, text);
        if (end <= cursor) shift += text.length - (end - start);
      }
    });
    const at = Math.max(0, Math.min(this.text.length, cursor + shift));
    this.area.setSelectionRange(at, at);
    this.moved();
  }

  /** Show places: { start, end, severity, index }, offsets of the browser. */
  mark(marks) {
    this.marks = marks;
    this.draw();
  }

  /** Put the cursor to a place and bring it into sight. */
  go(start, end = start) {
    this.focus();
    this.area.setSelectionRange(start, end);
    this.reveal(start);
    this.moved();
  }

  reveal(offset) {
    const box = this.box(offset);
    const view = this.scroll.getBoundingClientRect();
    if (box.top < view.top + 30 || box.bottom > view.bottom - 30) this.scroll.scrollTop += box.top - view.top - view.height / 3;
    if (box.left < view.left + 60 || box.left > view.right - 30) this.scroll.scrollLeft += box.left - view.left - view.width / 2;
  }

  /** Line (from 0) and column of an offset. */
  where(offset) {
    const before = this.text.slice(0, offset);
    const line = before.split("\n").length - 1;
    return [line, offset - before.lastIndexOf("\n") - 1];
  }

  /** The rectangle of an offset on the screen. */
  box(offset) {
    const [line, column] = this.where(offset);
    const element = this.layer.children[line];
    if (!element) return this.layer.getBoundingClientRect();
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    let left = column;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (left <= node.length) {
        const range = document.createRange();
        range.setStart(node, left);
        range.collapse(true);
        const box = range.getBoundingClientRect();
        if (box.height) return box;
      }
      left -= node.length;
    }
    return element.getBoundingClientRect();
  }

  /** The offset under a point of the screen, and the marks there; null if it is not over a word. */
  under(x, y) {
    const found = document.elementsFromPoint(x, y).find((each) => each.dataset?.at !== undefined && this.layer.contains(each));
    if (!found) return null;
    const line = [...this.layer.children].indexOf(found.closest(".line"));
    const start = this.lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
    return { offset: start + Number(found.dataset.at), marks: (found.dataset.marks ?? "").split(" ").filter(Boolean).map(Number), box: found.getBoundingClientRect() };
  }

  changed(told = true) {
    this.lines = this.text.split("\n");
    this.marks = [];
    this.draw();
    if (told) this.on.input();
    this.moved();
  }

  moved() {
    const [line] = this.where(this.cursor);
    if (line !== this.current) {
      this.gutter.children[this.current]?.classList.remove("here");
      this.current = line;
    }
    this.gutter.children[line]?.classList.add("here");
    this.on.move();
  }

  draw() {
    this.byLine = this.marksByLine();
    const wanted = this.lines.map((text, line) => signature(text, this.byLine.get(line)));
    if (wanted.length === this.drawn.length) {
      const old = [...this.layer.children];
      wanted.forEach((each, line) => each !== this.drawn[line] && old[line].replaceWith(this.line(line)));
    } else this.splice(wanted);
    this.drawn = wanted;
    this.numbers();
  }

  /** Lines came or went: what is the same above and below stays. */
  splice(wanted) {
    let top = 0;
    while (top < wanted.length && top < this.drawn.length && wanted[top] === this.drawn[top]) top += 1;
    let tail = 0;
    while (tail < wanted.length - top && tail < this.drawn.length - top && wanted[wanted.length - 1 - tail] === this.drawn[this.drawn.length - 1 - tail]) tail += 1;
    for (const gone of [...this.layer.children].slice(top, this.drawn.length - tail)) gone.remove();
    const fresh = document.createDocumentFragment();
    for (let line = top; line < wanted.length - tail; line += 1) fresh.append(this.line(line));
    this.layer.insertBefore(fresh, this.layer.children[top] ?? null);
  }

  marksByLine() {
    const found = new Map();
    if (!this.marks.length) return found;
    const starts = [];
    let at = 0;
    for (const text of this.lines) {
      starts.push(at);
      at += text.length + 1;
    }
    for (const mark of this.marks) {
      let line = starts.findLastIndex((start) => start <= mark.start);
      for (; line < this.lines.length && (starts[line] < mark.end || starts[line] <= mark.start); line += 1) {
        const from = Math.max(0, mark.start - starts[line]);
        const to = Math.min(this.lines[line].length, Math.max(mark.end, mark.start + 1) - starts[line]);
        if (!found.has(line)) found.set(line, []);
        found.get(line).push({ ...mark, from: Math.min(from, Math.max(0, this.lines[line].length - 1)), to });
      }
    }
    return found;
  }

  line(number) {
    const marks = this.byLine.get(number) ?? [];
    const element = h("div", { class: "line" });
    let column = 0;
    for (const [kind, text] of besLine(this.lines[number])) {
      for (const [start, end] of pieces(column, column + text.length, marks)) {
        const on = marks.filter((mark) => mark.from < end && mark.to > start);
        const worst = ["error", "warning", "note"].find((severity) => on.some((mark) => mark.severity === severity));
        const blank = !kind && !worst && !this.lines[number].slice(start, end).trim();
        if (blank) element.append(this.lines[number].slice(start, end));
        else {
          const classes = [kind && `t-${kind}`, worst && `squiggle ${worst}`].filter(Boolean).join(" ");
          element.append(h("span", { class: classes || null, "data-at": start, "data-marks": on.length ? on.map((mark) => mark.index).join(" ") : null }, this.lines[number].slice(start, end)));
        }
      }
      column += text.length;
    }
    if (!element.childNodes.length) element.append("\u200b");
    return element;
  }

  numbers() {
    while (this.gutter.children.length < this.lines.length) this.gutter.append(h("div", {}, String(this.gutter.children.length + 1)));
    while (this.gutter.children.length > this.lines.length) this.gutter.lastChild.remove();
    const worst = new Map();
    for (const [line, marks] of this.byLine) worst.set(line, ["error", "warning", "note"].find((severity) => marks.some((mark) => mark.severity === severity)));
    [...this.gutter.children].forEach((element, line) => (element.className = `${worst.get(line) ?? ""}${line === this.current ? " here" : ""}`));
  }

  // --- keys ---------------------------------------------------------------------------------------------------------------

  key(event) {
    if (event.isComposing || this.on.key(event)) return;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const leave = this.leave;
    if (event.key !== "Shift") this.leave = event.key === "Escape";
    if (event.key === "Enter" && plain && !event.shiftKey) {
      event.preventDefault();
      this.enter();
    } else if (event.key === "Tab" && plain && !leave) {
      event.preventDefault();
      this.indent(event.shiftKey);
    }
  }

  /** A new line, indented as it should be; a block that is begun gets its `end`. */
  enter() {
    const { selectionStart: start, selectionEnd: end } = this.area;
    const [number, column] = this.where(start);
    const line = this.lines[number];
    const indent = /^[ \t]*/.exec(line)[0].slice(0, column);
    const opens = opensBlock(line.slice(0, column));
    const rest = line.slice(column).trim();
    if (opens && !rest && this.open_ends() > 0) {
      const head = `\n${indent}${STEP}`;
      this.replace(start, end, `${head}\n${indent}end`, [head.length, head.length]);
      this.reveal(this.cursor);
    } else this.replace(start, end, `\n${indent}${opens ? STEP : ""}`);
  }

  /** How many blocks have no `end`. */
  open_ends() {
    return this.lines.reduce((depth, line) => depth + (opensBlock(line) ? 1 : 0) - (closesBlock(line) ? 1 : 0), 0);
  }

  /** `end` just typed on a line of its own goes below the block that it closes. */
  dedent() {
    const lines = this.text.slice(0, this.cursor).split("\n");
    const shape = /^([ \t]*)end$/.exec(lines.pop());
    if (!shape) return;
    const opened = [];
    for (const line of lines) {
      if (opensBlock(line)) opened.push(/^[ \t]*/.exec(line)[0]);
      else if (closesBlock(line)) opened.pop();
    }
    const wanted = opened.at(-1);
    const at = this.cursor;
    if (wanted !== undefined && wanted !== shape[1]) queueMicrotask(() => this.replace(at - shape[0].length, at, `${wanted}end`));
  }

  indent(back) {
    const { selectionStart: start, selectionEnd: end } = this.area;
    const [first, column] = this.where(start);
    const [last] = this.where(end);
    if (first === last && !back) {
      this.replace(start, end, " ".repeat(STEP.length - (column % STEP.length)));
      return;
    }
    const from = start - column;
    const lines = this.lines.slice(first, last + 1);
    const to = from + lines.join("\n").length;
    const text = lines.map((line) => (back ? line.replace(/^ {1,4}|^\t/, "") : line ? STEP + line : line)).join("\n");
    if (text !== lines.join("\n")) this.replace(from, to, text);
    if (first === last) {
      const at = Math.max(from, start - (lines[0].length - text.length));
      this.area.setSelectionRange(at, at);
    } else this.area.setSelectionRange(from, from + text.length);
  }
}

/** What decides how a line looks. */
function signature(text, marks) {
  return marks ? `${text}\u0000${marks.map((each) => `${each.from}-${each.to}${each.severity}${each.index}`).join()}` : text;
}

function opensBlock(line) {
  return /(^|\s)do\s*(#.*)?$/.test(line.replace(/"(\\.|[^"\\])*"/g, '""'));
}

function closesBlock(line) {
  return /^\s*end\s*(#.*)?$/.test(line);
}

/** A piece cut where marks begin and end. */
function pieces(start, end, marks) {
  const cuts = [start, end, ...marks.flatMap((mark) => [mark.from, mark.to]).filter((at) => at > start && at < end)].sort((a, b) => a - b);
  return cuts.slice(1).map((to, index) => [cuts[index], to]).filter(([from, to]) => to > from);
}
