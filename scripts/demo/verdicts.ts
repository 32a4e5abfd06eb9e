import type { ConformanceResponse } from '@hutong/conformance';
import { sopInstanceUids, type DemoStudy } from '@hutong/test/factories';

export interface VerdictOptions {
  baseUrl: string;
  readKey: string;
  studies: readonly DemoStudy[];
  /** Most milliseconds to wait for all of them. */
  timeoutMs: number;
  onVerdict?: (done: number) => void;
}

export interface StudyOutcome {
  study: DemoStudy;
  /** What the cloud says, or null when no verdict came in time. */
  response: ConformanceResponse | null;
  /** Where it differs from what is expected; empty when all is right. */
  differences: string[];
}

const POLL_MS = 400;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function conformanceOf(options: VerdictOptions, study: DemoStudy): Promise<ConformanceResponse | null> {
  const url = `${options.baseUrl}/api/studies/${study.studyInstanceUid}/conformance?hospital=${study.hospitalCode}`;
  const answer = await fetch(url, { headers: { Authorization: `Bearer ${options.readKey}` } });
  if (!answer.ok) {
    await answer.arrayBuffer();
    return null;
  }
  return (await answer.json()) as ConformanceResponse;
}

/** A verdict counts when it was made on every instance of the study. */
function isFinal(study: DemoStudy, response: ConformanceResponse | null): response is ConformanceResponse {
  if (response === null || response.status !== 'done') return false;
  const judged = response.series.reduce((sum, series) => sum + series.numberOfInstances, 0);
  return judged >= sopInstanceUids(study.spec).length;
}

/** Waits until every study has a verdict on all its instances, or the time is up. */
export async function waitForVerdicts(options: VerdictOptions): Promise<StudyOutcome[]> {
  const ends = Date.now() + options.timeoutMs;
  const last = new Map<DemoStudy, ConformanceResponse>();
  let open = [...options.studies];
  while (open.length > 0 && Date.now() < ends) {
    const still: DemoStudy[] = [];
    for (const study of open) {
      const response = await conformanceOf(options, study);
      if (response?.status === 'done') last.set(study, response);
      if (!isFinal(study, response)) still.push(study);
    }
    open = still;
    options.onVerdict?.(options.studies.length - open.length);
    if (open.length > 0) await sleep(POLL_MS);
  }
  return options.studies.map((study) => {
    const response = last.get(study) ?? null;
    return { study, response, differences: differences(study, response) };
  });
}

/** The must requirements that a failed item lacks. What an undecided item lacks is for a person to say. */
export const missingParts = (response: ConformanceResponse | null): { id: string; zh: string }[] =>
  (response?.results ?? [])
    .filter(({ verdict }) => verdict === 'FAIL')
    .flatMap(({ requirements }) =>
      requirements
        .filter(({ level, status }) => level === 'must' && status === 'NOT_SATISFIED')
        .map(({ id, label }) => ({ id, zh: label.zh })),
    );

export const labelsOf = (response: ConformanceResponse | null): string[] =>
  (response?.labels ?? []).filter(({ state }) => state !== 'withdrawn').map(({ text }) => text);

/** Where a verdict differs from what is expected, in words. */
export function differences(study: DemoStudy, response: ConformanceResponse | null): string[] {
  const { expected } = study;
  if (response === null) return ['no verdict'];
  const found: string[] = [];
  const verdicts = [...new Set(response.results.map(({ verdict }) => verdict))].join(', ');
  const verdict = verdicts === '' ? (response.notListed?.reason ?? 'none') : verdicts;
  if (
    expected.itemCode !== null &&
    response.results.map(({ itemCode }) => itemCode).join() !== expected.itemCode
  ) {
    found.push(
      `items ${response.results.map(({ itemCode }) => itemCode).join(', ') || 'none'}, expected ${expected.itemCode}`,
    );
  }
  if (verdict !== expected.verdict) found.push(`verdict ${verdict}, expected ${expected.verdict}`);
  const missing = missingParts(response)
    .map(({ id }) => id)
    .sort();
  if (missing.join() !== [...expected.missing].sort().join()) {
    found.push(
      `missing ${missing.join(', ') || 'nothing'}, expected ${expected.missing.join(', ') || 'nothing'}`,
    );
  }
  const labels = labelsOf(response);
  if (labels.join() !== (expected.label ?? ''))
    found.push(`label ${labels.join(', ') || 'none'}, expected ${expected.label ?? 'none'}`);
  return found;
}
