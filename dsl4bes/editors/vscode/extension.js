// Client of the language server, and commands that run DSL4BES in a terminal.
// In: programs in the editor. Out: what the server says. Nothing about the language is known here.
"use strict";

const vscode = require("vscode");
const { LanguageClient } = require("vscode-languageclient/node");

/** @type {LanguageClient | undefined} */
let client;

/** @returns {string[]} the command that starts DSL4BES */
function command() {
  const words = vscode.workspace.getConfiguration("dsl4bes").get("command");
  return Array.isArray(words) && words.length ? words : ["dsl4bes"];
}

/** @returns {vscode.TextDocument | undefined} the program in the active editor */
function program() {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === "bes") return document;
  vscode.window.showInformationMessage("DSL4BES: open a .bes program first");
  return undefined;
}

/** @param {string} verb runs `dsl4bes <verb> FILE`; arguments are not read by a shell */
async function inTerminal(verb) {
  const document = program();
  if (!document || !(await document.save())) return;
  const [head, ...rest] = command();
  const execution = new vscode.ProcessExecution(head, [...rest, verb, document.uri.fsPath]);
  const folder = vscode.workspace.getWorkspaceFolder(document.uri) ?? vscode.TaskScope.Workspace;
  await vscode.tasks.executeTask(new vscode.Task({ type: "dsl4bes", verb }, folder, verb, "dsl4bes", execution));
}

/** @param {string} name command of the server @param {string} language of the answer */
async function fromServer(name, language) {
  const document = program();
  if (!document || !client) return;
  try {
    const answer = await client.sendRequest("workspace/executeCommand", { command: name, arguments: [document.uri.toString()] });
    const content = typeof answer === "string" ? answer : JSON.stringify(answer, null, 2);
    const shown = await vscode.workspace.openTextDocument({ content, language });
    await vscode.window.showTextDocument(shown, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  } catch (error) {
    vscode.window.showErrorMessage(`DSL4BES: ${error instanceof Error ? error.message : error}`);
  }
}

/** @param {vscode.ExtensionContext} context */
async function activate(context) {
  const commands = {
    check: () => inTerminal("check"),
    describe: () => inTerminal("describe"),
    run: () => inTerminal("run"),
    showCpp: () => fromServer("dsl4bes.cpp", "cpp"),
    showCutFlow: () => fromServer("dsl4bes.cutFlow", "plaintext"),
  };
  for (const [name, work] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(`dsl4bes.${name}`, work));
  }
  const [head, ...rest] = command();
  client = new LanguageClient("dsl4bes", "DSL4BES", { command: head, args: [...rest, "lsp"] }, { documentSelector: [{ language: "bes" }] });
  try {
    await client.start();
  } catch {
    client = undefined;
    vscode.window.showWarningMessage(`DSL4BES: \`${[head, ...rest].join(" ")} lsp\` does not start; install dsl4bes[lsp] or set dsl4bes.command`);
  }
}

function deactivate() {
  return client?.stop();
}

module.exports = { activate, deactivate };
