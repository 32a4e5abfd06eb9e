// Runs the DICOMweb conformance suite of test/dicomweb: on a server named by HUTONG_TEST_DICOMWEB_URL (with
// HUTONG_TEST_DICOMWEB_TOKEN and HUTONG_TEST_WADO_URI), else on a cloud of this checkout; `--peers` runs both this
// checkout (or the named server) and Debian's Orthanc and writes docs/dicomweb-suite.md. `--json FILE` keeps every row's result.
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { suitePage } from '../test/dicomweb/page.ts';
import { report, runSuite, tally, type RowResult } from '../test/dicomweb/suite.ts';
import { namedTarget, orthancTarget, ourTarget, type RunningTarget } from '../test/dicomweb/targets.ts';

const { values } = parseArgs({
  options: {
    peers: { type: 'boolean', default: false },
    peer: { type: 'string' },
    json: { type: 'string' },
    only: { type: 'string' },
  },
});

async function runOn(running: RunningTarget): Promise<RowResult[]> {
  const { target } = running;
  try {
    const results = await runSuite(target, values.only);
    console.log(`${report(target, results)}\n`);
    return results;
  } finally {
    await running.stop();
  }
}

const starts: (() => Promise<RunningTarget>)[] = values.peers
  ? [async () => namedTarget() ?? (await ourTarget()), orthancTarget]
  : [values.peer === 'orthanc' ? orthancTarget : async () => namedTarget() ?? (await ourTarget())];
const runs: { name: string; counts: ReturnType<typeof tally>; results: RowResult[] }[] = [];
for (const start of starts) {
  const running = await start();
  const results = await runOn(running);
  runs.push({ name: running.target.name, counts: tally(results), results });
}
if (values.json !== undefined) fs.writeFileSync(values.json, `${JSON.stringify(runs, null, 2)}\n`);
if (values.peers) {
  const file = path.resolve(import.meta.dirname, '../docs/dicomweb-suite.md');
  const prettier = await import('prettier');
  const options = await prettier.resolveConfig(file);
  fs.writeFileSync(file, await prettier.format(suitePage(runs), { ...options, parser: 'markdown' }));
}
process.exit(runs[0]?.results.some(({ outcome }) => outcome === 'failed') === false ? 0 : 1);
