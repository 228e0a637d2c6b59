// Questions in a window of the page: which program, which events, which name, what to do about a file that somebody else changed.

import { ask } from "./api.js";
import { h } from "./dom.js";
import { ticked } from "./findings.js";

/** A window with a title; resolves with what `close(value)` gave, or null. */
function window_(title, content) {
  return new Promise((resolve) => {
    const box = h("dialog", { class: "window", "aria-label": title }, h("header", {}, h("h2", {}, title), h("button", { type: "button", class: "quiet", "aria-label": "Close", onclick: () => box.close() }, "\u00d7")));
    let value = null;
    const close = (given) => {
      value = given;
      box.close();
    };
    box.append(...content(close).filter(Boolean));
    box.addEventListener("close", () => {
      box.remove();
      resolve(value);
    });
    document.body.append(box);
    box.showModal();
    box.querySelector("[autofocus]")?.focus();
  });
}

/** Buttons of which one is chosen. */
export function choose(title, words, choices) {
  return window_(title, (close) => [h("p", {}, ticked(words)), h("div", { class: "buttons" }, choices.map(([value, label], index) => h("button", { type: "button", class: index ? null : "strong", "data-choice": value, onclick: () => close(value) }, label)))]);
}

/** A line of text; null if there is none. */
export function askText(title, words, given) {
  return window_(title, (close) => {
    const field = h("input", { id: "asked", value: given, autofocus: true, "aria-label": title, spellcheck: "false" });
    const send = (event) => {
      event.preventDefault();
      if (field.value.trim()) close(field.value.trim());
    };
    return [h("form", { onsubmit: send }, h("p", {}, words), field, h("div", { class: "buttons" }, h("button", { class: "strong", id: "asked-done" }, title)))];
  });
}

/** A name for a program; null if there is none. */
export async function askName(given) {
  const name = await askText("Save", "Name below the folder of this studio. A file that is there is not replaced.", given || "selection.bes");
  return name && (name.endsWith(".bes") ? name : `${name}.bes`);
}

/** A list that can be narrowed; gives the chosen one. */
function chooser(names, none, take, label) {
  const list = h("ul", { class: "names" });
  const field = h("input", { type: "search", placeholder: "find", "aria-label": label, autofocus: true, spellcheck: "false" });
  const draw = () => {
    const shown = names.filter((name) => name.toLowerCase().includes(field.value.toLowerCase()));
    list.replaceChildren(...(shown.length ? shown.map((name) => h("li", {}, h("button", { type: "button", "data-path": name, onclick: () => take(name) }, name))) : [h("li", { class: "empty" }, ticked(none))]));
  };
  field.addEventListener("input", draw);
  draw();
  return [names.length > 8 ? field : null, list].filter(Boolean);
}

/** A program of the folder; null if none was chosen. */
export async function askProgram() {
  const { programs } = await ask("files");
  return window_("Open a program", (close) => chooser(programs, "there is no program (*.bes) in this folder", close, "Find a program"));
}

/** Events: the request for the server without the page, or null. */
export async function askEvents(start, last) {
  const { events } = await ask("files");
  return window_("Events", (close) => {
    const decay = h("input", { id: "toy-decay", value: last.decay, autofocus: true, "aria-label": "Decay", spellcheck: "false" });
    const number = h("input", { id: "toy-number", type: "number", min: 1, max: start.max_toy, value: last.number, "aria-label": "Number of events" });
    const seed = h("input", { id: "toy-seed", type: "number", min: 0, value: last.seed, "aria-label": "Seed" });
    const send = (event) => {
      event.preventDefault();
      close({ source: "toy", decay: decay.value.trim(), number: Number(number.value), seed: Number(seed.value) });
    };
    return [
      h("section", {}, h("h3", {}, "Toy events"), h("form", { class: "toy", onsubmit: send },
        h("label", { class: "wide" }, h("span", {}, "decay"), decay), h("label", {}, h("span", {}, "events"), number), h("label", {}, h("span", {}, "seed"), seed), h("button", { class: "strong", id: "toy-load" }, "Generate"))),
      h("section", {}, h("h3", {}, "Event files of this folder"), ...chooser(events, "there are none (.dst, .rec, .root, .toy.npz); start with `--events FILE` for others", (path) => close({ source: "file", path }), "Find event files")),
      h("div", { class: "buttons" },
        start.given ? h("button", { type: "button", onclick: () => close({ source: "given" }) }, start.given) : null,
        h("button", { type: "button", onclick: () => close({ source: "sample" }) }, "Ten fully simulated events (fetched once)"),
        h("button", { type: "button", onclick: () => close({ source: "none" }) }, "No events")),
    ];
  });
}
