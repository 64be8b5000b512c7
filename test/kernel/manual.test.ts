import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Document, documentsWithExamples } from "../helpers/documents.ts";
import { loadManualMachine, type ManualMachine } from "../helpers/manual-machine.ts";
import { type Fence, fencesOf } from "../helpers/markdown.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { Terminal } from "../helpers/run-typed.ts";
import { Scratch } from "../helpers/scratch.ts";
import { agrees, type Exchange, exchangesOf } from "../helpers/sessions.ts";

/** What stands in for a command that a test can't run as it is. */
const STAND_INS = new Map([["npm ci && npm start", "ebpf-map demo"]]);

/** Where a number that is printed is the id of a map. */
const ID = /(\bid |"(?:inner_map_)?id": ?|"value":(?=\d+,"map")|inner_map_id: |^)(\d+)(?=\D|$)(?!(?<=^\d+)[^:])/g;

liveSuite("the documents' examples", ["kernel", "build", "bpftools", "clang", "libbpf", "tmux"], () => {
  const scratch = new Scratch();
  let machine: ManualMachine;

  beforeAll(async () => {
    machine = await loadManualMachine(scratch);
  });

  afterAll(() => scratch[Symbol.dispose]());

  // `-u` writes what was printed into the document, wherever that isn't what it shows.
  test.each(documentsWithExamples())("$path shows what its commands print", async (document) => {
    const folder = join(scratch.folder, document.path.replaceAll("/", "-"));
    mkdirSync(folder);
    machine.furnish(folder);
    await expect(await asPrinted(document, folder)).toMatchFileSnapshot(repositoryPath(document.path));
  });

  /** The document with what each command of its `console` blocks prints now, where that isn't what it shows. */
  async function asPrinted({ text }: Document, folder: string): Promise<string> {
    const lines = text.split("\n");
    const terminal = new Terminal(folder);
    const replacements: { fence: Fence; printed: string[] }[] = [];
    for (const fence of fencesOf(text)) {
      if (fence.language === "console") replacements.push({ fence, printed: await block(fence, terminal) });
      else if (isFile(fence)) writeFileSync(join(folder, fence.word), fence.lines.map((line) => `${line}\n`).join(""));
    }
    for (const { fence, printed } of replacements.reverse()) {
      lines.splice(fence.start + 1, fence.lines.length, ...printed);
    }
    return lines.join("\n");
  }

  async function block(fence: Fence, terminal: Terminal): Promise<string[]> {
    const shown: string[] = [];
    for (const exchange of exchangesOf(fence.lines)) {
      machine.tick();
      const command = here(exchange);
      const isScreen = fence.word === "screen";
      const printed = await (isScreen ? terminal.screen(command, hasRates) : terminal.run(command));
      const lines = printed.map(asShown);
      const same = agrees(exchange.output, lines, fence.word === "" ? "exact" : "varies");
      shown.push(...exchange.typed, ...(same ? exchange.output : lines));
    }
    return shown;
  }

  /** The command with this machine's ids and paths. */
  function here({ command }: Exchange): string {
    const given = STAND_INS.get(command) ?? command;
    return given.replaceAll("/sys/fs/bpf/", `${machine.pins}/`).replaceAll(/\b(id|i) (\d+)\b/g, (whole, word, id) => {
      const map = machine.maps.find(({ shown }) => String(shown) === id);
      return map === undefined ? whole : `${word} ${map.id}`;
    });
  }

  function asShown(line: string): string {
    const row = machine.maps.find(({ id, name }) => new RegExp(`^ *${id}  ${name} `).test(line));
    if (row !== undefined) return line.replace(String(row.id), String(row.shown));
    return line.replaceAll(machine.pins, "/sys/fs/bpf").replaceAll(ID, (whole, before, number) => {
      const map = machine.maps.find(({ id }) => String(id) === number);
      return map === undefined ? whole : `${before}${map.shown}`;
    });
  }
});

/** Whether a screen of `watch` has seen eight reads, the last of them with changes in three rows. */
function hasRates(screen: string): boolean {
  return /^(~ .*[▁▂▃▄▅▆▇█]{8} .*\n){3}/m.test(screen);
}

/** A block of data whose second word is a file's name is that file's text. */
function isFile({ language, word }: Fence): boolean {
  return ["json", "yaml"].includes(language) && word !== "";
}
