import type { DicomJson } from '@hutong/dicom';
import { framesOf, type Frame } from './frames.ts';
import { summarizeGeometry, summarizeTiming } from './measure.ts';
import { dateSeconds, number, sequence, string, strings, timeOfDay } from './read.ts';
import { divide } from './divide.ts';
import type { Code, ProjectionAttributes, Range, SeriesSummary, StudySummary } from './summary.ts';

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
    projection: {
      views: [],
      viewModifiers: [],
      images: [],
      detectorTypes: [],
      positions: [],
      patientOrientations: [],
    },
  };
}

function readOrder(
  dataset: DicomJson,
  texts: Map<string, { source: string; text: string }>,
  codes: Map<string, Code>,
): void {
  const say = (source: string, text: string): void => {
    if (text !== '' && !texts.has(text)) texts.set(text, { source, text });
  };
  const addCodes = (owner: DicomJson, tag: string, source: string): void => {
    for (const code of readCodes(owner, tag)) {
      codes.set(`${code.scheme}|${code.value}`, code);
      say(source, code.meaning);
    }
  };
  addCodes(dataset, '00321064', 'RequestedProcedureCodeSequence');
  const requests = sequence(dataset, '00400275');
  for (const request of requests) addCodes(request, '00321064', 'RequestedProcedureCodeSequence');
  addCodes(dataset, '00081032', 'ProcedureCodeSequence');
  say('RequestedProcedureDescription', string(dataset, '00321060'));
  for (const request of requests) {
    say('RequestedProcedureDescription', string(request, '00321060'));
    say('ScheduledProcedureStepDescription', string(request, '00400007'));
    addCodes(request, '00400008', 'ScheduledProtocolCodeSequence');
  }
  say('StudyDescription', string(dataset, '00081030'));
  say('PerformedProcedureStepDescription', string(dataset, '00400254'));
}

function readCodes(owner: DicomJson, tag: string): Code[] {
  return sequence(owner, tag)
    .map((code) => ({
      value: string(code, '00080100') || string(code, '00080119'),
      scheme: string(code, '00080102').toUpperCase(),
      meaning: string(code, '00080104'),
    }))
    .filter((code) => code.value !== '');
}

function addInstance(draft: SeriesDraft, dataset: DicomJson): void {
  draft.instances += 1;
  draft.sopClassUids.add(string(dataset, '00080016'));
  for (const frame of framesOf(dataset)) draft.frames.push(frame);
  const agent = agentOf(dataset);
  if (agent !== '') {
    draft.agents.add(agent);
    draft.imagesWithAgent += 1;
  }
  for (const code of readCodes(dataset, '00089215')) draft.derivationCodes.set(code.value, code);
  const anatomy = [...sequence(dataset, '52009229'), ...sequence(dataset, '52009230').slice(0, 1)].flatMap(
    (group) => sequence(group, '00209071'),
  );
  for (const owner of [dataset, ...anatomy]) {
    for (const code of readCodes(owner, '00082218')) draft.anatomicRegions.set(code.value, code);
  }
  for (const sign of gatingSigns(dataset)) draft.gating.add(sign);
  const side =
    string(dataset, '00200062') ||
    string(dataset, '00200060') ||
    anatomy.map((a) => string(a, '00209072')).join('');
  if (side !== '') draft.laterality.add(side.toUpperCase().slice(0, 1));
  if (isProjection(string(dataset, '00080060'))) addProjection(draft.projection, dataset, side);
}

/** Numbers that are written only when contrast was given: volume, total dose, flow rate, flow duration. */
const AMOUNTS = ['00181041', '00181044', '00181046', '00181047'];

/** The contrast agent, or what else says that one was given. */
function agentOf(dataset: DicomJson): string {
  const agent = string(dataset, '00180010');
  if (agent !== '') return agent;
  const coded = readCodes(dataset, '00180012')[0];
  if (coded !== undefined || sequence(dataset, '00180012').length > 0)
    return coded?.meaning || 'ContrastBolusAgentSequence';
  const ingredient = string(dataset, '00181048');
  if (ingredient !== '') return ingredient;
  return AMOUNTS.some((tag) => (number(dataset, tag) ?? 0) > 0) ? 'ContrastBolusVolume' : '';
}

function isProjection(modality: string): boolean {
  return ['DX', 'CR', 'MG', 'DR', 'RG', 'RF', 'PX', 'IO'].includes(modality);
}

function gatingSigns(dataset: DicomJson): string[] {
  const signs: string[] = [];
  const technique = string(dataset, '00189037').toUpperCase();
  if (technique !== '' && technique !== 'NONE') signs.push('CardiacSynchronizationTechnique');
  if (number(dataset, '00181060') !== null) signs.push('TriggerTime');
  if ((number(dataset, '00181088') ?? 0) > 0) signs.push('HeartRate');
  if (number(dataset, '00209241') !== null) signs.push('NominalPercentageOfCardiacPhase');
  return signs;
}

/** View modifiers of images that show a part of the breast: spot compression and magnification. */
const PARTIAL_VIEWS = new Set(['399055006', 'R-102D7', '399163009', 'R-102D6']);

function addProjection(projection: ProjectionAttributes, dataset: DicomJson, side: string): void {
  const viewCode = readCodes(dataset, '00540220')[0];
  const modifiers = sequence(dataset, '00540220').flatMap((view) => readCodes(view, '00540222'));
  const byCode: Record<string, string> = {
    '399162004': 'CC',
    'R-10242': 'CC',
    '399368009': 'MLO',
    'R-10226': 'MLO',
  };
  const view =
    (viewCode === undefined ? undefined : byCode[viewCode.value]) ??
    string(dataset, '00185101').toUpperCase();
  projection.images.push({
    view,
    side: side.toUpperCase().slice(0, 1),
    presentation: string(dataset, '00080068').toUpperCase(),
    spot: modifiers.some((code) => PARTIAL_VIEWS.has(code.value)),
  });
  const add = (list: string[], value: string): void => {
    if (value !== '' && !list.includes(value)) list.push(value);
  };
  add(projection.views, view);
  for (const code of modifiers) add(projection.viewModifiers, code.value);
  add(projection.detectorTypes, string(dataset, '00187004').toUpperCase());
  for (const code of readCodes(dataset, '00540410')) {
    add(projection.positions, code.value);
  }
  for (const orientation of sequence(dataset, '00540410')) {
    for (const code of readCodes(orientation, '00540412')) add(projection.positions, code.value);
  }
  add(projection.patientOrientations, strings(dataset, '00200020').join('\\'));
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
    geometry: summarizeGeometry(frames, string(first, '00200052')),
    time: summarizeTiming(frames, number(first, '00200105') ?? 0),
    contrast: {
      agents: [...draft.agents],
      imagesWithAgent: draft.imagesWithAgent,
      bolusStart: bolusStart(first),
      phases: distinct(frames.map((frame) => frame.contrastPhase)),
      administered: distinct(frames.map((frame) => frame.administered)),
    },
    mr: modality === 'MR' ? mr(first, frames) : null,
    ct:
      modality === 'CT'
        ? {
            scanOptions: strings(first, '00180022').map((token) => token.toUpperCase()),
            kernels: distinct(frames.map((frame) => frame.kernel)),
            gating: [...draft.gating],
          }
        : null,
    projection: isProjection(modality) ? draft.projection : null,
    laterality: [...draft.laterality],
  };
}

function mr(first: DicomJson, frames: Frame[]): NonNullable<SeriesSummary['mr']> {
  const upper = (tag: string): string[] =>
    strings(first, tag).flatMap((value) => value.toUpperCase().split(/[_\\]/));
  const scanningSequence = upper('00180020');
  const sequenceVariant = upper('00180021');
  const add = (list: string[], token: string, when: boolean): void => {
    if (when && !list.includes(token)) list.push(token);
  };
  const pulse = string(first, '00189008').toUpperCase();
  add(scanningSequence, 'SE', pulse === 'SPIN' || pulse === 'BOTH');
  add(scanningSequence, 'GR', pulse === 'GRADIENT' || pulse === 'BOTH');
  add(scanningSequence, 'EP', string(first, '00189018').toUpperCase() === 'YES');
  add(
    scanningSequence,
    'IR',
    frames.some((frame) => frame.inversionRecovery),
  );
  const steady = string(first, '00189017').toUpperCase();
  add(sequenceVariant, 'SS', steady !== '' && steady !== 'NONE');
  const spoiling = string(first, '00189016').toUpperCase();
  add(sequenceVariant, 'SP', spoiling !== '' && spoiling !== 'NONE');
  const bs = frames.map((frame) => frame.b).filter((b) => b !== null);
  return {
    scanningSequence,
    sequenceVariant,
    scanOptions: strings(first, '00180022').map((token) => token.toUpperCase()),
    acquisitionType: string(first, '00180023').toUpperCase(),
    sequenceName: string(first, '00180024'),
    pulseSequence: string(first, '00189005'),
    acquisitionContrast: distinct(frames.map((frame) => frame.acquisitionContrast)).join(' '),
    tr: range(frames.map((frame) => frame.tr)),
    te: range(frames.map((frame) => frame.te)),
    ti: range(frames.map((frame) => frame.ti)),
    flip: range(frames.map((frame) => frame.flip)),
    echoTrainLength: number(first, '00180091'),
    bValues: [...new Set(bs.map((b) => Math.round(b.value)))].sort((a, b) => a - b).slice(0, 32),
    bValueSource: bs[0]?.source ?? '',
    fatSuppression: distinct(frames.map((frame) => frame.fatSuppression)).join(' '),
    timeOfFlight: string(first, '00189015').toUpperCase() === 'YES',
    phaseContrast: string(first, '00189014').toUpperCase() === 'YES',
    velocityEncoding: frames.find((frame) => frame.velocityEncoding !== null)?.velocityEncoding ?? null,
    complexComponents: distinct(frames.map((frame) => frame.complexComponent)),
  };
}

function bolusStart(first: DicomJson): number | null {
  const time = timeOfDay(string(first, '00181042'));
  if (time === null) return null;
  return (dateSeconds(string(first, '00080022')) ?? dateSeconds(string(first, '00080020')) ?? 0) + time;
}

function distinct(values: string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))].slice(0, 32);
}

function distinctImageTypes(frames: Frame[]): string[][] {
  const seen = new Map<string, string[]>();
  for (const frame of frames) {
    const key = frame.imageType.join('\\');
    if (key !== '' && seen.size < 16) seen.set(key, frame.imageType);
  }
  return [...seen.values()];
}

function range(values: (number | null)[]): Range | null {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min === Infinity ? null : { min, max };
}
