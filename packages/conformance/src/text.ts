import { LEXICON, type Term } from './lexicon.ts';

/** Traditional characters that occur in exam names, to their simplified forms. */
const SIMPLIFIED: Readonly<Record<string, string>> = Object.fromEntries(
  '顱颅 腦脑 頭头 頸颈 強强 掃扫 彌弥 擴扩 權权 動动 脈脉 門门 靜静 遲迟 關关 節节 壓压 雙双 側侧 軸轴 狀状 橫横 層层 體体 圖图 腎肾 臟脏 盤盘 內内 聽听 竇窦 膽胆 腸肠 狹狭 顯显 後后 飛飞 躍跃 質质 訊讯 號号 無无 減减 腫肿 髖髋 橈桡 鎖锁'
    .split(' ')
    .map((pair) => [pair.slice(0, 1), pair.slice(1)]),
);

/**
 * Brings a header text into the form the lexicon is matched against: NFKC, simplified characters, camel case
 * opened (but for a vendor's single letter, eTHRIVE), lower case, separators to single spaces, `C+`/`C-` spelled out.
 */
export function normalise(text: string): string {
  return (
    text
      .slice(0, 512)
      .normalize('NFKC')
      .replaceAll(/[\u3400-\u9fff]/g, (character) => SIMPLIFIED[character] ?? character)
      .replaceAll(/(?<=[A-Za-z][a-z])(?=[A-Z])/g, ' ')
      .toLowerCase()
      // Philips marks work in progress before a name and adds its coil correction behind it, at times without a space
      .replace(/^wip(?=[ _a-z0-9])/, '')
      .replace(/(?<=[a-z0-9])(?:sense|clear)$/, ' ')
      .replaceAll(/(?<![a-z])c ?\+|\+ ?c(?![a-z])/g, ' cplus ')
      .replaceAll(/(?<![a-z0-9])c ?-(?![a-z0-9])/g, ' cminus ')
      .replaceAll(/[\s_\-/\\.,;:^|<>[\]{}"'“”‘’]+/g, ' ')
      .trim()
  );
}

/** The mask of an enhanced angiography is made before the injection, whatever else its name says. */
function isMask(normal: string, contrast: readonly string[]): boolean {
  if (/(?<![a-z])mask(?![a-z])|蒙片/.test(normal)) return true;
  return contrast.includes('pre') && !contrast.includes('prepost') && /(?<![a-z])ce ?mr[av]/.test(normal);
}

interface Compiled {
  id: string;
  pattern: RegExp;
}

function escape(term: string): string {
  return term.replaceAll(/[.*+?^${}()|[\]\\&]/g, '\\$&');
}

function latinPattern(term: string): string {
  const body = escape(term).replaceAll(' ', ' ?');
  if (term.length === 1) return `(?<![a-z0-9])${body}(?![a-z0-9])`;
  const before = /^\d/.test(term) ? '(?<![a-z0-9])' : '(?<![a-z])';
  const after = /\d$/.test(term) ? '(?![a-z0-9])' : /[a-z]$/.test(term) ? '(?![a-z])' : '';
  return `${before}${body}${after}`;
}

function startPattern(term: string): string {
  return `(?<![a-z0-9])(?:o?ax|tra|o?sag|o?cor|fs|[sewd])?${escape(term)}[a-z]*(?![0-9])`;
}

function compile(terms: readonly Term[]): Compiled[] {
  return terms.map(({ id, zh = [], latin = [], start = [] }) => ({
    id,
    pattern: new RegExp(
      [
        ...[...zh].sort((a, b) => b.length - a.length).map((term) => escape(term.toLowerCase())),
        ...[...latin].sort((a, b) => b.length - a.length).map(latinPattern),
        ...start.map(startPattern),
      ].join('|'),
      'g',
    ),
  }));
}

/** Ids of the terms found, longest match first, each span of the text used once. */
function find(compiled: readonly Compiled[], text: string): string[] {
  const hits: { id: string; start: number; end: number }[] = [];
  for (const { id, pattern } of compiled) {
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
      if (match[0] === '') break;
      hits.push({ id, start: match.index, end: match.index + match[0].length });
    }
  }
  if (hits.length > 1) hits.sort((a, b) => b.end - b.start - (a.end - a.start));
  const used: { start: number; end: number }[] = [];
  const ids: string[] = [];
  for (const hit of hits) {
    if (used.some((span) => hit.start < span.end && span.start < hit.end)) continue;
    used.push(hit);
    if (!ids.includes(hit.id)) ids.push(hit.id);
  }
  return ids;
}

const compiled = {
  regions: compile(LEXICON.regions),
  contrast: compile(LEXICON.contrast),
  dynamic: compile(LEXICON.dynamic),
  angio: compile(LEXICON.angio),
  special: compile(LEXICON.mrTechniques),
  base: compile(LEXICON.mrWeightings),
  implied: compile(LEXICON.mrImplied),
  fatSat: compile(LEXICON.fatSaturation),
  planes: compile([...LEXICON.planeTraps, ...LEXICON.planes]),
  phases: compile(LEXICON.phases),
  reconstruction: compile(LEXICON.reconstructions),
  ignored: compile(LEXICON.ignored),
  views: compile(LEXICON.views),
  spot: compile(LEXICON.spot),
  positions: compile(LEXICON.positions),
  laterality: compile([...LEXICON.lateralityTraps, ...LEXICON.laterality]),
  gating: compile(LEXICON.gating),
};

type Facet = keyof typeof compiled;

/**
 * A contrast mark at the end of a name, `+` or a lone `C`, or minutes after the injection. The letter alone also means the cervical spine, and is
 * taken only after sequences that are not made of the spine.
 */
function marksContrast(normal: string): boolean {
  if (/\bt1.*[^ ] ?\+$/.test(normal)) return true;
  if (/(?<![\da-z.])\d{1,2} ?min(?![a-z])/.test(normal) && /t1|vibe|lava|thrive|quick|fspgr/.test(normal))
    return true;
  return (
    / c$/.test(normal) &&
    /mprage|space|vibe|bravo|cube|thrive|lava|spir|spair|dixon|tfe|fspgr|quick/.test(normal)
  );
}

/** What the words of one header text say, by facet. Facets are read when asked for and remembered. */
export class TextFacts {
  readonly text: string;
  readonly normal: string;
  readonly #found = new Map<Facet, string[]>();

  constructor(text: string) {
    this.text = text;
    this.normal = normalise(text);
  }

  read(facet: Facet): string[] {
    let ids = this.#found.get(facet);
    if (ids === undefined) {
      ids = this.normal === '' ? [] : find(compiled[facet], this.normal).filter((id) => id !== 'none');
      if (facet === 'contrast' && ids.length === 0 && marksContrast(this.normal)) ids = ['post'];
      if (facet === 'contrast' && isMask(this.normal, ids)) ids = ['pre'];
      this.#found.set(facet, ids);
    }
    return ids;
  }

  /** b-values written in the text (`b1000`, `b=800`, `b50_800`), s/mm². */
  bValues(): number[] {
    const values: number[] = [];
    for (const match of this.normal.matchAll(
      /(?<![a-z])[a-z]?b ?=? ?(\d{2,4})(?: (\d{3,4})(?![\d.]*mm))?(?: (\d{3,4})(?![\d.]*mm))?/g,
    )) {
      for (const digits of match.slice(1)) {
        const value = Number(digits);
        if (value >= 50 && value <= 5000) values.push(value);
      }
    }
    return values;
  }

  /** True where a list joins several parts (胸部+上腹部). */
  joinsParts(): boolean {
    return /[+、&]| and |和|及|与/.test(this.normal) || /[,/]/.test(this.text);
  }
}

const MOST_REMEMBERED = 4096;
const remembered = new Map<string, TextFacts>();

/** Reads a text; texts repeat endlessly between studies, so the newest few thousand are remembered. */
export function readText(text: string): TextFacts {
  let facts = remembered.get(text);
  if (facts === undefined) {
    facts = new TextFacts(text);
    if (remembered.size >= MOST_REMEMBERED) remembered.clear();
    remembered.set(text, facts);
  }
  return facts;
}
