/** One line of `/proc/mounts`. */
export interface Mount {
  readonly path: string;
  readonly type: string;
}

/**
 * Parses `/proc/mounts`, in its order. Blanks, backslashes and the like inside a field are written as three octal
 * digits: `/mnt/my\040maps`.
 */
export function parseMounts(text: string): Mount[] {
  const mounts: Mount[] = [];
  for (const line of text.split("\n")) {
    const [, path, type] = line.split(/[ \t]+/);
    if (path !== undefined && type !== undefined) mounts.push({ path: unescapeField(path), type: unescapeField(type) });
  }
  return mounts;
}

function unescapeField(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
