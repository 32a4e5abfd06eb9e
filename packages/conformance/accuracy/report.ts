/**
 * Writes docs/accuracy.md: `node packages/conformance/accuracy/report.ts`. Labels and sample files are read
 * from HUTONG_TEST_LABELS and HUTONG_TEST_DICOM, or from ../shared beside the repository; what is absent is
 * reported as not measured.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENGINE_VERSION } from '../src/index.ts';
import { measureLabels } from './measure.ts';
import { measureReal } from './measureReal.ts';
import { measureStudies } from './measureStudies.ts';
import { measureSpeed } from './measureSpeed.ts';
import { labelSection, realSection } from './reportReal.ts';
import { mutationSection, speedSection, studySection, summarySection } from './reportStudies.ts';
import { INTRODUCTION, LIMITS } from './reportText.ts';

const ROUNDS = 12;
const MUTATED = 2;

const say = (line: string): boolean => process.stderr.write(`${line}\n`);
say('series labels');
const labels = measureLabels();
say('sample files');
const real = measureReal();
say('development studies');
const development = measureStudies('dev', ROUNDS, MUTATED);
say('held-out studies');
const heldOut = measureStudies('held-out', ROUNDS, MUTATED);
say('speed');
const speed = measureSpeed();

const report = [
  INTRODUCTION(ENGINE_VERSION, new Date().toISOString().slice(0, 10)),
  summarySection(development, heldOut, labels),
  labelSection(labels),
  realSection(real),
  studySection(development, heldOut),
  mutationSection(development, heldOut),
  speedSection(speed),
  LIMITS,
].join('\n\n');
writeFileSync(join(import.meta.dirname, '../../../docs/accuracy.md'), `${report}\n`);
say('docs/accuracy.md written');
