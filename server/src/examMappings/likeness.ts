/** Words that make exams of one part different exams: a name that has one is never like a name without it. */
const MARKERS = [
  '增强',
  '平扫',
  '血管',
  '灌注',
  '水成像',
  '波谱',
  '三期',
  '双期',
  '正位',
  '侧位',
  '斜位',
  '重建',
  'enhanced',
  'contrast',
  'plain',
  'cta',
  'ctv',
  'ctu',
  'ctp',
  'mra',
  'mrv',
  'mrcp',
  'mru',
  'swi',
  'dwi',
] as const;

/** A name without case, blanks and punctuation: how names are called the same. */
export function foldName(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}+]/gu, '');
}

/** Which of the words that part exams a folded name has. */
export const markersOf = (folded: string): string =>
  MARKERS.filter((marker) => folded.includes(marker)).join(' ');

/** Pairs of letters of a folded name; of one letter itself. */
export function pairsOf(folded: string): Set<string> {
  const letters = Array.from(folded);
  if (letters.length < 2) return new Set(letters);
  return new Set(letters.slice(1).map((letter, i) => `${letters[i] ?? ''}${letter}`));
}

/** Names by their letter pairs, to find those that are like a name without comparing it with each. */
export class NameIndex<T> {
  readonly #entries: { value: T; pairs: number; markers: string }[] = [];
  readonly #byPair = new Map<string, number[]>();

  add(folded: string, value: T): void {
    const pairs = pairsOf(folded);
    const place = this.#entries.push({ value, pairs: pairs.size, markers: markersOf(folded) }) - 1;
    for (const pair of pairs) {
      const places = this.#byPair.get(pair);
      if (places === undefined) this.#byPair.set(pair, [place]);
      else places.push(place);
    }
  }

  /** Entries whose shared pairs are at least this share of all their pairs (Dice), the likest first. */
  like(folded: string, least: number): { value: T; likeness: number }[] {
    const pairs = pairsOf(folded);
    const markers = markersOf(folded);
    const shared = new Map<number, number>();
    for (const pair of pairs)
      for (const place of this.#byPair.get(pair) ?? []) shared.set(place, (shared.get(place) ?? 0) + 1);
    const found: { value: T; likeness: number }[] = [];
    for (const [place, count] of shared) {
      const entry = this.#entries[place];
      if (entry === undefined || entry.markers !== markers) continue;
      const likeness = (2 * count) / (pairs.size + entry.pairs);
      if (likeness >= least) found.push({ value: entry.value, likeness });
    }
    return found.toSorted((a, b) => b.likeness - a.likeness);
  }
}
