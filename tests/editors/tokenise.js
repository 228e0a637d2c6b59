// Reads {grammar, onig, modules, texts} on the standard input; prints for each text its tokens as [line, start, end, scopes].
const fs = require("fs");
const given = JSON.parse(fs.readFileSync(0, "utf8"));
const { Registry, parseRawGrammar, INITIAL } = require(given.modules + "/vscode-textmate");
const onig = require(given.modules + "/vscode-oniguruma");
(async () => {
  await onig.loadWASM(fs.readFileSync(given.modules + "/vscode-oniguruma/release/onig.wasm").buffer);
  const onigLib = Promise.resolve({ createOnigScanner: (p) => new onig.OnigScanner(p), createOnigString: (s) => new onig.OnigString(s) });
  const registry = new Registry({ onigLib, loadGrammar: async () => parseRawGrammar(fs.readFileSync(given.grammar, "utf8"), given.grammar) });
  const grammar = await registry.loadGrammar("source.bes");
  console.log(JSON.stringify(given.texts.map((text) => {
    let stack = INITIAL;
    return text.split("\n").map((line) => {
      const found = grammar.tokenizeLine(line, stack);
      stack = found.ruleStack;
      return found.tokens.map((each) => [each.startIndex, each.endIndex, each.scopes.join(" ")]);
    });
  })));
})();
