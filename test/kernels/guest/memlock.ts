import { LinuxKernel } from "../../../src/sys/linux.ts";
import { countByMemlock, type GrowingMap } from "../../helpers/growing-maps.ts";
import { Checks } from "./checks.ts";

const TYPES: readonly GrowingMap["type"][] = ["hash", "percpu_hash", "lpm_trie"];
const KEY_SIZES = [5, 8, 20, 64];
const VALUE_SIZES = [1, 8, 12, 100];

/**
 * What the memory of a map tells of its entries is right or nothing, on any kernel; since Linux 6.4 it tells nearly
 * always.
 */
export function checkMemlock(release: string): Checks {
  const checks = new Checks();
  const kernel = new LinuxKernel();
  for (const type of TYPES) {
    const maps = KEY_SIZES.flatMap((keySize) => VALUE_SIZES.map((valueSize) => ({ type, keySize, valueSize })));
    const { asked, told, wrong } = countByMemlock(kernel, maps);
    checks.equal(`${type}: counts by memory that are wrong`, wrong, []);
    const [major = 0, minor = 0] = release.split(".").map(Number);
    const isCounting = (major > 6 || (major === 6 && minor >= 4)) && kernel.vmlinuxBtf() !== undefined;
    checks.equal(`${type}: memory tells the number of entries (${told} of ${asked})`, told > 0.9 * asked, isCounting);
  }
  return checks;
}
