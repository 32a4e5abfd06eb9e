import { abdomenOnePhase, abdomenThreePhases } from './abdomen.ts';
import { brainMr } from './brainMr.ts';
import { brainMrEnhanced } from './brainMrEnhanced.ts';
import { brainMrWithoutDwi } from './brainMrPlain.ts';
import { chestCt, contradictoryCt } from './chest.ts';
import { coronaryCta } from './coronaryCta.ts';
import { headCt, headCtElsewhere } from './headCt.ts';
import { kneeMr } from './kneeMr.ts';
import { chestRadiograph, mammography } from './radiographs.ts';
import { DEMO_BASE_DATE, type DemoStudy } from './study.ts';

export { PATIENTS as DEMO_PATIENTS, type DemoPatient } from './patients.ts';
export { DEMO_BASE_DATE, HOSPITALS as DEMO_HOSPITALS } from './study.ts';
export type { DemoStudy, Expected } from './study.ts';

const MAKERS: readonly ((baseDate: string) => DemoStudy)[] = [
  chestCt,
  chestRadiograph,
  headCt,
  headCtElsewhere,
  brainMr,
  brainMrEnhanced,
  brainMrWithoutDwi,
  abdomenThreePhases,
  abdomenOnePhase,
  coronaryCta,
  kneeMr,
  mammography,
  contradictoryCt,
];

/**
 * The studies of the demo, quick to list: pictures are rendered when an instance is made
 * (see {@link instancesOf}). The newest study is of the base date (YYYYMMDD).
 */
export function demoStudies(baseDate: string = DEMO_BASE_DATE): DemoStudy[] {
  return MAKERS.map((make) => make(baseDate));
}
