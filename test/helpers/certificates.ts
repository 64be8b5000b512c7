import { spawnSync } from "node:child_process";
import { join } from "node:path";

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Runs openssl in a folder. */
function openssl(folder: string, ...args: string[]): void {
  const { status, stderr } = spawnSync("openssl", args, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`openssl ${args.join(" ")}: ${stderr}`);
}

/** Makes a certificate authority in a folder, `NAME.crt` with `NAME.key`, and returns the path of its certificate. */
export function makeAuthority(folder: string, name = "ca"): string {
  const files = ["-keyout", `${name}.key`, "-out", `${name}.crt`];
  openssl(folder, "req", "-x509", ...CURVE, ...files, "-days", "2", "-subj", `/CN=${name}`);
  return join(folder, `${name}.crt`);
}

/** Makes `NAME.crt` and `NAME.key`, signed by an authority of the folder, for these names. */
export function makeCertificate(folder: string, name: string, names: readonly string[], authority = "ca"): void {
  const request = ["-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${name}`];
  openssl(folder, "req", ...CURVE, ...request, "-addext", `subjectAltName=${names.join(",")}`);
  const signer = ["-CA", `${authority}.crt`, "-CAkey", `${authority}.key`, "-CAcreateserial"];
  const signed = ["-copy_extensions", "copy", "-days", "2", "-out", `${name}.crt`];
  openssl(folder, "x509", "-req", "-in", `${name}.csr`, ...signer, ...signed);
}
