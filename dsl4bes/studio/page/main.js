// The page: what is typed goes to the server when the fingers rest, and what comes back is shown; the newest text wins.

import { ask, askFile } from "./api.js";
import { Code } from "./code.js";
import { Popup } from "./completion.js";
import { askEvents, askName, askProgram, askText, choose } from "./dialogs.js";
import { fill, h, later, markdown } from "./dom.js";
import { Editor } from "./editor.js";
import { drawFindings, entry, ticked } from "./findings.js";
import { drawFlow } from "./flow.js";
import { drawPictures } from "./pictures.js";
import { toBrowser, toServer } from "./points.js";
import { tip } from "./tip.js";

const $ = (id) => document.getElementById(id);
const TABS = ["code", "flow", "pictures", "notes"];

const state = {
  page: pageName(), version: 0, start: null, path: "", digest: "", crlf: false, begun: "", saved: "", findings: [], words: "", ok: false, live: null, shown: "", before: new Map(), events: null,
  toy: { decay: "J/psi -> rho(770)0 pi0", number: 10000, seed: 1 },
};

/** A name for as long as this page is there: one that is loaded again, or a copy of its tab, numbers its texts from the beginning. */
function pageName() {
  return [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const editor = new Editor($("editor"), { input: typed, move: moved, key: (event) => popup.key(event) });
const popup = new Popup(editor, written);
const code = new Code($("code"), go);

// --- what is asked of the server ------------------------------------------------------------------------------------------

function written() {
  return { page: state.page, version: state.version, text: editor.text, path: state.path };
}

function typed() {
  state.version += 1;
  $("dirty").hidden = editor.text === state.saved;
  busy("checking");
  popup.typed();
  tip.hide();
  analyse();
}

const analyse = later(async () => {
  const asked = written();
  const found = await quietly(ask("analyse", asked));
  if (asked.version !== state.version) return;
  if (!found) return rest();
  if (found.dropped) return;
  state.findings = found.findings;
  state.words = found.words;
  state.ok = found.ok;
  showFindings();
  code.update(found.methods, found.ok);
  follow();
  showNotes();
  busy("");
  preview();
}, 120);

const preview = later(async () => {
  if (!state.events || !state.ok) {
    showLive();
    return busy("");
  }
  const asked = written();
  busy("running");
  const found = await quietly(ask("preview", asked));
  if (asked.version !== state.version) return undefined;
  if (!found) return rest();
  if (found.dropped) return undefined;
  if (state.live?.cuts && found.cuts && state.live.events_name === found.events_name) state.before = numbers(state.live);
  else if (found.cuts) state.before = new Map();
  state.live = found;
  showLive();
  showNotes();
  return busy("");
}, 150);

function numbers(live) {
  return new Map(live.cuts.map((cut) => [`${cut.region}/${cut.key}`, cut.passed]));
}

/** The answer, or nothing and words in the status line. */
async function quietly(answer) {
  try {
    return await answer;
  } catch (error) {
    say(error.message, true);
    document.body.classList.remove("busy");
    return null;
  }
}

// --- what is shown ----------------------------------------------------------------------------------------------------------

function showFindings() {
  const place = toBrowser(editor.text);
  editor.mark(state.findings.map((each, index) => ({ each, index })).filter(({ each }) => each.place && !(each.severity === "note" && each.place.start === each.place.end))
    .map(({ each, index }) => ({ start: place(each.place.start), end: place(each.place.end), severity: each.severity, index })));
  drawFindings($("findings"), state.findings, state.words, { go, fix });
}

function showLive() {
  const live = state.live;
  const why = !state.events ? "No events are loaded. Load some to see what the program does with them." : !state.ok ? "The program has errors; these numbers are of its last state without." : live?.words;
  const usable = live?.cuts && state.events;
  for (const id of ["flow", "pictures"]) {
    $(id).classList.toggle("stale", Boolean(usable && why));
    if (usable) (id === "flow" ? drawFlow($(id), live, state.before, go) : drawPictures($(id), live));
    else $(id).replaceChildren();
    if (why) $(id).prepend(h("div", { class: usable ? "why" : "empty" }, h("p", {}, ticked(why.split("\n")[0])), state.events ? null : h("button", { type: "button", class: "strong", onclick: loadEvents }, "Load events"),
      why.includes("\n") ? h("pre", { class: "sample" }, why.split("\n").slice(1).join("\n")) : null));
  }
  $("events-state").textContent = state.events ? state.events.name : "no events";
}

function showNotes() {
  const notes = state.findings.map((each, index) => ({ each, index })).filter(({ each }) => each.severity === "note");
  const live = state.events && state.live?.cuts ? state.live : null;
  $("notes-count").textContent = notes.length ? String(notes.length) : "";
  fill($("notes"),
    h("section", {}, h("h3", {}, "What the compiler notes"), notes.length ? h("ul", { class: "findings" }, notes.map(({ each, index }) => entry(each, index, { go, fix }))) : h("p", { class: "empty" }, "nothing")),
    live ? h("section", {}, h("h3", {}, "What these events leave open"), live.remarks.length ? h("ul", {}, live.remarks.map((each) => h("li", {}, ticked(each)))) : h("p", { class: "empty" }, "nothing"),
      h("p", { class: "of" }, `${live.events_name}: ${live.seconds.toFixed(2)} s${live.reused ? `, ${live.reused} steps needed no compiler` : ""}`)) : null,
    h("section", {}, h("h3", {}, "Keys"), h("dl", { class: "keys" }, [["Ctrl-Space", "complete"], ["Ctrl-S", "save"], ["Ctrl-O", "open"], ["Ctrl-E", "events"], ["Ctrl-Shift-F", "canonical form"], ["F1", "what the word under the cursor means"], ["F2", "rename"], ["F8", "next diagnostic"], ["Ctrl-.", "apply the fix here"], ["Alt-1 ... 4", "views"], ["Esc, Tab", "leave the editor"]]
      .flatMap(([key, what]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, what)]))),
  );
}

function busy(word) {
  const errors = state.findings.filter((each) => each.severity === "error").length;
  say(word || (state.words ? "the compiler failed" : errors ? `${errors} error${errors > 1 ? "s" : ""}` : "no errors"), !word && errors > 0);
  if (!word) return rest();
  document.body.classList.add("busy");
  document.body.dataset.version = "";
  return undefined;
}

/** Nothing is waited for; the words in the status line stay. */
function rest() {
  document.body.classList.remove("busy");
  document.body.dataset.version = String(state.version); // for whoever waits until all is shown
}

function say(words, wrong = false) {
  $("state").textContent = words;
  $("state").classList.toggle("wrong", wrong);
}

function moved() {
  const [line, column] = editor.where(editor.cursor);
  $("place").textContent = `line ${line + 1}, column ${column + 1}`;
  follow();
}

function follow() {
  code.follow(toServer(editor.text, editor.cursor));
}

function go(place) {
  const at = toBrowser(editor.text);
  editor.go(at(place.start), place.file ? at(place.end) : Math.min(at(place.end), at(place.start) + 200, lineEnd(at(place.start))));
}

function lineEnd(offset) {
  const end = editor.text.indexOf("\n", offset);
  return end < 0 ? editor.text.length : end;
}

function fix(repair) {
  apply(repair.edits);
}

// --- the pointer over a word -----------------------------------------------------------------------------------------------

async function explain(offset, marks, at) {
  tip.shown = offset;
  const found = await quietly(ask("hover", { ...written(), offset: toServer(editor.text, offset) }));
  if (tip.shown !== offset) return;
  const content = [...marks.map((index) => state.findings[index]).filter(Boolean).map((each) => h("div", { class: `said ${each.severity}` }, ticked(each.message), each.help ? h("div", { class: "advice" }, ticked(each.help)) : null)), ...markdown(found?.markdown ?? "")];
  if (content.length) tip.show(content, at);
}

const hovered = later((x, y) => {
  const found = popup.shown ? null : editor.under(x, y);
  if (!found) tip.hide();
  else if (found.offset !== tip.shown) explain(found.offset, found.marks, found.box);
}, 250);
editor.scroll.addEventListener("mousemove", (event) => hovered(event.clientX, event.clientY));
editor.scroll.addEventListener("mouseleave", () => setTimeout(() => tip.box.matches(":hover") || tip.hide(), 300));
editor.scroll.addEventListener("scroll", () => tip.hide());
tip.box.addEventListener("mouseleave", () => tip.hide());

// --- files ------------------------------------------------------------------------------------------------------------------

function opened(file) {
  Object.assign(state, { path: file.path, digest: file.digest, crlf: file.crlf, begun: file.text, saved: file.digest || !file.path ? file.text : null, live: null, before: new Map() });
  code.forget();
  $("name").textContent = file.path || "not saved yet";
  document.title = `${file.path || "new"} · DSL4BES studio`;
  editor.open(file.text);
  typed();
  popup.close();
}

async function open(path) {
  const file = await quietly(ask("open", { path }));
  if (file) opened(file);
}

async function openProgram() {
  if (editor.text !== state.saved && editor.text.trim() && (await choose("Not saved", "The program has changes that are not saved.", [["stay", "Stay here"], ["lose", "Lose them and open another"]])) !== "lose") return;
  const path = await quietly(askProgram());
  if (path) await open(path);
}

async function save() {
  if (!state.path) return saveAs();
  return store(state.path, state.digest);
}

async function saveAs() {
  const name = await askName(state.path);
  if (name) await store(name, "");
}

async function store(path, digest) {
  const text = editor.text;
  try {
    const found = await ask("save", { path, text, digest, crlf: state.crlf });
    Object.assign(state, { path: found.path, digest: found.digest, saved: text });
    $("name").textContent = found.path;
    document.title = `${found.path} · DSL4BES studio`;
    $("dirty").hidden = editor.text === text;
    say(`saved ${found.path}`);
  } catch (error) {
    if (error.status !== 409) return say(error.message, true);
    return conflict(path, digest, error);
  }
  return undefined;
}

/** Somebody else wrote the file: nothing is replaced unless the user says so, now that he knows. */
async function conflict(path, digest, error) {
  const gone = !error.digest;
  const choices = digest
    ? [["as", "Save under another name"], ...(gone ? [["mine", "Write it again"]] : [["theirs", "Take the text of the file"], ["mine", "Replace it by mine"]])]
    : [["as", "Save under another name"]];
  const chosen = await choose("Not saved", error.message, choices);
  if (chosen === "as") return saveAs();
  if (chosen === "theirs") return open(path);
  return chosen === "mine" ? store(path, error.digest) : undefined;
}

async function format() {
  const text = editor.text;
  const found = await quietly(ask("format", written()));
  if (!found || text !== editor.text) return;
  if (found.words) say(found.words, true);
  else if (!found.edits.length) say("it has its canonical form");
  else apply(found.edits);
}

async function rename() {
  const text = editor.text;
  const offset = editor.cursor;
  const new_ = await askText("Rename", "The new name of what stands under the cursor, everywhere in this program.", /\w*$/.exec(text.slice(0, offset))[0] + /^\w*/.exec(text.slice(offset))[0]);
  if (!new_) return;
  const found = await quietly(ask("rename", { ...written(), offset: toServer(text, offset), new: new_ }));
  if (!found || text !== editor.text) return;
  if (found.words) return say(found.words, true);
  return apply(found.edits);
}

function apply(edits) {
  const at = toBrowser(editor.text);
  editor.edit(edits.map((edit) => [at(edit.start), at(edit.end), edit.text]));
}

async function download() {
  const found = await quietly(askFile("package", written()));
  if (!found) return;
  const link = h("a", { href: URL.createObjectURL(found.blob), download: found.name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  say(`${found.name} is downloaded`);
}

async function loadEvents() {
  const asked = await quietly(askEvents(state.start, state.toy));
  if (!asked) return;
  if (asked.source === "toy") state.toy = { decay: asked.decay, number: asked.number, seed: asked.seed };
  busy("loading events");
  const found = await quietly(ask("events", { page: state.page, ...asked }));
  if (!found) return rest();
  state.events = found.number ? found : null;
  state.live = null;
  state.before = new Map();
  showLive();
  if (found.number && selected() === "code") select("flow");
  preview();
}

// --- views and keys -----------------------------------------------------------------------------------------------------------

function selected() {
  return TABS.find((id) => !$(id).hidden);
}

function select(id) {
  for (const each of TABS) {
    const on = each === id;
    $(each).hidden = !on;
    $(`tab-${each}`).setAttribute("aria-selected", String(on));
    $(`tab-${each}`).tabIndex = on ? 0 : -1;
  }
}

TABS.forEach((id, index) => {
  $(`tab-${id}`).addEventListener("click", () => select(id));
  $(`tab-${id}`).addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = TABS[(index + step + TABS.length) % TABS.length];
    select(next);
    $(`tab-${next}`).focus();
  });
});

function nextFinding() {
  const at = toBrowser(editor.text);
  const places = state.findings.filter((each) => each.place && each.severity !== "note").map((each) => each.place).sort((a, b) => a.start - b.start);
  const next = places.find((place) => at(place.start) > editor.cursor) ?? places[0];
  if (next) go(next);
}

function fixHere() {
  const at = toServer(editor.text, editor.cursor);
  const [line] = editor.where(editor.cursor);
  const here = state.findings.filter((each) => each.fixes.length && each.place);
  const found = here.find((each) => each.place.start <= at && at <= each.place.end) ?? here.find((each) => each.place.line === line + 1);
  if (found) fix(found.fixes[0]);
}

function explainHere() {
  const at = toServer(editor.text, editor.cursor);
  const marks = state.findings.map((each, index) => index).filter((index) => state.findings[index].place && state.findings[index].place.start <= at && at <= state.findings[index].place.end);
  explain(editor.cursor, marks, editor.box(editor.cursor));
}

addEventListener("keydown", (event) => {
  const control = event.ctrlKey || event.metaKey;
  const action = control && !event.altKey ? { s: save, S: saveAs, o: openProgram, e: loadEvents, F: format, ".": fixHere }[event.key] : { F1: explainHere, F2: rename, F8: nextFinding }[event.key];
  if (event.key === "Escape") tip.hide();
  if (event.altKey && !control && /^[1-4]$/.test(event.key)) {
    event.preventDefault();
    select(TABS[Number(event.key) - 1]);
  } else if (action && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    action();
  }
});
addEventListener("beforeunload", (event) => editor.text !== (state.saved ?? state.begun) && event.preventDefault());

for (const [id, action] of [["do-open", openProgram], ["do-save", save], ["do-format", format], ["do-package", download], ["do-events", loadEvents]]) $(id).addEventListener("click", action);

/** The border between the two sides, with the pointer or the arrow keys. */
function split() {
  const panes = document.querySelector(".panes");
  const set = (share) => panes.style.setProperty("--left", `${Math.max(25, Math.min(75, share))}%`);
  const now = () => parseFloat(panes.style.getPropertyValue("--left") || "52");
  $("splitter").addEventListener("pointerdown", (event) => $("splitter").setPointerCapture(event.pointerId));
  $("splitter").addEventListener("pointermove", (event) => $("splitter").hasPointerCapture(event.pointerId) && set((event.clientX / innerWidth) * 100));
  $("splitter").addEventListener("keydown", (event) => ["ArrowLeft", "ArrowRight"].includes(event.key) && set(now() + (event.key === "ArrowLeft" ? -2 : 2)));
}

async function begin() {
  split();
  const start = await quietly(ask("start"));
  if (!start) {
    editor.area.disabled = true;
    $("findings").replaceChildren(h("p", { class: "fault" }, $("state").textContent));
    return;
  }
  state.start = start;
  $("root").textContent = start.root;
  const held = await quietly(ask("events", { page: state.page, source: start.given ? "given" : "none" }));
  state.events = held?.number ? held : null;
  showLive();
  opened(start.file);
  editor.focus();
}

begin();
