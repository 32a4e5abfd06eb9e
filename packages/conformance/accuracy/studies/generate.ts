import { MAKERS } from './makers.ts';
import type { ExamNames, ExamStyle, Language, Maker, Protocol, Style, StudyPlan } from './plan.ts';
import { CT_ANGIO } from './protocols/ctAngio.ts';
import { CT_ENHANCED } from './protocols/ctEnhanced.ts';
import { CT_PLAIN } from './protocols/ctPlain.ts';
import { DR } from './protocols/dr.ts';
import { MR_BODY } from './protocols/mrBody.ts';
import { MR_HEAD } from './protocols/mrHead.ts';
import { MR_JOINTS } from './protocols/mrJoints.ts';
import { MR_NECK_SPINE } from './protocols/mrNeckSpine.ts';
import { NOT_LISTED } from './protocols/notListed.ts';
import { randomFrom, type Random } from './random.ts';
import { isPost } from './render.ts';

export const PROTOCOLS: readonly Protocol[] = [
  ...DR,
  ...CT_PLAIN,
  ...CT_ENHANCED,
  ...CT_ANGIO,
  ...MR_HEAD,
  ...MR_NECK_SPINE,
  ...MR_BODY,
  ...MR_JOINTS,
];

export type Split = 'dev' | 'held-out';

/** Combinations that are never in the development split. */
const HELD_OUT: ReadonlySet<string> = new Set([
  'canon zh',
  'philips zh',
  'hitachi mixed',
  'uih en',
  'neusoft mixed',
  'xa zh',
  'ge mixed',
  'siemens en',
]);
const LANGUAGES: readonly Language[] = ['zh', 'en', 'mixed'];

/** Whether the maker and the language belong to a split. */
export function inSplit(split: Split, maker: Maker, language: Language): boolean {
  return HELD_OUT.has(`${maker} ${language}`) === (split === 'held-out');
}

/** Every protocol, exams of no item included, so often as `rounds` says; the same for the same split. */
export function studies(split: Split, rounds: number): StudyPlan[] {
  return [...PROTOCOLS, ...NOT_LISTED].flatMap((protocol, index) =>
    Array.from({ length: rounds }, (_, round) => study(protocol, split, `${split} ${index}.${round}`)),
  );
}

/** One study of a protocol in a style that the seed chooses. */
export function study(protocol: Protocol, split: Split, seed: string): StudyPlan {
  const random = randomFrom(seed);
  const pairs = MAKERS.flatMap((maker) =>
    LANGUAGES.filter((language) => inSplit(split, maker, language)).map((language) => ({ maker, language })),
  );
  const { maker, language } = random.pick(pairs);
  return plan(protocol, chooseStyle(protocol, maker, language, random), seed, split);
}

/** One study of a protocol in a given style. */
export function plan(protocol: Protocol, style: Style, seed: string, split: Split): StudyPlan {
  const random = randomFrom(`${seed} protocol`);
  const exam = namesOf(protocol.exam, split);
  const silent =
    style.exam === 'bodyPart' ||
    style.exam === 'codeOnly' ||
    (exam.unsaid !== undefined && random.chance(0.12));
  const steps = protocol.steps({ random, maker: style.maker });
  const draft: StudyPlan = {
    seed,
    item: protocol.item,
    notListed: protocol.notListed ?? null,
    ordered: silent ? null : protocol.ordered,
    exam,
    style,
    steps,
    injected: steps.some(isPost),
    hard: null,
  };
  return { ...draft, hard: whyHard(draft) };
}

/** The development split does not see the last name of each list, the held-out split sees all. */
function namesOf(exam: ExamNames, split: Split): ExamNames {
  const known = (names: readonly string[]): readonly string[] =>
    split === 'held-out' || names.length < 3 ? names : names.slice(0, -1);
  return { ...exam, zh: known(exam.zh), en: known(exam.en), mixed: known(exam.mixed) };
}

function chooseStyle(protocol: Protocol, maker: Maker, language: Language, random: Random): Style {
  return {
    maker,
    language,
    exam: weighted<ExamStyle>(random, [
      ['description', 46],
      ['requested', 18],
      ['performed', 8],
      ['codeMeaning', 10],
      ['mappedCode', 6],
      ['protocol', protocol.item?.startsWith('MR') === true || protocol.item === null ? 0 : 5],
      ['codeOnly', 3],
      ['bodyPart', 3],
    ]),
    naming: weighted<Style['naming']>(random, [
      ['site', 72],
      ['vendor', 24],
      ['none', 4],
    ]),
    agent: weighted<Style['agent']>(random, [
      ['post', maker === 'philips' || maker === 'neusoft' ? 30 : 50],
      ['all', 20],
      ['never', 30],
    ]),
    bolusTime: random.chance(0.25),
    enhanced: maker === 'xa' || (maker === 'philips' && random.chance(0.25)),
    bodyPartFilled: random.chance(0.6),
  };
}

function weighted<T>(random: Random, choices: readonly (readonly [T, number])[]): T {
  const total = choices.reduce((sum, [, weight]) => sum + weight, 0);
  let at = random.next() * total;
  for (const [value, weight] of choices) {
    at -= weight;
    if (at < 0) return value;
  }
  throw new RangeError('no choice has a weight');
}

/**
 * Where headers alone may not suffice. Such a study may go to a person; it must still not be judged wrongly.
 * The rules follow from what the list's own evidence methods can read, not from any engine.
 */
export function whyHard({ style, ordered, item, injected }: StudyPlan): string | null {
  if (style.exam === 'codeOnly') return 'exam named by an unmapped code alone';
  if (style.exam === 'bodyPart') return 'exam named by BodyPartExamined alone';
  if (style.naming === 'none') return 'series without names';
  if (injected && ordered === null && style.agent !== 'post')
    return 'contrast neither ordered nor on its series';
  if (injected && style.naming === 'vendor' && style.agent !== 'post' && !style.bolusTime)
    return 'contrast neither named, nor on its series, nor timed';
  if (item === 'MR-18' && style.naming === 'vendor') return 'artery or vein not named';
  return null;
}
