import type { DicomJson, DicomJsonAttribute } from '@hutong/dicom';
import { FAILURE_REASONS, type FailureName } from './reasons.ts';

/** What became of one part of a store request. */
export type PartOutcome = StoredPart | FailedPart;

export interface StoredPart {
  kind: 'stored';
  /** 1-based. */
  part: number;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  sopClassUid: string;
}

export interface FailedPart {
  kind: 'failed';
  part: number;
  reason: FailureName;
  /** Words in place of the reason's own. */
  detail?: string;
  offset?: number | null;
  tag?: string | null;
  identity?: { sopClassUid: string; sopInstanceUid: string } | null;
}

/** Longest value of LO (PS3.5 §6.2). */
const MAX_COMMENT = 64;

/** What was wrong and where; no value of the dataset. */
export function errorComment({ part, reason, detail, offset, tag }: FailedPart): string {
  const place = [
    offset == null ? '' : `, byte ${offset}`,
    tag == null ? '' : `, (${tag.slice(0, 4)},${tag.slice(4, 8)})`,
  ];
  return `Part ${part}: ${detail ?? FAILURE_REASONS[reason].en}${place.join('')}`.slice(0, MAX_COMMENT);
}

const ui = (value: string): DicomJsonAttribute => ({ vr: 'UI', Value: [value] });
const ur = (value: string): DicomJsonAttribute => ({ vr: 'UR', Value: [value] });

function referencedItem(stored: StoredPart, rootUrl: string): DicomJson {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = stored;
  return {
    '00081150': ui(stored.sopClassUid),
    '00081155': ui(sopInstanceUid),
    '00081190': ur(
      `${rootUrl}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
    ),
  };
}

function failedItem(failed: FailedPart): DicomJson {
  const item: DicomJson = { '00000902': { vr: 'LO', Value: [errorComment(failed)] } };
  if (failed.identity != null) {
    item['00081150'] = ui(failed.identity.sopClassUid);
    item['00081155'] = ui(failed.identity.sopInstanceUid);
  }
  item['00081197'] = { vr: 'US', Value: [FAILURE_REASONS[failed.reason].code] };
  return item;
}

/**
 * Store Instances Response Module (PS3.18 Annex I.2). A part that could not be read names no UID; its item says in
 * Error Comment (0000,0902) which part it was.
 */
export function storeResponse(outcomes: readonly PartOutcome[], rootUrl: string): DicomJson {
  const stored = outcomes.filter((outcome) => outcome.kind === 'stored');
  const failed = outcomes.filter((outcome) => outcome.kind === 'failed');
  const studies = new Set(stored.map((outcome) => outcome.studyInstanceUid));
  const [study] = studies;
  const response: DicomJson = {
    '00081190': studies.size === 1 && study !== undefined ? ur(`${rootUrl}/studies/${study}`) : { vr: 'UR' },
  };
  if (failed.length > 0) response['00081198'] = { vr: 'SQ', Value: failed.map(failedItem) };
  if (stored.length > 0)
    response['00081199'] = { vr: 'SQ', Value: stored.map((outcome) => referencedItem(outcome, rootUrl)) };
  return response;
}

/**
 * Status of the answer (PS3.18 Table 10.5.3-1): 200 all stored, 202 some, 409 none; 503 when none could be stored for
 * want of a working store, which sending again heals.
 */
export function storeStatus(outcomes: readonly PartOutcome[]): 200 | 202 | 409 | 503 {
  const stored = outcomes.filter((outcome) => outcome.kind === 'stored').length;
  if (stored === outcomes.length) return 200;
  if (stored > 0) return 202;
  const outage = outcomes.every(
    (outcome) => outcome.kind === 'failed' && outcome.reason === 'OUT_OF_RESOURCES',
  );
  return outage ? 503 : 409;
}
