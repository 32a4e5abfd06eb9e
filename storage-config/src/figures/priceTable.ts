import type { Bilingual } from '@hutong/conformance';
import { levelOf, levelText } from '@hutong/recognition';
import { dayFromText } from '../registry/sheets/dates.ts';
import type { SheetLine } from '../registry/sheets/unreadableSheet.ts';
import type { NewPrice } from './prices.ts';

export interface PriceTable {
  prices: NewPrice[];
  errors: { line: number; text: Bilingual }[];
}

type Field = 'itemCode' | 'amount' | 'validFrom' | 'region' | 'level' | 'source';

/** Names that columns go by, without spaces and what stands in brackets. */
const COLUMNS: Readonly<Record<Field, readonly string[]>> = {
  itemCode: ['项目编码', '编码', '项目代码', 'item', 'itemcode'],
  amount: ['支付标准', '医保支付标准', '金额', '价格', 'amount', 'yuan'],
  validFrom: ['执行日期', '生效日期', '起始日期', 'validfrom', 'from'],
  region: ['地区', '行政区划', '行政区划代码', 'region'],
  level: ['医院等级', '等级', 'level'],
  source: ['依据', '文件', '来源', 'source'],
};
const NEEDED: readonly Field[] = ['itemCode', 'amount', 'validFrom'];

const MOST_ERRORS = 100;
/** The most an entry may be, in fen: a million yuan. */
export const MOST_FEN = 100_000_000;

/**
 * Reads a table of insurance payments: one line an entry, columns by their names in the first line.
 *
 * @param hasItem whether any list has an item
 */
export function readPriceTable(lines: readonly SheetLine[], hasItem: (code: string) => boolean): PriceTable {
  const [head, ...rows] = lines;
  const at = columnsOf(head?.cells ?? []);
  const missing = NEEDED.filter((field) => at[field] === undefined);
  if (missing.length > 0) {
    const names = missing.map((field) => COLUMNS[field][0] ?? field).join('、');
    return {
      prices: [],
      errors: [
        {
          line: head?.line ?? 1,
          text: { zh: `首行缺少列：${names}`, en: `The first line lacks columns: ${names}` },
        },
      ],
    };
  }
  const prices: NewPrice[] = [];
  const errors: PriceTable['errors'] = [];
  const seen = new Map<string, number>();
  for (const { line, cells, formulas } of rows) {
    const text = (field: Field): string => cells[at[field] ?? -1] ?? '';
    const fault =
      formulas.length > 0
        ? { zh: '单元格含公式，请改为数值', en: 'A cell holds a formula; give the value' }
        : faultOf(text, hasItem);
    const price = fault === null ? priceFrom(text) : null;
    const place =
      price === null ? '' : [price.itemCode, price.region, price.level, price.validFrom].join('\n');
    const before = price === null ? undefined : seen.get(place);
    if (price !== null && before === undefined) {
      seen.set(place, line);
      prices.push(price);
    } else if (errors.length < MOST_ERRORS)
      errors.push({
        line,
        text: fault ?? { zh: `与第 ${before} 行重复`, en: `Says the same as line ${before}` },
      });
  }
  return { prices, errors };
}

function columnsOf(head: readonly string[]): Partial<Record<Field, number>> {
  const plain = head.map((name) => name.replaceAll(/[（(].*?[）)]|\s/gu, '').toLowerCase());
  return Object.fromEntries(
    (Object.keys(COLUMNS) as Field[]).flatMap((field) => {
      const at = plain.findIndex((name) => COLUMNS[field].includes(name));
      return at < 0 ? [] : [[field, at]];
    }),
  );
}

function faultOf(text: (field: Field) => string, hasItem: (code: string) => boolean): Bilingual | null {
  if (!hasItem(text('itemCode')))
    return { zh: '项目编码不在互认清单中', en: 'The item is on no recognition list' };
  const fen = fenOf(text('amount'));
  if (fen === null || fen > MOST_FEN)
    return {
      zh: '支付标准应为元，最多两位小数',
      en: 'The amount is in yuan, with two digits after the point at most',
    };
  if (dayFromText(text('validFrom')) === null) return { zh: '执行日期不正确', en: 'The day is not one' };
  if (!isPriceRegion(text('region')))
    return { zh: '地区应为六位行政区划代码或留空', en: 'The region is six digits (GB/T 2260), or empty' };
  if (!isPriceLevel(text('level')))
    return {
      zh: '医院等级应如“三级”“三级甲等”或留空',
      en: 'The level is such as 三级 or 三级甲等, or empty',
    };
  if (text('source').length > 512) return { zh: '依据过长', en: 'The source is too long' };
  return null;
}

const priceFrom = (text: (field: Field) => string): NewPrice => ({
  itemCode: text('itemCode'),
  amountFen: fenOf(text('amount')) ?? 0,
  validFrom: dayFromText(text('validFrom')) ?? '',
  region: text('region'),
  level: levelText(text('level')),
  source: text('source'),
});

/** Yuan as people write them, in fen: 1,234.5 or ¥180; null for anything else. */
export function fenOf(text: string): number | null {
  const plain = text.replaceAll(/[,，¥￥元\s]/gu, '');
  const [, whole, digits = ''] = /^(\d{1,9})(?:\.(\d{1,2})0*)?$/.exec(plain) ?? [];
  return whole === undefined ? null : Number(whole) * 100 + Number(digits.padEnd(2, '0'));
}

export const isPriceRegion = (text: string): boolean => text === '' || /^[1-9]\d{5}$/.test(text);
export const isPriceLevel = (text: string): boolean => text === '' || levelOf(text) !== null;
