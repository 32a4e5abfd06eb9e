import { because } from './bilingual.ts';
import { listed } from './names.ts';
import type { Because } from './types.ts';

/** Receive coils made for one part of the body. Arrays for the body, the spine or head and neck tell too little. */
const COILS: readonly (readonly [RegExp, string])[] = [
  [/breast|mammo|乳/i, 'breast'],
  [/knee|膝/i, 'knee'],
  [/shoulder|肩/i, 'shoulder'],
  [/wrist|腕/i, 'wrist'],
  [/foot|ankle|踝/i, 'ankle'],
  [/elbow/i, 'elbow'],
  [/cardiac/i, 'coronary'],
  [/brain|^(?!.*(?:neck|nv|spine)).*head|头/i, 'head'],
];

/** Region of a coil made for one part; only a hint where nothing else names a region, and never evidence. */
export function coilRegion(coil: string): { regions: string[]; because: Because[] } {
  const region = COILS.find(([pattern]) => pattern.test(coil))?.[1];
  if (region === undefined) return { regions: [], because: [] };
  const name = listed([region]);
  return {
    regions: [region],
    because: [
      because(
        'bodyRegion',
        'ReceiveCoilName',
        `线圈“${coil}”用于${name.zh}`,
        `the coil "${coil}" is made for the ${name.en}`,
      ),
    ],
  };
}
