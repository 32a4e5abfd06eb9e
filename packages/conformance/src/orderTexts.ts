import type { DicomJson } from '@hutong/dicom';
import { readCodes } from './codes.ts';
import { sequence, string } from './read.ts';
import type { Code } from './summary.ts';

/** Most texts and codes kept of one study's orders. */
const MOST = 64;

/** Collects what was requested, scheduled and performed: descriptions and codes, most trusted first. */
export function readOrder(
  dataset: DicomJson,
  texts: Map<string, { source: string; text: string }>,
  codes: Map<string, Code>,
): void {
  const say = (source: string, text: string): void => {
    if (text !== '' && !texts.has(text) && texts.size < MOST) texts.set(text, { source, text });
  };
  const addCodes = (owner: DicomJson, tag: string, source: string): void => {
    for (const code of readCodes(owner, tag)) {
      if (codes.size < MOST) codes.set(`${code.scheme}|${code.value}`, code);
      say(source, code.meaning);
    }
  };
  addCodes(dataset, '00321064', 'RequestedProcedureCodeSequence');
  const requests = sequence(dataset, '00400275').slice(0, MOST);
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
