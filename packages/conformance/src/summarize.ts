import type { DicomJson } from '@hutong/dicom';
import { readCodes } from './codes.ts';
import { agentOf, bolusStart } from './contrastAgent.ts';
import { distinct } from './distinct.ts';
import { divide } from './divide.ts';
import { framesOf, type Frame } from './frames.ts';
import { gatingSigns } from './gating.ts';
import { summarizeGeometry, summarizeTiming } from './measure.ts';
import { mrAttributes } from './mrAttributes.ts';
import { readOrder } from './orderTexts.ts';
import { addProjection, isProjection, noProjections } from './projectionAttributes.ts';
import { dateSeconds, number, sequence, string, strings } from './read.ts';
import type { Code, ProjectionAttributes, SeriesSummary, StudySummary } from './summary.ts';

interface SeriesDraft {
  first: DicomJson;
  instances: number;
  frames: Frame[];
  sopClassUids: Set<string>;
  agents: Set<string>;
  imagesWithAgent: number;
  derivationCodes: Map<string, Code>;
  anatomicRegions: Map<string, Code>;
  gating: Set<string>;
  laterality: Set<string>;
  projection: ProjectionAttributes;
}

/** Most frames kept of one series; more than any scanner writes. */
const MOST_FRAMES = 200_000;
/** Most distinct codes and names kept of one series. */
const MOST_CODES = 64;

/**
 * Reduces the datasets of one study's instances to the compact summary that {@link evaluateStudy} judges.
 * Patient identifiers are not read. Instances without a SeriesInstanceUID are passed over.
 */
export function summarizeStudy(instances: Iterable<DicomJson>): StudySummary {
  const drafts = new Map<string, SeriesDraft>();
  let study: DicomJson | undefined;
  const orderTexts = new Map<string, { source: string; text: string }>();
  const codes = new Map<string, Code>();
  for (const dataset of instances) {
    const uid = string(dataset, '0020000E');
    if (uid === '') continue;
    study ??= dataset;
    let draft = drafts.get(uid);
    if (draft === undefined) {
      draft = newDraft(dataset);
      drafts.set(uid, draft);
      readOrder(dataset, orderTexts, codes);
    }
    addInstance(draft, dataset);
  }
  const series = [...drafts].flatMap(([uid, draft]) => finish(uid, draft));
  const date = study === undefined ? '' : string(study, '00080020').replaceAll(/[-.]/g, '');
  return {
    studyInstanceUid: study === undefined ? '' : string(study, '0020000D'),
    studyDate: /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : '',
    description: study === undefined ? '' : string(study, '00081030'),
    orderTexts: [...orderTexts.values()],
    procedureCodes: [...codes.values()],
    series,
  };
}

function newDraft(first: DicomJson): SeriesDraft {
  return {
    first,
    instances: 0,
    frames: [],
    sopClassUids: new Set(),
    agents: new Set(),
    imagesWithAgent: 0,
    derivationCodes: new Map(),
    anatomicRegions: new Map(),
    gating: new Set(),
    laterality: new Set(),
    projection: noProjections(),
  };
}

function addInstance(draft: SeriesDraft, dataset: DicomJson): void {
  draft.instances += 1;
  if (draft.sopClassUids.size < MOST_CODES) draft.sopClassUids.add(string(dataset, '00080016'));
  const room = MOST_FRAMES - draft.frames.length;
  for (const frame of framesOf(dataset, room)) draft.frames.push(frame);
  const agent = agentOf(dataset);
  if (agent !== '') {
    if (draft.agents.size < MOST_CODES) draft.agents.add(agent);
    draft.imagesWithAgent += 1;
  }
  const shared = sequence(dataset, '52009229').slice(0, 1);
  const firstFrame = sequence(dataset, '52009230').slice(0, 1);
  const groups = [...shared, ...firstFrame];
  const derivations = [dataset, ...groups.flatMap((group) => sequence(group, '00089124'))];
  for (const owner of derivations) keep(draft.derivationCodes, readCodes(owner, '00089215'));
  const anatomy = groups.flatMap((group) => sequence(group, '00209071'));
  for (const owner of [dataset, ...anatomy]) keep(draft.anatomicRegions, readCodes(owner, '00082218'));
  for (const sign of gatingSigns(dataset, groups)) draft.gating.add(sign);
  const side =
    string(dataset, '00200062') ||
    string(dataset, '00200060') ||
    anatomy.map((one) => string(one, '00209072')).join('');
  if (side !== '' && draft.laterality.size < MOST_CODES) draft.laterality.add(side.toUpperCase().slice(0, 1));
  if (isProjection(string(dataset, '00080060'))) addProjection(draft.projection, dataset, side);
}

function keep(into: Map<string, Code>, codes: readonly Code[]): void {
  for (const code of codes) {
    if (into.size < MOST_CODES || into.has(code.value)) into.set(code.value, code);
  }
}

function finish(uid: string, draft: SeriesDraft): SeriesSummary[] {
  const modality = string(draft.first, '00080060').toUpperCase();
  return divide(modality, draft.frames).map(({ part, frames }) =>
    summary(uid, draft, modality, part, frames),
  );
}

function summary(
  uid: string,
  draft: SeriesDraft,
  modality: string,
  part: string | null,
  frames: Frame[],
): SeriesSummary {
  const { first } = draft;
  // SeriesDate, AcquisitionDate, ContentDate: a copy of an older image often keeps only one of them
  const dates = ['00080021', '00080022', '00080023']
    .map((tag) => dateSeconds(string(first, tag)))
    .filter((date) => date !== null);
  const photometric = string(first, '00280004').toUpperCase();
  return {
    seriesInstanceUid: uid,
    part,
    seriesNumber: number(first, '00200011'),
    modality,
    sopClassUids: [...draft.sopClassUids].filter((value) => value !== ''),
    manufacturer: string(first, '00080070'),
    numberOfInstances: draft.instances,
    numberOfFrames: frames.length,
    description: string(first, '0008103E'),
    protocolName: string(first, '00181030'),
    bodyPartExamined: string(first, '00180015'),
    anatomicRegions: [...draft.anatomicRegions.values()],
    imageTypes: distinctImageTypes(frames),
    rgb: photometric === 'RGB' || photometric.startsWith('YBR') || photometric === 'PALETTE COLOR',
    derivationCodes: [...draft.derivationCodes.values()],
    derivationDescription: string(first, '00082111'),
    ...(dates.length === 0 ? {} : { recordedDate: Math.min(...dates) }),
    geometry: summarizeGeometry(frames, string(first, '00200052')),
    time: summarizeTiming(frames, number(first, '00200105') ?? 0),
    contrast: {
      agents: [...draft.agents],
      imagesWithAgent: draft.imagesWithAgent,
      bolusStart: bolusStart(first),
      phases: distinct(frames.map((frame) => frame.contrastPhase)),
      administered: distinct(frames.map((frame) => frame.administered)),
    },
    mr: modality === 'MR' ? mrAttributes(first, frames) : null,
    ct:
      modality === 'CT'
        ? {
            scanOptions: distinct(strings(first, '00180022').map((token) => token.toUpperCase())),
            kernels: distinct(frames.map((frame) => frame.kernel)),
            gating: [...draft.gating],
          }
        : null,
    projection: isProjection(modality) ? draft.projection : null,
    laterality: [...draft.laterality],
  };
}

/** Image types are kept up to this many a series and tokens a type. */
const MOST_TYPES = 16;

function distinctImageTypes(frames: Frame[]): string[][] {
  const seen = new Map<string, string[]>();
  for (const frame of frames) {
    if (seen.size >= MOST_TYPES) break;
    const tokens = frame.imageType.slice(0, MOST_TYPES);
    const key = tokens.join('\\');
    if (key !== '') seen.set(key, tokens);
  }
  return [...seen.values()];
}
