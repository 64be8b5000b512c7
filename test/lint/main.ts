import { repositoryPath } from "../helpers/repository.ts";
import { ALLOWED } from "./allowed.ts";
import { problemsOf } from "./problems.ts";
import { Project } from "./project.ts";

/**
 * `npm run lint` behind Biome: checks src/ against the rules of this repository; ends with status 1 if one is broken.
 */
function lint(): void {
  using project = new Project(repositoryPath(), "test/lint/tsconfig.json");
  const problems = problemsOf(project, ALLOWED);
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.stdout.write(`checked ${project.modules.length} modules: ${problems.length} problems\n`);
  if (problems.length > 0) process.exitCode = 1;
}

lint();
