// Colours of one line of a program, and of generated C++. No knowledge of the language: a block is what stands before `do`, a field what stands first.

const UNIT = "(?:[kMGT]?eV|[num]?m|cm|[pnum]?s|m?rad|deg)\\b|%";
const NAME = "[A-Za-z_][A-Za-z0-9_]*";
const HEAD = new RegExp(`^(\\s*)(${NAME}(?:\\.${NAME})*)`);
const OPENS = /^(?:[^#"]|"(?:\\.|[^"\\])*")*\bdo\s*(?:#.*)?$/;
const REST = new RegExp(
  [
    `(?<comment>#.*)`,
    `(?<string>"(?:\\\\.|[^"\\\\])*"?)`,
    `(?<symbol>:${NAME})`,
    `(?<keyword>\\b(?:do|end|and|or|not|in|true|false)\\b)`,
    `(?<number>\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)(?<gap>\\s*)(?<unit>${UNIT})`,
    `(?<plain>\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?)`,
    `(?<call>${NAME})(?=\\()`,
    `(?<label>${NAME})(?=\\s*[:=](?!=))`,
    `(?<name>${NAME})`,
    `(?<operator>\\.\\.|\\*\\*|[-+*/^<>=!]=?)`,
  ].join("|"),
  "g",
);
const CPP = new RegExp(
  [
    `(?<comment>//.*)`,
    `(?<string>"(?:\\\\.|[^"\\\\])*")`,
    `(?<keyword>\\b(?:auto|bool|break|case|class|const|continue|double|else|false|float|for|if|int|long|namespace|new|nullptr|return|size_t|static|std|struct|true|unsigned|using|void|while)\\b)`,
    `(?<plain>\\b\\d+(?:\\.\\d*)?(?:[eE][+-]?\\d+)?)`,
    `(?<call>[A-Za-z_]\\w*)(?=\\()`,
    `(?<member>\\bm_\\w+)`,
    `(?<block>\\b[A-Z]\\w*(?=::|\\s|\\*|&))`,
  ].join("|"),
  "g",
);

/** Pieces [kind, text] of a line of a program, all of its characters in order. */
export function besLine(line) {
  const head = HEAD.exec(line);
  if (!head) return scan(line, 0, REST);
  const word = head[2];
  const kind = word === "end" || ["let", "parameter", "include"].includes(word) ? "keyword" : OPENS.test(line) ? "block" : "field";
  const start = head[0].length;
  return [...(head[1] ? [["", head[1]]] : []), [kind, word], ...scan(line, start, REST)];
}

/** Pieces of a line of C++. */
export function cppLine(line) {
  return scan(line, 0, CPP);
}

function scan(line, start, pattern) {
  const found = [];
  let at = start;
  pattern.lastIndex = start;
  for (let match = pattern.exec(line); match; match = pattern.exec(line)) {
    if (match.index > at) found.push(["", line.slice(at, match.index)]);
    for (const [kind, text] of Object.entries(match.groups)) if (text) found.push([kind, text]);
    at = pattern.lastIndex;
  }
  if (at < line.length) found.push(["", line.slice(at)]);
  return found;
}
