import type { Finding, Project } from "../project.ts";

/** The folder of what runs in a browser. */
const PAGE = "src/server/web/";

/** The modules that it shares with the rest: pure ones, which import nothing that only Node has. */
const SHARED: readonly string[] = ["src/output/quantities.ts", "src/query/fields/integers.ts"];

/** Imports between the page and the rest: it takes types and a few pure modules, and nobody imports it. */
export function pageImports({ modules }: Pick<Project, "modules">): Finding[] {
  return modules.flatMap(({ path, imports }) =>
    imports.flatMap(({ path: to, line, types }) => {
      const [isPage, goesToPage] = [path.startsWith(PAGE), to.startsWith(PAGE)];
      if (isPage === goesToPage || (isPage && (types || SHARED.includes(to)))) return [];
      const what = isPage
        ? `the page must not import ${to}, but types of it`
        : "nothing imports the page, it is bundled";
      return [{ path, line, what }];
    }),
  );
}
