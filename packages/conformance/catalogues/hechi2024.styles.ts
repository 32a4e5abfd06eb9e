import type { ExamMappingEntry } from '../src/index.ts';
import type { Verdict } from '../src/types.ts';
import { plan, PROTOCOLS } from '../accuracy/studies/generate.ts';
import { MUTATIONS } from '../accuracy/studies/mutations.ts';
import type { Maker, Protocol, Step, Style, StudyPlan } from '../accuracy/studies/plan.ts';
import { randomFrom } from '../accuracy/studies/random.ts';
import { truthOf } from '../accuracy/studies/truth.ts';

/** An example that is planned, not written: a whole study of one item in the style of one maker and language. */
export interface StyledExample {
  itemCode: string;
  expect: Verdict;
  /** Ids of the must requirements that decide against a PASS. */
  because: string[];
  about: string;
  plan: StudyPlan;
  mapping?: ExamMappingEntry[];
}

const STYLES: readonly (readonly [Maker, Style['language'], Style['exam'], Style['agent']])[] = [
  ['siemens', 'zh', 'description', 'post'],
  ['ge', 'en', 'requested', 'post'],
  ['philips', 'en', 'codeMeaning', 'post'],
  ['uih', 'zh', 'performed', 'all'],
];

function style([maker, language, exam, agent]: (typeof STYLES)[number]): Style {
  return {
    maker,
    language,
    exam,
    agent,
    naming: 'site',
    bolusTime: false,
    enhanced: false,
    bodyPartFilled: true,
  };
}

/** Every kind of evidence left out in turn, one example for each set of requirements that then fails. */
function failing(passing: StudyPlan): StyledExample[] {
  const found = new Map<string, StudyPlan>();
  for (let seed = 0; seed < 8; seed += 1) {
    for (const name of ['a needed series dropped', 'raw images only']) {
      const changed = MUTATIONS.find((one) => one.name === name)?.apply(
        passing,
        randomFrom(`${name} ${seed}`),
      );
      if (changed === null || changed === undefined || changed.hard !== null) continue;
      found.set(truthOf(changed).missing.join(), changed);
    }
  }
  return [...found].map(([missing, changed]) =>
    example(changed, 'FAIL', missing.split(','), `without what proves ${missing}`),
  );
}

/** What headers cannot tell: by category the change, and the requirements that a person then decides. */
const DOUBTS: readonly {
  items: RegExp;
  because: string[];
  about: string;
  change: (step: Step) => Step;
}[] = [
  {
    items: /^DR-0[1-6]/,
    because: ['MOD', 'IMG'],
    about: 'a storage plate, which the policy leaves to a person',
    change: (step) => (step.kind === 'xr' ? { ...step, modality: 'CR', detector: '' } : step),
  },
  {
    items: /^DR-07/,
    because: ['CC', 'MLO'],
    about: 'neither views nor names',
    change: (step) => (step.kind === 'xr' ? { ...step, view: 'OTHER', named: '' } : step),
  },
  { items: /^CT-(01|16|17|18|20|21)/, because: ['PRE'], about: 'three slices arrived', change: threeSlices },
  { items: /^CT-02/, because: ['PRE', 'AX'], about: 'three slices arrived', change: threeSlices },
  { items: /^CT-05/, because: ['PRE', 'THIN'], about: 'three slices arrived', change: threeSlices },
  {
    items: /^CT-(03|04|06|08|09)/,
    because: ['PRE', 'POST'],
    about: 'three slices arrived',
    change: threeSlices,
  },
  { items: /^CT-07/, because: ['PRE', 'PH3'], about: 'three slices arrived', change: threeSlices },
  { items: /^CT-1[0-4]|^CT-19/, because: ['CTA'], about: 'three slices arrived', change: threeSlices },
  { items: /^MR-(13|24)/, because: ['T2'], about: 'T2 by name, T1 by timing', change: mistimed },
  { items: /^MR-12/, because: ['T2', 'FST2'], about: 'T2 by name, T1 by timing', change: mistimed },
  {
    items: /^MR-(16|20)/,
    because: ['MRA'],
    about: 'time of flight by name, T2 by timing',
    change: mistimedVessels,
  },
  {
    items: /^MR-(17|19|21)/,
    because: ['CE'],
    about: 'enhanced angiography by name, T2 by timing',
    change: mistimedVessels,
  },
  {
    items: /^MR-18/,
    because: ['MRV'],
    about: 'phase contrast by name, T2 by timing',
    change: mistimedVessels,
  },
  {
    items: /^MR-23/,
    because: ['HYDRO'],
    about: 'hydrography by name, T1 by timing',
    change: mistimedVessels,
  },
  {
    items: /^MR-(0[1-7]|22)/,
    because: ['T2'],
    about: 'T2 by name, T1 by timing',
    change: mistimed,
  },
  { items: /^MR-(08|09|10|11)/, because: ['T2ORFS'], about: 'T2 by name, T1 by timing', change: mistimed },
  { items: /^MR-(14|15)/, because: ['FST2'], about: 'T2 by name, T1 by timing', change: mistimed },
];

function threeSlices(step: Step): Step {
  if (step.kind !== 'ct' || step.product !== 'axial') return step;
  return { ...step, range: [step.range[0], step.range[0] + 3 * step.thickness] };
}

function mistimed(step: Step): Step {
  const t2 = step.kind === 'mr' && ['T2', 'HASTE', 'STIR'].includes(step.technique);
  return t2 ? { ...step, timing: 'T1SE' } : step;
}

function mistimedVessels(step: Step): Step {
  if (step.kind !== 'mr') return step;
  if (step.technique === 'HYDRO') return { ...step, timing: 'T1VIBE' };
  return ['TOF', 'PC', 'CEMRA'].includes(step.technique) ? { ...step, timing: 'T2' } : step;
}

function undecided(passing: StudyPlan): StyledExample[] {
  return DOUBTS.filter(({ items }) => items.test(passing.item ?? '')).map(({ because, about, change }) =>
    example({ ...passing, steps: passing.steps.map(change) }, 'REVIEW', because, about),
  );
}

function example(study: StudyPlan, expect: Verdict, because: string[], about: string): StyledExample {
  const { maker, language } = study.style;
  return {
    itemCode: study.item ?? '',
    expect,
    because,
    about: `${about} (${maker}, ${language})`,
    plan: study,
  };
}

/** The protocol under the first of its names, which is the catalogue's own or nearest to it. */
function plainlyNamed(protocol: Protocol): Protocol {
  const { zh, en, mixed, bodyPart, vendor } = protocol.exam;
  return {
    ...protocol,
    exam: {
      zh: zh.slice(0, 1),
      en: en.slice(0, 1),
      mixed: mixed.slice(0, 1),
      bodyPart,
      ...(vendor === undefined ? {} : { vendor }),
    },
  };
}

function ofProtocol(protocol: Protocol, index: number): StyledExample[] {
  return STYLES.flatMap((chosen) => {
    const passing = plan(plainlyNamed(protocol), style(chosen), `styled ${index} ${chosen[0]}`, 'dev');
    return [example(passing, 'PASS', [], 'complete'), ...failing(passing), ...undecided(passing)];
  });
}

/** Whole studies of every item: complete, lacking each thing in turn, and undecided, as four makers write them. */
export const HECHI_2024_STYLES: readonly StyledExample[] = PROTOCOLS.filter(
  (protocol, index) => PROTOCOLS.findIndex(({ item }) => item === protocol.item) === index,
).flatMap(ofProtocol);
