import { type Bilingual, type Catalogue, suggestItems } from '@hutong/conformance';
import type { LearnedMapping } from '@hutong/storage-config';
import { foldName, NameIndex } from './likeness.ts';

export interface Suggestion {
  itemCodes: string[];
  because: Bilingual;
  /** 0 to 1. */
  score: number;
}

export interface ExamToSuggest {
  hospital: string;
  code: string;
  scheme: string;
  name: string;
  modality: string;
}

const MOST = 5;
/** Letter pairs that a name must share with a mapped one to be called like it. */
const LEAST_LIKENESS = 0.6;

/** What people decided goes before what words seem to say. */
const TRUST_IN_WORDS = 0.9;

interface Learned {
  hospital: string;
  name: string;
  itemCodes: readonly string[];
}

/** What people mapped so far, in the way that suggestions ask for it. */
export interface Lessons {
  byCode: ReadonlyMap<string, Learned[]>;
  byName: ReadonlyMap<string, Learned[]>;
  names: NameIndex<Learned>;
}

/** A code means the same in several hospitals only where its scheme is not a hospital's own (99…, L: PS3.16 8.2). */
function isShared(scheme: string): boolean {
  return scheme !== '' && !scheme.startsWith('99') && scheme !== 'L';
}

export function learn(mappings: readonly LearnedMapping[]): Lessons {
  const byCode = new Map<string, Learned[]>();
  const byName = new Map<string, Learned[]>();
  const names = new NameIndex<Learned>();
  const add = (map: Map<string, Learned[]>, key: string, one: Learned): void => {
    map.set(key, [...(map.get(key) ?? []), one]);
  };
  for (const { hospital, code, scheme, names: known, itemCodes } of mappings) {
    if (code !== '' && isShared(scheme))
      add(byCode, `${scheme} ${code}`, { hospital, name: known[0] ?? '', itemCodes });
    for (const name of known) {
      const folded = foldName(name);
      if (folded === '') continue;
      add(byName, folded, { hospital, name, itemCodes });
      names.add(folded, { hospital, name, itemCodes });
    }
  }
  return { byCode, byName, names };
}

/**
 * Likely items of an exam, the likeliest first: as people mapped the same code or name, or one that is like it, and as the
 * words of the name say by themselves.
 *
 * @param isShown whether a hospital's names may be quoted to the caller; of others it is told how many agree
 */
export function suggest(
  exam: ExamToSuggest,
  lessons: Lessons,
  catalogue: Catalogue,
  isShown: (hospital: string) => boolean,
): Suggestion[] {
  const known = new Set(catalogue.items.map(({ code }) => code));
  const found = new Map<string, Suggestion>();
  const add = (suggestion: Suggestion): void => {
    if (suggestion.itemCodes.some((code) => !known.has(code))) return;
    const key = suggestion.itemCodes.toSorted().join(' ');
    const other = found.get(key);
    const [best, worse] =
      other === undefined || other.score < suggestion.score ? [suggestion, other] : [other, suggestion];
    // Two ways to the same items are worth a little more than one.
    found.set(key, worse === undefined ? best : { ...best, score: Math.min(0.99, best.score + 0.02) });
  };
  const folded = foldName(exam.name);
  for (const suggestion of agreed(
    exam,
    isShared(exam.scheme) ? (lessons.byCode.get(`${exam.scheme} ${exam.code}`) ?? []) : [],
    { zh: `代码“${exam.code}”（${exam.scheme}）`, en: `the code "${exam.code}" (${exam.scheme})` },
    0.9,
  ))
    add(suggestion);
  for (const suggestion of agreed(
    exam,
    folded === '' ? [] : (lessons.byName.get(folded) ?? []),
    { zh: '同名检查', en: 'an exam of the same name' },
    0.88,
  ))
    add(suggestion);
  for (const { value, likeness } of folded === '' ? [] : lessons.names.like(folded, LEAST_LIKENESS)) {
    if (likeness < 1) add(likeTo(exam, value, likeness, isShown(value.hospital)));
  }
  for (const suggestion of suggestItems(exam.name, exam.modality, catalogue))
    add({ ...suggestion, score: suggestion.score * TRUST_IN_WORDS });
  return [...found.values()]
    .toSorted((a, b) => b.score - a.score)
    .slice(0, MOST)
    .map((one) => ({ ...one, score: Math.round(one.score * 100) / 100 }));
}

/** One suggestion for each way in which others mapped the very same exam; more hospitals count more. */
function agreed(
  exam: ExamToSuggest,
  others: readonly Learned[],
  what: Bilingual,
  least: number,
): Suggestion[] {
  const groups = Map.groupBy(others, ({ itemCodes }) => itemCodes.toSorted().join(' '));
  return [...groups.values()].map((members) => {
    const own = members.some(({ hospital }) => hospital === exam.hospital);
    const elsewhere = new Set(
      members.map(({ hospital }) => hospital).filter((hospital) => hospital !== exam.hospital),
    ).size;
    const share = members.length / others.length;
    return {
      itemCodes: [...(members[0]?.itemCodes ?? [])],
      because: own
        ? { zh: `本院已将${what.zh}如此对应`, en: `this hospital mapped ${what.en} so` }
        : {
            zh: `${elsewhere} 家其他医院将${what.zh}如此对应`,
            en: `${elsewhere} other hospitals mapped ${what.en} so`,
          },
      score: Math.min(0.97, (own ? least + 0.08 : least) + 0.01 * elsewhere) * (0.5 + share / 2),
    };
  });
}

function likeTo(exam: ExamToSuggest, other: Learned, likeness: number, isShown: boolean): Suggestion {
  const own = other.hospital === exam.hospital;
  const [zh, en] =
    own || isShown
      ? [`“${other.name}”`, `"${other.name}"`]
      : ['其他医院的检查', 'an exam of another hospital'];
  return {
    itemCodes: [...other.itemCodes],
    because: {
      zh: `与已对应的${zh}名称相近`,
      en: `its name is like that of ${en}, which is mapped so`,
    },
    score: likeness * (own ? 0.85 : 0.8),
  };
}
