// The server: every request carries the token of this start, which the address brought behind `#` and which stays in this tab.

const KEY = "dsl4bes-token";

/** What the server refused, in its words; `status` 0: it is not there. */
export class Refused extends Error {
  constructor(status, words, digest = "") {
    super(words);
    this.status = status;
    this.digest = digest;
  }
}

function token() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEY, given);
    history.replaceState(null, "", location.pathname); // neither the history nor a screenshot keeps it
  }
  return sessionStorage.getItem(KEY) ?? "";
}

let known = token();
addEventListener("hashchange", () => {
  known = token();
  location.reload();
});

function send(path, body) {
  return fetch(`/api/${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${known}`, "Content-Type": "application/json" },
    body: JSON.stringify(body ?? {}),
    cache: "no-store",
    credentials: "omit",
  }).catch(() => {
    throw new Refused(0, "the studio does not answer; is `dsl4bes studio` still running?");
  });
}

async function checked(answer) {
  if (answer.ok) return answer;
  const told = await answer.json().catch(() => ({}));
  throw new Refused(answer.status, told.words ?? `the studio answered ${answer.status}`, told.digest ?? "");
}

/** Asks and gives the JSON of the answer. */
export async function ask(path, body) {
  return (await checked(await send(path, body))).json();
}

/** Asks and gives a file: its name and its bytes. */
export async function askFile(path, body) {
  const answer = await checked(await send(path, body));
  const name = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "")?.[1] ?? "package.zip";
  return { name, blob: await answer.blob() };
}
