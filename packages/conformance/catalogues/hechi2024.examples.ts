import { CT_ENHANCED_EXAMPLES } from './examples/ctEnhanced.ts';
import { CT_PLAIN_EXAMPLES } from './examples/ctPlain.ts';
import { DR_EXAMPLES } from './examples/dr.ts';
import type { Example } from './examples/example.ts';
import { MR_EXAMPLES } from './examples/mr.ts';
import { MR_JOINT_EXAMPLES } from './examples/mrJoints.ts';

export type { Example } from './examples/example.ts';

/** Examples of every item of the Hechi catalogue, several makers, Chinese and English, one doubt at a time. */
export const HECHI_2024_EXAMPLES: readonly Example[] = [
  ...DR_EXAMPLES,
  ...CT_PLAIN_EXAMPLES,
  ...CT_ENHANCED_EXAMPLES,
  ...MR_EXAMPLES,
  ...MR_JOINT_EXAMPLES,
];
