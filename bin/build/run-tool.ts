import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a program to its end. Returns what it printed; throws with what it complained of if it failed. */
export async function runTool(words: readonly string[], env: NodeJS.ProcessEnv = process.env): Promise<string> {
  const [program = "", ...more] = words;
  const child = spawn(program, more, { env, stdio: ["ignore", "pipe", "pipe"] });
  const texts = { out: "", error: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.error += text;
  });
  const [status] = await once(child, "close");
  if (status !== 0) throw new Error(`${words.join(" ")}: status ${status}\n${texts.error}`);
  return texts.out;
}
