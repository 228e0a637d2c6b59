// The server counts characters, the browser counts UTF-16 units: they differ from the first character beyond the basic plane on.

const WIDE = /[\ud800-\udfff]/;

/** An offset of the browser as one of the server. */
export function toServer(text, offset) {
  return WIDE.test(text) ? [...text.slice(0, offset)].length : offset;
}

/** A function from offsets of the server to those of the browser, for one text. */
export function toBrowser(text) {
  if (!WIDE.test(text)) return (offset) => Math.min(offset, text.length);
  const starts = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  starts.push(at);
  return (offset) => starts[Math.min(offset, starts.length - 1)];
}
