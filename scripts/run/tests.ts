import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runCommand, toolScript } from './command.ts';

export interface Tally {
  project: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  /** What skipped tests would have proven, in the words of their names. */
  skippedReasons: string[];
  /** What failed: file, test and the first line of the reason. */
  failures: string[];
  /** What failed at first and passed when it was tried again, in the same form. */
  retried: string[];
}

interface VitestReport {
  numTotalTests: number;
  numPassedTests: number;
  numFailedTests: number;
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message?: string;
    assertionResults: {
      status: string;
      fullName: string;
      ancestorTitles: string[];
      failureMessages?: string[];
    }[];
  }[];
}

/**
 * Runs one vitest project and reads its counts from the JSON report. A run that ends badly without a failed test
 * (a file that does not load, a leaked process) counts as one failure, so that it can never look passed.
 */
export async function runTests(project: string, env: Record<string, string>): Promise<Tally> {
  const report = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'hutong-report-')), 'report.json');
  console.log(`\nTests: ${project}`);
  const { code, milliseconds } = await runCommand(
    process.execPath,
    [
      toolScript('vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=dot',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    { show: true, env: { ...process.env, ...env, CI: 'true' } },
  );
  const tally: Tally = {
    project,
    passed: 0,
    failed: 0,
    skipped: 0,
    seconds: Math.round(milliseconds / 1000),
    skippedReasons: [],
    failures: [],
    retried: [],
  };
  if (fs.existsSync(report)) {
    const result = JSON.parse(fs.readFileSync(report, 'utf8')) as VitestReport;
    tally.passed = result.numPassedTests;
    tally.failed = result.numFailedTests;
    const skipped = new Map<string, number>();
    for (const { name, status: fileStatus, message, assertionResults } of result.testResults) {
      const file = path.relative(process.cwd(), name);
      if (fileStatus === 'failed' && message) tally.failures.push(`${file}: ${firstLine(message)}`);
      for (const { status, fullName, ancestorTitles, failureMessages } of assertionResults) {
        const failure = failureMessages?.[0];
        const said = `${file}: ${fullName.trim()}: ${firstLine(failure ?? '')}`;
        if (status === 'failed') tally.failures.push(said);
        else if (status === 'passed' && failure !== undefined) tally.retried.push(said);
        if (status !== 'skipped' && status !== 'pending' && status !== 'todo') continue;
        tally.skipped += 1;
        const group = ancestorTitles[0] ?? fullName.trim();
        skipped.set(group, (skipped.get(group) ?? 0) + 1);
      }
    }
    tally.skippedReasons = [...skipped].map(([group, tests]) => `${group.toUpperCase()}: ${tests} skipped`);
  }
  if (code !== 0 && tally.failed === 0) tally.failed = 1;
  if (code === 0 && tally.passed === 0) tally.failed = 1;
  fs.rmSync(path.dirname(report), { recursive: true, force: true });
  return tally;
}

/** The first line of a failure's text, short enough for one line of the summary. */
function firstLine(text: string): string {
  return stripVTControlCharacters(text).trim().split('\n', 1)[0]?.slice(0, 300) ?? '';
}
