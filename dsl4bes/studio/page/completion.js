// The list of what may be written here, with what it means beside it. Opens by itself while a word is typed, or with Ctrl-Space.

import { ask } from "./api.js";
import { h, later, markdown } from "./dom.js";
import { ticked } from "./findings.js";
import { toBrowser, toServer } from "./points.js";

export class Popup {
  /** `asked()` gives the program as the server wants it. */
  constructor(editor, asked) {
    this.editor = editor;
    this.asked = asked;
    this.items = [];
    this.version = 0;
    this.list = h("ul", { class: "offers", role: "listbox", id: "offers", "aria-label": "Completions" });
    this.help = h("div", { class: "help" });
    this.box = h("div", { class: "popup", hidden: true }, this.list, this.help);
    document.body.append(this.box);
    this.soon = later((version) => version === this.version && this.ask(false), 70);
    editor.area.addEventListener("blur", () => setTimeout(() => document.activeElement !== editor.area && this.close(), 150));
    editor.scroll.addEventListener("scroll", () => this.close());
  }

  get shown() {
    return !this.box.hidden;
  }

  close() {
    this.version += 1;
    this.box.hidden = true;
    this.editor.area.removeAttribute("aria-activedescendant");
  }

  /** After typing: only behind a letter, a colon or a dot. */
  typed() {
    const { text, cursor } = this.editor;
    this.version += 1;
    if (/[A-Za-z_:.]$/.test(text.slice(Math.max(0, cursor - 1), cursor))) this.soon(this.version);
    else this.close();
  }

  async ask(wanted = true) {
    const { text, cursor } = this.editor;
    const version = (this.version += 1);
    let found;
    try {
      found = await ask("complete", { ...this.asked(), offset: toServer(text, cursor) });
    } catch {
      return this.close();
    }
    if (version !== this.version || text !== this.editor.text || cursor !== this.editor.cursor) return undefined;
    const place = toBrowser(text);
    const all = found.items.map((item) => ({ ...item, start: place(item.start), end: place(item.end) }));
    const word = all.length ? text.slice(all[0].start, cursor) : "";
    this.items = fitting(all, word);
    if (!this.items.length || (!wanted && this.items.some((item) => item.text === word))) return this.close();
    return this.show();
  }

  show() {
    this.list.replaceChildren(
      ...this.items.map((item, index) =>
        h("li", { role: "option", id: `offer-${index}`, "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); this.take(index); } },
          h("span", { class: `kind k-${item.kind}`, title: item.kind }, item.kind[0].toUpperCase()), h("span", { class: "label" }, item.label), h("span", { class: "detail" }, ticked(item.detail))),
      ),
    );
    this.box.hidden = false;
    const at = this.editor.box(this.items[0].start);
    const size = this.box.getBoundingClientRect();
    const below = at.bottom + 4 + size.height < innerHeight;
    this.box.style.left = `${Math.max(4, Math.min(at.left - 8, innerWidth - size.width - 8))}px`;
    this.box.style.top = `${below ? at.bottom + 4 : Math.max(4, at.top - size.height - 4)}px`;
    this.choose(0);
  }

  choose(index) {
    this.list.children[this.chosen]?.setAttribute("aria-selected", "false");
    this.chosen = (index + this.items.length) % this.items.length;
    const element = this.list.children[this.chosen];
    element.setAttribute("aria-selected", "true");
    element.scrollIntoView({ block: "nearest" });
    this.editor.area.setAttribute("aria-activedescendant", element.id);
    const item = this.items[this.chosen];
    this.help.replaceChildren(h("div", { class: "title" }, item.label, item.detail ? h("span", { class: "detail" }, ` ${item.detail}`) : null), ...markdown(item.documentation || "no more is known"));
    this.help.scrollTop = 0;
  }

  take(index) {
    const item = this.items[index];
    const filled = item.snippet === null ? { text: item.text, select: null } : expanded(item.snippet);
    const indent = /^[ \t]*/.exec(this.editor.lines[this.editor.where(item.start)[0]])[0];
    const text = filled.text.replaceAll("\n", `\n${indent}`);
    this.close();
    const shift = filled.select && (filled.text.slice(0, filled.select[0]).split("\n").length - 1) * indent.length;
    this.editor.replace(item.start, item.end, text, filled.select && filled.select.map((at) => at + shift));
    this.close();
  }

  /** Takes a key if it is for the list. */
  key(event) {
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      this.ask();
      return true;
    }
    if (!this.shown) {
      if (event.key === "Escape") this.close(); // what was asked for is not wanted any more
      return false;
    }
    const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    if (event.key in moves) this.choose(this.chosen + moves[event.key]);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.chosen);
    else if (event.key === "Escape") this.close();
    else {
      if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) this.close();
      return false;
    }
    event.preventDefault();
    return true;
  }
}

/** Those that go on from what is typed, in their order; then those that have it inside. */
function fitting(items, word) {
  const plain = (text) => text.replace(/^[:"]/, "").toLowerCase();
  const begun = plain(word);
  const ranks = items.map((item) => [plain(item.text).startsWith(begun) || plain(item.label).startsWith(begun) ? 0 : plain(item.label).includes(begun) ? 1 : 2, item]);
  return [0, 1].flatMap((rank) => ranks.filter(([each]) => each === rank).map(([, item]) => item));
}

/** A snippet as text, and the first place to fill in. */
function expanded(snippet) {
  let select = null;
  let text = "";
  let at = 0;
  for (const match of snippet.matchAll(/\$\{(\d+)(?::([^}]*))?\}|\$(\d+)|\\([\\$}])/g)) {
    text += snippet.slice(at, match.index);
    const word = match[4] ?? match[2] ?? "";
    if (match[4] === undefined && (select === null || (match[1] ?? match[3]) === "1")) select = [text.length, text.length + word.length];
    text += word;
    at = match.index + match[0].length;
  }
  return { text: text + snippet.slice(at), select };
}
