import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, test } from "vitest";
import { LinuxKernel } from "../../src/sys/linux.ts";
import { openPinnedMap } from "../helpers/bpf.ts";
import { waitFor } from "../helpers/compare.ts";
import { loadObject } from "../helpers/objects.ts";
import { repositoryPath } from "../helpers/repository.ts";
import { liveSuite } from "../helpers/requirements.ts";
import { Tmux } from "../helpers/tmux.ts";
import { useScratch } from "../helpers/use-scratch.ts";

const kernel = new LinuxKernel();

/** How each shell starts without the user's settings, takes its script, and shows descriptions in its lists. */
const SHELLS = [
  ["bash", "bash --norc --noprofile", "source <(ebpf-map completion bash)", "value.packets  (__u64)"],
  [
    "zsh",
    "zsh -f",
    "autoload -U compinit && compinit -u -D; source <(ebpf-map completion zsh)",
    "value.packets  -- __u64",
  ],
  ["fish", "fish --no-config", "ebpf-map completion fish | source", "value.packets  (__u64)"],
] as const;

liveSuite("completion in real shells", ["kernel", "bpftools", "clang", "libbpf", "build", "tmux", "shells"], () => {
  const scratch = useScratch();
  let id = "";
  let pin = "";

  beforeEach(async () => {
    [pin = ""] = await loadObject(scratch, "counting");
    using open = openPinnedMap(pin);
    id = String(kernel.mapInfo(open).id);
  });

  describe.each(SHELLS)("%s", (_name, shell, load, listed) => {
    let screen: Tmux;

    const shows = async (text: string): Promise<void> => {
      await waitFor(`'${text}'`, async () => (screen.screen().includes(text) ? true : undefined));
    };
    /** Completes a line, waits for the result, and clears the line. */
    const completes = async (typed: string, whole: string): Promise<void> => {
      screen.type(typed);
      screen.press("Tab");
      await shows(whole);
      screen.press("C-u");
    };

    beforeEach(async () => {
      const bin = join(scratch.folder, "bin");
      mkdirSync(bin);
      symlinkSync(repositoryPath("bin", "ebpf-map.js"), join(bin, "ebpf-map"));
      const home = `HOME=${scratch.folder} TERM=screen LANG=C.UTF-8 PATH=${bin}:${process.env.PATH}`;
      screen = new Tmux(scratch, { width: 120, height: 40 }, `env -i ${home} PS1='prompt> ' ${shell}`);
      screen.run(`${load}; echo lo''aded`);
      await shows("loaded");
    });

    test("commands, ids, pins, fields, conditions, choices and files", async () => {
      await completes("ebpf-map pee", "ebpf-map peek");
      await completes(`ebpf-map dump id ${id} --sel`, `ebpf-map dump id ${id} --select`);
      await completes(`ebpf-map dump ${pin.slice(0, -1)}`, `ebpf-map dump ${pin}`);
      await completes(`ebpf-map dump ${id} --sort value.pac`, `ebpf-map dump ${id} --sort value.packets`);
      await completes(`ebpf-map dump ${id} --sort value.packets:`, `--sort value.packets:desc`);
      await completes(`ebpf-map dump ${id} --where 'key.port == 3 && value.pac`, `'key.port == 3 && value.packets`);
      await completes("ebpf-map list --type=lpm", "ebpf-map list --type=lpm_trie");
      await completes("ebpf-map verifier /etc/hostn", "ebpf-map verifier /etc/hostname");
    });

    test("a list with descriptions", async () => {
      screen.type(`ebpf-map dump ${id} --select value.`);
      screen.press("Tab");
      await shows(`--select value.`);
      await waitFor(`'${listed}'`, async () => {
        if (screen.screen().includes(listed)) return true;
        screen.press("Tab");
        return undefined;
      });
    });
  });
});
