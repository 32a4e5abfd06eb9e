import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import type { StudySummary } from './summary.ts';
import type { Bilingual } from './types.ts';

/** Exams that image a listed part for another purpose than a diagnosis; no list recognises them. */
const PURPOSES: readonly (readonly [RegExp, Bilingual])[] = [
  [
    /phantom|水模|模体|体模|质控|质量控制|(?<![a-z])qa(?![a-z])|(?<![a-z])qc(?![a-z])|校准|calibration/i,
    say('质控或模体扫描不在互认清单内', 'quality-control and phantom scans are not on the list'),
  ],
  [
    /穿刺|引导下|导引|活检|消融|biopsy|(?<![a-z])guided|guidance|ablation|intervention|drainage/i,
    say('引导下的介入操作不在互认清单内', 'image-guided interventions are not on the list'),
  ],
  [
    /放疗|放射治疗|模拟定位|定位ct|ct ?定位(?!像)|radio ?therapy|(?<![a-z])rt ?(?:sim|plan)|simulation|treatment planning/i,
    say('放疗定位扫描不在互认清单内', 'radiotherapy planning scans are not on the list'),
  ],
  [
    /科研|课题|志愿者|(?<![a-z])research|volunteer/i,
    say('科研扫描不在互认清单内', 'research scans are not on the list'),
  ],
];

/** Radiographs under fluoroscopy or with contrast are exams of their own. */
const FLUOROSCOPY =
  /透视|造影|钡餐|钡剂|灌肠|fluoroscop|barium|(?<![a-z])(?:ivp|ivu|ugi|hsg|ercp|esophagram|swallow|urography|arthrogra\w*)(?![a-z])/i;

/** Why radiographs are on no list: they were made under fluoroscopy or with contrast. */
export function unlistedRadiograph(texts: StudySummary['orderTexts']): Bilingual | null {
  return texts.some(({ text }) => FLUOROSCOPY.test(text))
    ? say('透视和造影检查不在互认清单内', 'fluoroscopy and contrast radiography are not on the list')
    : null;
}

/** Techniques that an exam may consist of and that no list names; beside a plain or enhanced exam they do not matter. */
const TECHNIQUES =
  /灌注|波谱|功能成像|功能磁共振|能谱|纤维束|perfusion|spectroscop|functional mr|(?<![a-z])(?:fmri|mrs|pwi|ctp|dti|asl)(?![a-z])/i;

/** Why an exam is on no list whatever its part and images, or null. */
export function unlistedPurpose(
  study: StudySummary,
  acquired: readonly ClassifiedSeries[],
): Bilingual | null {
  for (const [pattern, text] of PURPOSES) {
    if (study.orderTexts.some((order) => pattern.test(order.text))) return text;
    if (acquired.length > 0 && acquired.every((one) => pattern.test(one.facts.seriesDescription)))
      return text;
  }
  return null;
}

/** True where a part of an exam name orders a technique that is on no list, and nothing else. */
export function ordersOtherTechnique(part: string): boolean {
  return (
    TECHNIQUES.test(part) && !/平扫|增强|plain|contrast|routine|常规|(?<![a-z])(?:dwi|wo|w\/)/i.test(part)
  );
}

/** Why an exam is on no list by its name alone, or null. */
export function unlistedByName(name: string): Bilingual | null {
  return (
    PURPOSES.find(([pattern]) => pattern.test(name))?.[1] ?? unlistedRadiograph([{ source: '', text: name }])
  );
}
