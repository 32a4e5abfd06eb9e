import type { DicomJson } from '@hutong/dicom';
import { number, sequence, string } from './read.ts';

/**
 * Signs that an acquisition was triggered or sorted by the heart: classic attributes, and for enhanced objects
 * the Cardiac Synchronization macro (PS3.3 §C.7.6.16.2.7) of the given functional groups.
 */
export function gatingSigns(dataset: DicomJson, groups: readonly DicomJson[]): string[] {
  const signs: string[] = [];
  const technique = string(dataset, '00189037').toUpperCase();
  if (technique !== '' && technique !== 'NONE') signs.push('CardiacSynchronizationTechnique');
  if (number(dataset, '00181060') !== null) signs.push('TriggerTime');
  if ((number(dataset, '00181088') ?? 0) > 0) signs.push('HeartRate');
  const synchronised = groups.flatMap((group) => sequence(group, '00189118'));
  if ([dataset, ...synchronised].some((owner) => number(owner, '00209241') !== null))
    signs.push('NominalPercentageOfCardiacPhase');
  return signs;
}
