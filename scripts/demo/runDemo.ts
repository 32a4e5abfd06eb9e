import { DEMO_BASE_DATE, DEMO_HOSPITALS, demoStudies, sopInstanceUids } from '@hutong/test/factories';

import { table } from './displayWidth.ts';
import { createProgress, type Output } from './progress.ts';
import { pushDemo, type PushResult } from './pushDemo.ts';
import { showRecognition } from './recognition.ts';
import { labelsOf, missingParts, waitForVerdicts, type StudyOutcome } from './verdicts.ts';

export interface DemoOptions {
  /** Address of the running cloud. */
  baseUrl: string;
  /** API key with scopes store and orders of each hospital, by its code; that of the reminded one has recognise too. */
  hospitalKeys: Record<string, string>;
  /** API key of the region with scopes read, review and figures. */
  regionKey: string;
  /** The demo ends after the table. */
  once: boolean;
  out: Output;
  /** Day of the newest study, YYYYMMDD. */
  baseDate?: string;
  verdictTimeoutMs?: number;
}

export interface DemoResult {
  pushed: PushResult;
  outcomes: StudyOutcome[];
  /** Those whose verdict differs from what is expected. */
  unexpected: StudyOutcome[];
  /** Address of a reminder for the doctor; null: no study is named. */
  reminder: string | null;
}

const VERDICTS: Record<string, string> = { PASS: '符合', FAIL: '缺项', REVIEW: '待审' };

/** The table of the demo: hospital, patient, exam, verdict, missing parts, HR label. */
export function verdictTable(outcomes: readonly StudyOutcome[]): string {
  const names: Record<string, { name: string }> = DEMO_HOSPITALS;
  const rows = outcomes.map(({ study, response }) => {
    const [result] = response?.results ?? [];
    const missing = missingParts(response).map(({ zh }) => zh);
    return [
      names[study.hospitalCode]?.name ?? study.hospitalCode,
      study.patientName,
      study.title,
      (response?.results ?? []).map(({ itemCode }) => itemCode).join('/') || '—',
      result === undefined
        ? response === null
          ? '未出结论'
          : '不在清单'
        : (VERDICTS[result.verdict] ?? result.verdict),
      missing.length === 0 ? '—' : `缺 ${missing.join('、')}`,
      labelsOf(response).join(' ') || '—',
    ];
  });
  return table(['医院', '患者', '检查', '项目', '结论', '缺少部分', '互认标识'], rows);
}

/**
 * Stores the demo's studies through STOW-RS, waits for their verdicts, prints the table, and shows mutual recognition.
 * Running it again stores only what is missing.
 */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { baseUrl, out } = options;
  const baseDate = options.baseDate ?? DEMO_BASE_DATE;
  const studies = demoStudies(baseDate);
  const total = studies.reduce((sum, { spec }) => sum + sopInstanceUids(spec).length, 0);
  out.write(
    `Storing ${studies.length} studies of three hospitals over STOW-RS …  正在通过 STOW-RS 上传三家医院的 ${studies.length} 项检查（${total} 幅图像）\n`,
  );
  const progress = createProgress(out, total);
  const pushed = await pushDemo({
    baseUrl,
    hospitalKeys: options.hospitalKeys,
    studies,
    baseDate,
    onStored: (instances, bytes, { title }) => {
      progress.doing(title);
      progress.stored(instances, bytes);
    },
  }).finally(() => progress.finish());
  if (pushed.skippedInstances > 0)
    out.write(
      `  ${pushed.skippedInstances} were stored already.  其中 ${pushed.skippedInstances} 幅此前已入库\n`,
    );

  out.write('Waiting for the verdicts …  正在等待核验结论\n');
  const outcomes = await waitForVerdicts({
    baseUrl,
    readKey: options.regionKey,
    studies,
    timeoutMs: options.verdictTimeoutMs ?? 120_000,
  });
  const unexpected = outcomes.filter(({ differences }) => differences.length > 0);
  out.write(`\n${verdictTable(outcomes)}\n`);
  for (const { study, differences } of unexpected)
    out.write(`\n  ! ${study.title}: ${differences.join('; ')}\n`);
  if (options.once && unexpected.length === 0)
    out.write('\n  All verdicts are as expected.  全部结论与预期一致\n');
  const reminder = await showRecognition(options);
  return { pushed, outcomes, unexpected, reminder };
}
