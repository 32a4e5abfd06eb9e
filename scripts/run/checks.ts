import { runCommand, toolScript } from './command.ts';
import { examineDependencies } from './dependencies.ts';

const ROOMS = ['packages', 'storage-config', 'server', 'workers', 'viewer', 'scripts', 'test', 'bench'];

const CHECKS: { name: string; script: string; args: string[] }[] = [
  {
    name: 'format',
    script: toolScript('prettier', 'bin/prettier.cjs'),
    args: ['--check', '--log-level', 'warn', '.'],
  },
  { name: 'types', script: toolScript('typescript', 'bin/tsc'), args: ['-p', 'tsconfig.json'] },
  {
    name: 'types of the viewer',
    script: toolScript('typescript', 'bin/tsc'),
    args: ['-p', 'viewer/ohif/tsconfig.json'],
  },
  {
    name: 'types of the portal',
    script: toolScript('typescript', 'bin/tsc'),
    args: ['-p', 'viewer/portal/tsconfig.json'],
  },
  {
    name: 'arrows and cycles',
    script: toolScript('dependency-cruiser', 'bin/dependency-cruiser.mjs'),
    args: ['--config', '.dependency-cruiser.cjs', ...ROOMS],
  },
  { name: 'lint', script: toolScript('eslint', 'bin/eslint.js'), args: ['--max-warnings', '0', '.'] },
];

/** Runs every static check, two at a time, and returns the names of those that failed. */
export async function runChecks(): Promise<string[]> {
  const failed: string[] = [];
  const waiting = [...CHECKS];
  const work = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const { code, output, milliseconds } = await runCommand(process.execPath, [
        check.script,
        ...check.args,
      ]);
      const seconds = (milliseconds / 1000).toFixed(1);
      if (code === 0) console.log(`  ok      ${check.name} (${seconds} s)`);
      else {
        failed.push(check.name);
        console.log(`  FAILED  ${check.name} (${seconds} s)\n${output.trim()}\n`);
      }
    }
  };
  console.log('Static checks');
  await Promise.all([work(), work()]);
  if (!(await checkDependencies())) failed.push('dependencies');
  return failed;
}

/** Licences and known holes of what is installed. A registry that gives no advisories is said to, and no failure. */
async function checkDependencies(): Promise<boolean> {
  const { packages, unlicensed, advisories } = await examineDependencies();
  for (const one of unlicensed) console.log(`  licence not allowed: ${one}`);
  for (const one of advisories ?? [])
    console.log(`  known hole (${one.severity}): ${one.package}: ${one.title} ${one.url}`);
  const isFine = unlicensed.length === 0 && (advisories ?? []).length === 0;
  const holes = advisories === null ? 'known holes not asked: the registry does not tell' : 'no known holes';
  console.log(isFine ? `  ok      dependencies (${packages} packages; ${holes})` : '  FAILED  dependencies');
  return isFine;
}
