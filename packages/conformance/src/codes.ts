import type { DicomJson } from '@hutong/dicom';
import { sequence, string } from './read.ts';
import type { Code } from './summary.ts';

/** The codes of a code sequence (PS3.3 §8); items without a value are passed over. */
export function readCodes(owner: DicomJson, tag: string): Code[] {
  return sequence(owner, tag)
    .map((code) => ({
      value: string(code, '00080100') || string(code, '00080119'),
      scheme: string(code, '00080102').toUpperCase(),
      meaning: string(code, '00080104'),
    }))
    .filter((code) => code.value !== '');
}
