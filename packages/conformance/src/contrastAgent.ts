import type { DicomJson } from '@hutong/dicom';
import { readCodes } from './codes.ts';
import { dateSeconds, number, sequence, string, timeOfDay } from './read.ts';

/** Numbers that are written only when contrast was given: volume, total dose, flow rate, flow duration. */
const AMOUNTS = ['00181041', '00181044', '00181046', '00181047'];

const ORAL = /\boral|\bp\.?o\.?$|口服/i;
const INTRAVENOUS = /iv|i\.v|ven|静脉/i;

function onlyOral(text: string): boolean {
  return ORAL.test(text) && !INTRAVENOUS.test(text);
}

/** The contrast agent, or what else says that one was given. */
export function agentOf(dataset: DicomJson): string {
  const agent = string(dataset, '00180010');
  const route = string(dataset, '00181040');
  // what was drunk fills the bowel and enhances nothing
  if (onlyOral(agent) || (onlyOral(route) && !INTRAVENOUS.test(agent))) return '';
  if (agent !== '') return agent;
  const coded = readCodes(dataset, '00180012')[0];
  if (coded !== undefined || sequence(dataset, '00180012').length > 0)
    return coded?.meaning || 'ContrastBolusAgentSequence';
  const ingredient = string(dataset, '00181048');
  if (ingredient !== '') return ingredient;
  return AMOUNTS.some((tag) => (number(dataset, tag) ?? 0) > 0) ? 'ContrastBolusVolume' : '';
}

/** Start of the injection in seconds, comparable with acquisition times, or null. */
export function bolusStart(first: DicomJson): number | null {
  const time = timeOfDay(string(first, '00181042'));
  if (time === null) return null;
  return (dateSeconds(string(first, '00080022')) ?? dateSeconds(string(first, '00080020')) ?? 0) + time;
}
