import type { ClassifiedSeries } from './classify.ts';
import type { TextFacts } from './text.ts';
import type { CtPhase } from './types.ts';

/** Abbreviations of phases, English and pinyin; each means other things too and counts only beside another one. */
const SHORT: readonly (readonly [CtPhase, RegExp])[] = [
  ['arterial', token('a|ap|dm|dmq|art')],
  ['portal-venous', token('v|vp|pvp|pv|mm|mmq|mjm|jm|jmq|ven')],
  ['delayed', token('d|dp|yc|ycq|ys|del')],
];
/** A letter with 期 or "phase" says the phase by itself, and EXC is nothing else. */
const WITH_SUFFIX: readonly (readonly [CtPhase, RegExp])[] = [
  ['arterial', /(?<![a-z])a ?期/],
  ['portal-venous', /(?<![a-z])(?:v|pv) ?期/],
  ['delayed', /(?<![a-z])d ?期/],
  ['excretory', token('exc|excr|urog')],
  ['arterial', /(?<![a-z])a ?phase/],
  ['portal-venous', /(?<![a-z])(?:v|pv) ?phase/],
  ['delayed', /(?<![a-z])d ?phase/],
];
const SECONDS = /(?<![a-z0-9.])(\d{2,3}) ?(?:s|sec|secs|秒)(?![a-z])/;
const MINUTES = /(?<![a-z0-9.])(\d{1,2}) ?(?:min|mins|minutes|分钟|分)(?![a-z])/;

function token(letters: string): RegExp {
  return new RegExp(`(?<![a-z0-9])(?:${letters})(?![a-z0-9])`);
}

/** What the texts of a study say of phases, abbreviations included where the study uses several of them. */
export interface PhaseWords {
  /** Phases a text names; empty where it names none. */
  of: (text: TextFacts) => CtPhase[];
  /** Enhanced phases that only this study's abbreviations name. */
  short: (text: TextFacts) => CtPhase[];
  /** True for a T1-weighted MR series named after a phase beside scans of its kind named after others. */
  oneOfSeveral: (series: ClassifiedSeries) => boolean;
}

/** Learns from all series of a study which abbreviations of phases it uses. */
export function phaseWordsOf(all: readonly ClassifiedSeries[]): PhaseWords {
  const seen = new Set<CtPhase>();
  const delays = new Set<string>();
  for (const { description } of all) {
    for (const phase of shortIn(description)) seen.add(phase);
    for (const phase of written(description)) if (phase !== 'native') seen.add(phase);
    const delay = SECONDS.exec(description.normal)?.[1];
    if (delay !== undefined) delays.add(delay);
  }
  const several = seen.size >= 2;
  const short = (text: TextFacts): CtPhase[] => {
    if (written(text).length > 0) return [];
    const suffixed = WITH_SUFFIX.filter(([, pattern]) => pattern.test(text.normal)).map(([phase]) => phase);
    if (suffixed.length > 0) return suffixed;
    if (several) return shortIn(text);
    return delays.size >= 2 ? bySeconds(text) : [];
  };
  const dynamic = mrPhases(all);
  return {
    short,
    of: (text) => (written(text).length > 0 ? refined(text) : short(text)),
    oneOfSeveral: (series) =>
      (dynamic.get(mrKind(series))?.size ?? 0) >= 2 && enhancedIn(series.description).length > 0,
  };
}

/** Enhanced phases that the names of T1-weighted scans of one kind (plane and thickness) hold. */
function mrPhases(all: readonly ClassifiedSeries[]): Map<string, Set<CtPhase>> {
  const found = new Map<string, Set<CtPhase>>();
  for (const series of all) {
    if (series.facts.weighting !== 'T1' || !series.acquired) continue;
    const key = mrKind(series);
    const phases = found.get(key) ?? new Set();
    for (const phase of enhancedIn(series.description)) phases.add(phase);
    found.set(key, phases);
  }
  return found;
}

function mrKind({ facts }: ClassifiedSeries): string {
  return `${facts.weighting ?? ''}|${facts.plane}|${facts.thicknessMm ?? ''}`;
}

function enhancedIn(text: TextFacts): CtPhase[] {
  return [...written(text).filter((phase) => phase !== 'native'), ...shortIn(text)];
}

function written(text: TextFacts): CtPhase[] {
  return text.read('phases') as CtPhase[];
}

/** "Delay 15min" is late enough for the kidneys to excrete. */
function refined(text: TextFacts): CtPhase[] {
  const phases = written(text);
  if (phases.includes('excretory') && phases.every((phase) => phase === 'excretory' || phase === 'delayed'))
    return ['excretory'];
  const minutes = Number(MINUTES.exec(text.normal)?.[1] ?? 0);
  return phases.length === 1 && phases[0] === 'delayed' && minutes >= 5 ? ['excretory'] : phases;
}

function shortIn(text: TextFacts): CtPhase[] {
  return SHORT.filter(([, pattern]) => pattern.test(text.normal)).map(([phase]) => phase);
}

/** Seconds after the injection as part of a name (25s, 60s, 180s). */
function bySeconds(text: TextFacts): CtPhase[] {
  const delay = Number(SECONDS.exec(text.normal)?.[1] ?? 0);
  if (delay >= 15 && delay <= 45) return ['arterial'];
  if (delay >= 55 && delay <= 110) return ['portal-venous'];
  return delay >= 120 ? ['delayed'] : [];
}
