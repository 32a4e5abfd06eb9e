// `npm test`: static checks, then every test that npm alone can bring; with --system also real Redis, a real S3
// server and other people's clients from Debian. Ends with what was proven and, in capitals, what was not.
import { parseArgs } from 'node:util';
import { runChecks } from './run/checks.ts';
import { prepareSystem, type SystemParts } from './run/systemParts.ts';
import { runTests, type Tally } from './run/tests.ts';

const { values } = parseArgs({
  options: {
    system: { type: 'boolean', default: false },
    only: { type: 'string', multiple: true },
    'skip-checks': { type: 'boolean', default: false },
  },
});

const PROJECTS = ['rooms', 'integration', 'dicomweb', 'browser'];
const wanted = values.only ?? [...PROJECTS, ...(values.system ? ['system'] : [])];
const started = Date.now();
const failedChecks = values['skip-checks'] ? [] : await runChecks();

const nothing: SystemParts = {
  env: {},
  notProven: ['REDIS AND S3: not asked for (npm test -- --system)'],
  stop: async () => Promise.resolve(),
};
const parts = values.system ? await prepareSystem() : nothing;
const tallies: Tally[] = [];
try {
  for (const project of wanted) tallies.push(await runTests(project, parts.env));
} finally {
  await parts.stop();
}

const sum = (pick: (tally: Tally) => number): number =>
  tallies.reduce((total, tally) => total + pick(tally), 0);
const failed = sum((tally) => tally.failed) + failedChecks.length;
console.log('\nSummary');
for (const check of failedChecks) console.log(`  FAILED  static check: ${check}`);
for (const { project, passed, failed: bad, skipped, seconds } of tallies)
  console.log(
    `  ${bad > 0 ? 'FAILED' : 'ok    '}  ${project.padEnd(12)} ${passed} passed, ${bad} failed, ${skipped} skipped in ${seconds} s`,
  );
for (const line of tallies.flatMap((tally) => tally.failures)) console.log(`  FAILED  ${line}`);
for (const line of tallies.flatMap((tally) => tally.retried)) console.log(`  TRIED TWICE  ${line}`);
const notProven = [...parts.notProven, ...tallies.flatMap((tally) => tally.skippedReasons)];
for (const line of [...new Set(notProven)]) console.log(`  NOT PROVEN  ${line}`);
console.log(`  ${Math.round((Date.now() - started) / 1000)} s in all\n`);
console.log(
  `${sum((tally) => tally.passed)} passed, ${failed} failed, ${sum((tally) => tally.skipped)} skipped`,
);
process.exit(failed === 0 ? 0 : 1);
