import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { alternativeNames, isAdmitted } from "../../../../src/server/access/client-certificates.ts";
import { makeAuthority, makeCertificate } from "../../../helpers/certificates.ts";
import { liveSuite } from "../../../helpers/requirements.ts";
import { useScratch } from "../../../helpers/use-scratch.ts";

const NAMES = [
  "DNS:node-1",
  "DNS:*.example",
  "IP:10.0.0.1",
  "URI:spiffe://a/b",
  "email:a@b.example",
  "otherName:1.2.3;UTF8:x",
];

liveSuite("certificates of clients", ["openssl"], () => {
  const scratch = useScratch();

  function certificate(names: readonly string[] = NAMES): X509Certificate {
    makeAuthority(scratch.folder);
    makeCertificate(scratch.folder, "client", names);
    return new X509Certificate(readFileSync(join(scratch.folder, "client.crt")));
  }

  test("the names of one", () => {
    const { subjectAltName } = certificate();
    const names = ["node-1", "*.example", "10.0.0.1", "spiffe://a/b", "a@b.example"];
    expect(alternativeNames(subjectAltName ?? "")).toEqual(names);
  });

  test("which are let in", () => {
    const given = certificate();
    const admitted = (
      clientAuth: Parameters<typeof isAdmitted>[0]["clientAuth"],
      clientNames?: string[],
    ): boolean[] => [
      isAdmitted({ clientAuth, clientNames }, false, undefined),
      isAdmitted({ clientAuth, clientNames }, true, undefined),
      isAdmitted({ clientAuth, clientNames }, false, given),
      isAdmitted({ clientAuth, clientNames }, true, given),
    ];
    expect(admitted("NoClientCert")).toEqual([true, true, true, true]);
    expect(admitted("RequestClientCert")).toEqual([true, true, true, true]);
    expect(admitted("RequireAnyClientCert")).toEqual([false, false, true, true]);
    expect(admitted("VerifyClientCertIfGiven")).toEqual([true, true, false, true]);
    expect(admitted("RequireAndVerifyClientCert")).toEqual([false, false, false, true]);
    expect(admitted("RequireAnyClientCert", ["x", "node-1"])).toEqual([false, false, true, true]);
    expect(admitted("RequireAndVerifyClientCert", ["spiffe://a/b"])).toEqual([false, false, false, true]);
    expect(admitted("RequireAndVerifyClientCert", ["node", "a.example"])).toEqual([false, false, false, false]);
    expect(admitted("RequireAndVerifyClientCert", [])).toEqual([false, false, false, false]);
  });
});

describe("a list of names, as Node writes it", () => {
  test.each([
    ["", []],
    ["DNS:a", ["a"]],
    ['URI:"a, DNS:admin", DNS:b', ["a, DNS:admin", "b"]],
    ['othername:"x, DNS:admin", DNS:b', ["b"]],
    ['DNS:"a\\u0000b"', ["a\0b"]],
    ["Registered ID:1.2.3, IP Address:::1", ["::1"]],
    ['"', []],
  ])("%j", (list, names) => {
    expect(alternativeNames(list)).toEqual(names);
  });
});
