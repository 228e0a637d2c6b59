// The C++ of every block: that of the block under the cursor first, lines that the last change made marked.

import { h } from "./dom.js";
import { cppLine } from "./tokens.js";

export class Code {
  constructor(box, go) {
    this.box = box;
    this.go = go;
    this.texts = new Map();
    this.current = "";
  }

  /** Another program: nothing in it is a change. */
  forget() {
    this.texts.clear();
  }

  /** New methods; those of a program with errors are none, and the last good ones stay, dimmed. */
  update(methods, ok) {
    this.box.classList.toggle("stale", !ok && this.texts.size > 0);
    if (!ok) {
      if (!this.texts.size) this.box.replaceChildren(h("p", { class: "empty" }, "The C++ appears when the program has no errors."));
      return;
    }
    if (!methods.length) {
      this.texts.clear();
      this.box.replaceChildren(h("p", { class: "empty" }, "This program has no selection, so there is no algorithm."));
      return;
    }
    const anything = methods.some((each) => each.changed.length);
    const first = this.texts.size === 0;
    const wanted = methods.map((each) => this.section(each, anything, first));
    this.box.replaceChildren(...wanted);
    this.methods = methods;
    this.current = "";
  }

  section(method, anything, first) {
    const old = this.texts.get(method.name);
    if (old && old.text === method.text && !(anything && old.changed.length)) {
      old.place = method.place;
      return old.element;
    }
    const changed = new Set(first ? [] : method.changed);
    const lines = method.text.replace(/\n$/, "").split("\n");
    const pre = h("pre", { class: "cpp" }, lines.map((line, number) => h("span", { class: `row${changed.has(number) ? " changed" : ""}` },
      cppLine(line).map(([kind, text]) => (kind ? h("span", { class: `t-${kind}` }, text) : text)), "\n")));
    const kept = { text: method.text, changed: [...changed], place: method.place };
    kept.element = h("section", { class: `method${method.assumed ? " assumed" : ""}`, "data-method": method.name },
      h("h3", {}, h("button", { type: "button", class: "go", disabled: !method.place, onclick: () => this.go(kept.place) }, method.keyword),
        h("span", { class: "name" }, `${method.name}()`), method.assumed ? h("span", { class: "tag" }, "assumed") : null, changed.size ? h("span", { class: "tag fresh" }, "changed") : null), pre);
    this.texts.set(method.name, kept);
    return kept.element;
  }

  /** The block under the cursor (an offset of the server) comes first. */
  follow(offset) {
    const inside = (this.methods ?? []).filter((each) => each.place && each.place.start <= offset && offset <= each.place.end);
    const nearest = inside.sort((a, b) => a.place.end - a.place.start - (b.place.end - b.place.start))[0];
    const name = nearest?.name ?? "";
    if (name === this.current) return;
    this.current = name;
    for (const element of this.box.querySelectorAll(".method")) element.classList.toggle("current", element.dataset.method === name);
    if (name) this.box.scrollTop = 0;
  }
}
