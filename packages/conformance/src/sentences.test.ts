import { expect, test } from 'vitest';
import { expand } from '../catalogues/headers.ts';
import { HECHI_2024_EXAMPLES } from '../catalogues/hechi2024.examples.ts';
import { defaultCatalogue } from './catalogue.ts';
import { evaluateStudy } from './evaluate.ts';
import { LEXICON } from './lexicon.ts';
import { called } from './names.ts';
import { summarizeStudy } from './summarize.ts';
import type { Bilingual } from './types.ts';

/** Every sentence that the examples make the engine say, without what it quotes from headers. */
function sentences(): Bilingual[] {
  const all: Bilingual[] = [];
  for (const { study } of HECHI_2024_EXAMPLES) {
    for (const settled of [true, false]) {
      const result = evaluateStudy(summarizeStudy(expand(study)), defaultCatalogue(), { settled });
      if (result.notListed !== undefined) all.push(result.notListed.text);
      for (const item of result.results) {
        all.push(item.summary);
        for (const { label, reason, evidence } of item.requirements)
          all.push(label, reason, ...evidence.map((one) => one.note));
      }
      for (const series of result.series) all.push(...series.because.map((one) => one.text));
    }
  }
  return all;
}

const quoted = /“[^”]*”|"[^"]*"|[:：；;（(] ?#\d+ [^；;,，）)]*|(?<=[；;] ?)#\d+ [^；;]*/g;
const spoken = sentences().map(({ zh, en }) => ({
  zh: zh.replaceAll(quoted, '…'),
  en: en.replaceAll(quoted, '…'),
}));

test('every region of the lexicon has a name in both languages', () => {
  for (const { id } of LEXICON.regions) {
    expect(called(id).zh, id).toMatch(/^[\u4e00-\u9fff]+$/);
    if (id.includes('-')) expect(called(id).en).not.toBe(id);
  }
});

test('a sentence is never empty', () => {
  expect(spoken.filter(({ zh, en }) => zh === '' || en === '')).toEqual([]);
});

test('no id of a region, plane, phase or verdict reaches a reader', () => {
  const ids =
    /\b(?:TRA|COR|SAG|[a-z]+-abdomen|[lct]spine|iac|portal-venous|CEMRA|HYDRO|SCOUT|ERECT|undefined|null)\b/;
  expect(spoken.filter(({ zh, en }) => ids.test(zh) || ids.test(en))).toEqual([]);
});

test('numbers and units stand apart', () => {
  expect(spoken.filter(({ zh, en }) => /\d(?:mm|ms)\b/.test(zh + en))).toEqual([]);
  expect(spoken.filter(({ zh }) => /[\u4e00-\u9fff]\d|[≤≥]/.test(zh))).toEqual([]);
});

test('Chinese sentences use Chinese punctuation, English ones none of it', () => {
  expect(spoken.filter(({ zh }) => /[\u4e00-\u9fff] ?[,;:(]/.test(zh))).toEqual([]);
  expect(spoken.filter(({ en }) => /[\u3000-\u9fff\uff00-\uffef]/.test(en))).toEqual([]);
});
