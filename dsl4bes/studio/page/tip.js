// The box that says what the word under the pointer means.

import { h } from "./dom.js";

export const tip = {
  box: h("div", { class: "tip", role: "tooltip", hidden: true }),
  shown: null,
  hide() {
    this.box.hidden = true;
    this.shown = null;
  },
  show(content, at) {
    this.box.replaceChildren(...content);
    this.box.hidden = false;
    const size = this.box.getBoundingClientRect();
    this.box.style.left = `${Math.max(4, Math.min(at.left, innerWidth - size.width - 8))}px`;
    this.box.style.top = `${at.bottom + size.height + 6 < innerHeight ? at.bottom + 4 : Math.max(4, at.top - size.height - 4)}px`;
  },
};
document.body.append(tip.box);
