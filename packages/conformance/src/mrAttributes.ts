import type { DicomJson } from '@hutong/dicom';
import { distinct, range } from './distinct.ts';
import type { Frame } from './frames.ts';
import { privateSequenceName } from './privateTags.ts';
import { number, sequence, string, strings } from './read.ts';
import type { MrAttributes } from './summary.ts';

/** A measured b-value up to this is b = 0 (s/mm²); some vendors write 1.25 for it. */
const ZERO_B = 2;

/** What an MR series says of its pulse sequence, classic (PS3.3 §C.8.3) or enhanced (§C.8.13). */
export function mrAttributes(first: DicomJson, frames: readonly Frame[]): MrAttributes {
  const upper = (tag: string): string[] =>
    distinct(strings(first, tag).flatMap((value) => value.toUpperCase().split(/[_\\]/)));
  const scanningSequence = upper('00180020');
  const sequenceVariant = upper('00180021');
  const add = (list: string[], token: string, when: boolean): void => {
    if (when && !list.includes(token)) list.push(token);
  };
  const word = (tag: string): string => string(first, tag).toUpperCase();
  const pulse = word('00189008');
  add(scanningSequence, 'SE', pulse === 'SPIN' || pulse === 'BOTH');
  add(scanningSequence, 'GR', pulse === 'GRADIENT' || pulse === 'BOTH');
  add(scanningSequence, 'EP', word('00189018') === 'YES');
  add(
    scanningSequence,
    'IR',
    frames.some((frame) => frame.inversionRecovery),
  );
  add(sequenceVariant, 'SS', !['', 'NONE'].includes(word('00189017')));
  add(sequenceVariant, 'SP', !['', 'NONE'].includes(word('00189016')));
  add(sequenceVariant, 'MTC', !['', 'NONE'].includes(word('00189020')));
  const bs = frames.map((frame) => frame.b).filter((b) => b !== null);
  return {
    scanningSequence,
    sequenceVariant,
    scanOptions: distinct(strings(first, '00180022').map((token) => token.toUpperCase())),
    acquisitionType: word('00180023'),
    sequenceName: string(first, '00180024'),
    pulseSequence: string(first, '00189005') || privateSequenceName(first),
    acquisitionContrast: distinct(frames.map((frame) => frame.acquisitionContrast)).join(' '),
    tr: range(frames.map((frame) => frame.tr)),
    te: range(frames.map((frame) => frame.te)),
    ti: range(frames.map((frame) => frame.ti)),
    flip: range(frames.map((frame) => frame.flip)),
    echoTrainLength: number(first, '00180091'),
    bValues: [...new Set(bs.map((b) => (b.value <= ZERO_B ? 0 : Math.round(b.value))))]
      .sort((a, b) => a - b)
      .slice(0, 32),
    bValueSource: bs[0]?.source ?? '',
    fatSuppression: distinct(frames.map((frame) => frame.fatSuppression)).join(' '),
    timeOfFlight: word('00189015').startsWith('YES'),
    phaseContrast: word('00189014') === 'YES',
    velocityEncoding: frames.find((frame) => frame.velocityEncoding !== null)?.velocityEncoding ?? null,
    complexComponents: distinct(frames.map((frame) => frame.complexComponent)),
    coil: coilOf(first),
  };
}

/** Receive coil: classic (0018,1250), else the MR Receive Coil macro of an enhanced object. */
function coilOf(first: DicomJson): string {
  const groups = [...sequence(first, '52009229').slice(0, 1), ...sequence(first, '52009230').slice(0, 1)];
  const coded = groups.flatMap((group) => sequence(group, '00189042'));
  return [first, ...coded].map((owner) => string(owner, '00181250')).find((name) => name !== '') ?? '';
}
