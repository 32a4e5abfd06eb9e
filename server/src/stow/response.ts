import type { DicomJson, DicomJsonAttribute } from '@hutong/dicom';
import { FAILURE_REASONS, type FailureName } from './reasons.ts';
import type { NoteWait } from '@hutong/storage-config';
import type { StreamedDataset } from '../dicomweb/streamedDataset.ts';
import { DATASET_WARNINGS, NOTE_WARNINGS, type StoreWarning, WARNING_REASONS } from './warnings.ts';

/** What became of one part of a store request. */
export type PartOutcome = StoredPart | FailedPart;

export interface StoredPart {
  kind: 'stored';
  /** 1-based. */
  part: number;
  /** 1-based, of a part that describes several instances. */
  instance?: number;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  sopClassUid: string;
  /** What is wrong with its dataset, which is stored as it came. */
  warning?: StoreWarning | null;
  /** Set for a rejection note that has not taken effect. */
  noteWaits?: NoteWait;
}

/** The one warning that the answer has of an instance (PS3.18 Table I.1-1): what is not done comes before how it is written. */
export function warningReason({ warning, noteWaits }: StoredPart): keyof typeof WARNING_REASONS | null {
  if (noteWaits !== undefined) return 'REJECTION_WAITS';
  return warning == null ? null : 'DATASET_MISMATCH';
}

export interface FailedPart {
  kind: 'failed';
  part: number;
  instance?: number;
  reason: FailureName;
  /** Words in place of the reason's own. */
  detail?: { en: string; zh: string };
  offset?: number | null;
  tag?: string | null;
  identity?: { sopClassUid: string; sopInstanceUid: string } | null;
}

/** Language of Error Comment, which has one value only (PS3.7 Annex C). */
export type CommentLanguage = 'en' | 'zh';

/** Longest value of LO, in characters (PS3.5 §6.2). */
const MAX_COMMENT = 64;

/** What was wrong and where; no value of the dataset. */
export function errorComment(
  { part, instance, reason, detail, offset, tag }: Omit<FailedPart, 'kind'>,
  language: CommentLanguage,
): string {
  const words = (detail ?? FAILURE_REASONS[reason])[language];
  return comment({ part, instance }, words, { offset: offset ?? null, tag: tag ?? null }, language);
}

function comment(
  { part, instance }: { part: number; instance: number | undefined },
  words: string,
  { offset, tag }: { offset: number | null; tag: string | null },
  language: CommentLanguage,
): string {
  const element = /^[0-9A-F]{8}/.exec(tag ?? '')?.[0];
  const byte = offset === null ? [] : [language === 'zh' ? `字节 ${offset}` : `byte ${offset}`];
  const attribute = element === undefined ? [] : [`(${element.slice(0, 4)},${element.slice(4)})`];
  const whose =
    language === 'zh'
      ? `第 ${part} 部分${instance === undefined ? '' : `第 ${instance} 个实例`}`
      : `Part ${part}${instance === undefined ? '' : `, instance ${instance}`}`;
  const [colon, comma, dots] = language === 'zh' ? ['：', '，', '…'] : [': ', ', ', '...'];
  const said = (...places: string[]): string => `${whose}${colon}${[words, ...places].join(comma)}`;
  // What is said least of is left out first, and nothing in part.
  const fitting = [said(...byte, ...attribute), said(...attribute), said(...byte), said()].find(
    (text) => text.length <= MAX_COMMENT,
  );
  return fitting ?? said().slice(0, MAX_COMMENT - dots.length) + dots;
}

const ui = (value: string): DicomJsonAttribute => ({ vr: 'UI', Value: [value] });
const ur = (value: string): DicomJsonAttribute => ({ vr: 'UR', Value: [value] });
const us = (value: number): DicomJsonAttribute => ({ vr: 'US', Value: [value] });
const lo = (value: string): DicomJsonAttribute => ({ vr: 'LO', Value: [value] });

function referencedItem(stored: StoredPart, rootUrl: string, language: CommentLanguage): DicomJson {
  const { part, instance, studyInstanceUid, seriesInstanceUid, sopInstanceUid, warning, noteWaits } = stored;
  const item: DicomJson = {
    '00081150': ui(stored.sopClassUid),
    '00081155': ui(sopInstanceUid),
    '00081190': ur(
      `${rootUrl}/studies/${studyInstanceUid}/series/${seriesInstanceUid}/instances/${sopInstanceUid}`,
    ),
  };
  const reason = warningReason(stored);
  if (reason === null) return item;
  const found = warning == null ? null : DATASET_WARNINGS[warning.code];
  const words = noteWaits === undefined ? (found ?? WARNING_REASONS[reason]) : NOTE_WARNINGS[noteWaits];
  const tag = noteWaits === undefined ? (warning?.tag ?? null) : null;
  item['00000902'] = lo(comment({ part, instance }, words[language], { offset: null, tag }, language));
  item['00081196'] = us(WARNING_REASONS[reason].code);
  return item;
}

function failedItem(failed: FailedPart, language: CommentLanguage): DicomJson {
  const item: DicomJson = { '00000902': lo(errorComment(failed, language)) };
  if (failed.identity != null) {
    item['00081150'] = ui(failed.identity.sopClassUid);
    item['00081155'] = ui(failed.identity.sopInstanceUid);
  }
  item['00081197'] = us(FAILURE_REASONS[failed.reason].code);
  return item;
}

/** URL of the study that all stored instances belong to; null when they belong to several, or none was stored. */
export function studyUrl(outcomes: readonly PartOutcome[], rootUrl: string): string | null {
  const studies = new Set<string>();
  for (const outcome of outcomes) if (outcome.kind === 'stored') studies.add(outcome.studyInstanceUid);
  const [study] = studies;
  return studies.size === 1 && study !== undefined ? `${rootUrl}/studies/${study}` : null;
}

/**
 * Store Instances Response Module (PS3.18 Table I.1-1). Instances that failed and are known by their UIDs are in Failed
 * SOP Sequence, whose items reference an instance; parts that name none are in Other Failures Sequence, where Error
 * Comment (0000,0902) says which part it was.
 */
export function storeResponse(
  outcomes: readonly PartOutcome[],
  rootUrl: string,
  language: CommentLanguage = 'en',
): StreamedDataset {
  const study = studyUrl(outcomes, rootUrl);
  const failedItems = (known: boolean) =>
    function* () {
      for (const outcome of outcomes)
        if (outcome.kind === 'failed' && (outcome.identity != null) === known)
          yield failedItem(outcome, language);
    };
  const referencedItems = function* () {
    for (const outcome of outcomes)
      if (outcome.kind === 'stored') yield referencedItem(outcome, rootUrl, language);
  };
  return {
    attributes: {
      ...(language === 'zh' && { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } }),
      '00081190': study === null ? { vr: 'UR' } : ur(study),
    },
    sequences: [
      { tag: '00081198', items: failedItems(true) },
      { tag: '00081199', items: referencedItems },
      { tag: '0008119A', items: failedItems(false) },
    ],
  };
}

/**
 * Status of the answer (PS3.18 Table 10.5.3-1): 200 all stored, 202 some, or with warnings, 409 none; 503 when none could
 * be stored for want of a working store, which sending again heals.
 */
export function storeStatus(outcomes: readonly PartOutcome[]): 200 | 202 | 409 | 503 {
  const stored = outcomes.filter((outcome) => outcome.kind === 'stored');
  const warned = stored.some((outcome) => warningReason(outcome) !== null);
  if (stored.length === outcomes.length) return warned ? 202 : 200;
  if (stored.length > 0) return 202;
  const outage = outcomes.every(
    (outcome) => outcome.kind === 'failed' && outcome.reason === 'OUT_OF_RESOURCES',
  );
  return outage ? 503 : 409;
}
