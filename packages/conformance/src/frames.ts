import type { DicomJson } from '@hutong/dicom';
import { privateB, standardB, tilePositions, tilesOf, type DiffusionB } from './privateTags.ts';
import {
  dateSeconds,
  dateTimeSeconds,
  number,
  numbers,
  sequence,
  string,
  strings,
  timeOfDay,
} from './read.ts';

/** What one image says: a classic instance is one frame, an enhanced instance has one for each of its frames. */
export interface Frame {
  imageType: string[];
  position: number[] | null;
  orientation: number[] | null;
  thickness: number | null;
  spacing: number | null;
  pixelSpacing: number[];
  rows: number | null;
  columns: number | null;
  tr: number | null;
  te: number | null;
  ti: number | null;
  flip: number | null;
  b: DiffusionB | null;
  acquisitionNumber: number | null;
  /** Seconds; see Timing. */
  acquisitionTime: number | null;
  temporalPosition: number | null;
  contrastPhase: string;
  administered: string;
  acquisitionContrast: string;
  complexComponent: string;
  fatSuppression: string;
  inversionRecovery: boolean;
  velocityEncoding: number | null;
  kernel: string;
  /** Slices tiled in one image (Siemens MOSAIC, UIH VFRAME); 1 for an ordinary image. */
  tiles: number;
}

/** Frames are read up to this many an instance; more than any scanner writes in one object. */
const MOST_FRAMES = 20_000;

/** The functional groups macros that hold each attribute in enhanced objects (PS3.3 §C.7.6.16). */
const MACROS = {
  position: '00209113',
  orientation: '00209116',
  measures: '00289110',
  timing: '00189112',
  echo: '00189114',
  modifier: '00189115',
  diffusion: '00189117',
  velocity: '00189197',
  mrType: '00189226',
  ctType: '00189329',
  content: '00209111',
  contrast: '00189341',
  reconstruction: '00189314',
} as const;

type Lookup = (macro: keyof typeof MACROS, tag: string) => DicomJson;

/** What all frames of an instance share, read once. */
interface Common {
  imageType: string[];
  rows: number | null;
  columns: number | null;
  te: number | null;
  ti: number | null;
  b: DiffusionB | null;
  acquisitionNumber: number | null;
  acquisitionTime: number | null;
  temporalPosition: number | null;
  tiles: number;
}

/** Reads the frames of one instance, classic or enhanced, at most so many. Never throws on bad input. */
export function framesOf(dataset: DicomJson, most = MOST_FRAMES): Frame[] {
  if (most <= 0) return [];
  const perFrame = sequence(dataset, '52009230');
  const shared = macroCache(sequence(dataset, '52009229')[0] ?? {});
  const common = commonOf(dataset, perFrame.length === 0 ? tilesOf(dataset) : 1);
  if (perFrame.length === 0) {
    const one = frame(common, (macro, tag) => (shared(macro)[tag] === undefined ? dataset : shared(macro)));
    const positions = one.position === null ? tilePositions(dataset) : [];
    return positions.length > 0 ? positions.map((position) => ({ ...one, position, tiles: 1 })) : [one];
  }
  return perFrame.slice(0, Math.min(most, MOST_FRAMES)).map((group) => {
    const own = macroCache(group);
    return frame(common, (macro, tag) => {
      if (own(macro)[tag] !== undefined) return own(macro);
      return shared(macro)[tag] === undefined ? dataset : shared(macro);
    });
  });
}

function commonOf(dataset: DicomJson, tiles: number): Common {
  return {
    imageType: upperCase(strings(dataset, '00080008')),
    rows: number(dataset, '00280010'),
    columns: number(dataset, '00280011'),
    te: number(dataset, '00180081'),
    ti: number(dataset, '00180082'),
    b: privateB(dataset),
    acquisitionNumber: number(dataset, '00200012'),
    acquisitionTime: acquisitionSeconds(dataset),
    temporalPosition: number(dataset, '00200100'),
    tiles,
  };
}

function upperCase(tokens: readonly string[]): string[] {
  return tokens.map((token) => token.toUpperCase());
}

function macroCache(group: DicomJson): (macro: keyof typeof MACROS) => DicomJson {
  const cache = new Map<string, DicomJson>();
  return (macro) => {
    let found = cache.get(macro);
    if (found === undefined) {
      found = sequence(group, MACROS[macro])[0] ?? {};
      cache.set(macro, found);
    }
    return found;
  };
}

function frame(common: Common, at: Lookup): Frame {
  const one = (macro: keyof typeof MACROS, tag: string): number | null => number(at(macro, tag), tag);
  const word = (macro: keyof typeof MACROS, tag: string): string => string(at(macro, tag), tag).toUpperCase();
  const vector = (macro: keyof typeof MACROS, tag: string, length: number): number[] | null => {
    const values = numbers(at(macro, tag), tag);
    return values.length === length ? values : null;
  };
  const frameType = strings(at('mrType', '00089007'), '00089007');
  const ctFrameType = strings(at('ctType', '00089007'), '00089007');
  const own = frameType.length > 0 ? frameType : ctFrameType;
  return {
    imageType: own.length > 0 ? upperCase(own) : common.imageType,
    position: vector('position', '00200032', 3),
    orientation: vector('orientation', '00200037', 6),
    thickness: positive(one('measures', '00180050')),
    spacing: positive(one('measures', '00180088')),
    pixelSpacing: numbers(at('measures', '00280030'), '00280030'),
    rows: common.rows,
    columns: common.columns,
    tr: positive(one('timing', '00180080')),
    te: positive(one('echo', '00189082') ?? common.te),
    ti: positive(one('modifier', '00189079') ?? common.ti),
    flip: positive(one('timing', '00181314')),
    b: standardB(one('diffusion', '00189087')) ?? common.b,
    acquisitionNumber: common.acquisitionNumber ?? one('content', '00209156'),
    acquisitionTime: dateTimeSeconds(string(at('content', '00189074'), '00189074')) ?? common.acquisitionTime,
    temporalPosition: one('content', '00209128') ?? common.temporalPosition,
    contrastPhase: word('contrast', '00189344'),
    administered: word('contrast', '00189342'),
    acquisitionContrast: word('mrType', '00089209'),
    complexComponent: word('mrType', '00089208'),
    fatSuppression: suppression(word('modifier', '00189025'), word('modifier', '00189026')),
    inversionRecovery: word('modifier', '00189009') === 'YES',
    velocityEncoding: positive(one('velocity', '00189217')),
    kernel: string(at('reconstruction', '00181210'), '00181210'),
    tiles: common.tiles,
  };
}

/** Suppressed spectrum, and excited one: exciting water alone suppresses fat (PS3.3 §C.8.13.5.5). */
function suppression(suppressed: string, excited: string): string {
  const words = [suppressed === 'NONE' ? '' : suppressed, excited === 'WATER' ? 'EXCITE WATER' : ''];
  return words.filter((word) => word !== '').join(' ');
}

function positive(value: number | null): number | null {
  return value !== null && value > 0 ? value : null;
}

function acquisitionSeconds(dataset: DicomJson): number | null {
  const exact = dateTimeSeconds(string(dataset, '0008002A'));
  if (exact !== null) return exact;
  const time = timeOfDay(string(dataset, '00080032'));
  if (time === null) return null;
  return (dateSeconds(string(dataset, '00080022')) ?? dateSeconds(string(dataset, '00080020')) ?? 0) + time;
}
