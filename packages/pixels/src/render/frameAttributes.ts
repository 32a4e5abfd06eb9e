import { type DicomJson, items } from '@hutong/dicom';

const SHARED_FUNCTIONAL_GROUPS = '52009229';
const PER_FRAME_FUNCTIONAL_GROUPS = '52009230';

/** Functional group macros (PS3.3 C.7.6.16.2) that rendering reads. */
export const MACRO = {
  pixelMeasures: '00289110',
  frameVoiLut: '00289132',
  pixelValueTransformation: '00289145',
} as const;

/**
 * The attributes of a macro that hold for one frame: those of the frame's own functional groups, else the shared ones,
 * else those of the dataset itself.
 *
 * @param frame 1-based
 */
export function attributesOfFrame(dataset: DicomJson, frame: number, macro: string): DicomJson {
  const own = items(dataset, PER_FRAME_FUNCTIONAL_GROUPS)[frame - 1];
  const shared = items(dataset, SHARED_FUNCTIONAL_GROUPS)[0];
  for (const groups of [own, shared]) {
    const [item] = groups === undefined ? [] : items(groups, macro);
    if (item !== undefined) return item;
  }
  return dataset;
}
