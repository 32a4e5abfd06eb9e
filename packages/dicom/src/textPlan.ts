import { isUtf8, type Buffer } from 'node:buffer';
import { characterSet, type CharacterSet } from './characterSets.ts';
import { needsRepertoire } from './encodeDataset.ts';
import { isUtf8Chinese } from './misdeclaredChinese.ts';
import { paddingOff, type RawElement } from './rawElements.ts';
import { encodeUtf8, textEncoder } from './textEncoder.ts';
import type { DicomJson, DicomJsonAttribute } from './types.ts';
import { judgeText, type JudgedText, type UndeclaredEncoding } from './undeclaredText.ts';
import { isPlainAscii } from './values.ts';
import { isText } from './valueBytes.ts';

const CHARACTER_SET = 0x00080005;

/** How the text of a dataset that is rewritten is to be encoded. Plain data. */
export interface TextPlan {
  /** Values of SpecificCharacterSet as declared. */
  terms: string[];
  /** True where all text becomes UTF-8; else it stays as it is, and new text follows the declaration. */
  toUtf8: boolean;
  /** What text of doubtful declaration is really encoded in. */
  assumed: UndeclaredEncoding | null;
}

/**
 * Decides how new text goes into a dataset: in its own repertoire where that has the characters and is true of the
 * text that is there already, else all becomes UTF-8, so that text is never mixed.
 */
export function planText(bytes: Buffer, elements: readonly RawElement[], added: DicomJson): TextPlan {
  const terms = declaredTerms(bytes, elements) ?? [];
  const plan: TextPlan = { terms, toUtf8: false, assumed: null };
  if (!needsRepertoire(added)) return plan;
  const doubtful: JudgedText[] = [];
  const utf8: Uint8Array[] = [];
  forEachText(bytes, elements, characterSet([]), (text, declared) => {
    const { trust } = declared;
    if (trust === 'chinese' && isUtf8Chinese(text, declared)) utf8.push(text);
    if (trust === 'doubtful' || trust === 'utf8') doubtful.push({ bytes: text, trust });
  });
  const { encoding, misdeclared } = judgeText(doubtful);
  const encode = textEncoder(terms);
  const fits =
    !misdeclared &&
    utf8.length === 0 &&
    !characterSet(terms).unknown &&
    allText(added).every((text) => encode(text) !== null);
  return { terms, toUtf8: !fits, assumed: encoding };
}

/** New text by the plan. */
export function encodeByPlan({ terms, toUtf8 }: TextPlan): (text: string) => Buffer {
  const own = toUtf8 ? encodeUtf8 : textEncoder(terms);
  return (text) => own(text) ?? encodeUtf8(text);
}

/** Text that was in the dataset as UTF-8. */
export function recodeText(text: Buffer, declared: CharacterSet, { assumed }: TextPlan): Buffer {
  if (isPlainAscii(text)) return text;
  if (declared.trust === 'chinese' && isUtf8Chinese(text, declared)) return text;
  const asDeclared =
    declared.trust === 'sure' || declared.trust === 'chinese' || (declared.trust === 'utf8' && isUtf8(text));
  return encodeUtf8(
    asDeclared || assumed === null ? declared.decode(text) : new TextDecoder(assumed).decode(text),
  );
}

/** The values of SpecificCharacterSet in a dataset; null where it has none of its own. */
export function declaredTerms(bytes: Buffer, elements: readonly RawElement[]): string[] | null {
  const element = elements.find(({ tag }) => tag === CHARACTER_SET);
  if (element === undefined) return null;
  const value = paddingOff(bytes.toString('latin1', element.valueStart, element.valueEnd));
  return value === '' ? [] : value.split('\\').map((term) => term.trim());
}

function forEachText(
  bytes: Buffer,
  elements: readonly RawElement[],
  inherited: CharacterSet,
  visit: (text: Buffer, declared: CharacterSet) => void,
): void {
  const terms = declaredTerms(bytes, elements);
  const declared = terms === null ? inherited : characterSet(terms);
  for (const { vr, items, valueStart, valueEnd } of elements) {
    for (const item of items ?? []) forEachText(bytes, item.elements, declared, visit);
    if (!isText(vr)) continue;
    const text = bytes.subarray(valueStart, valueEnd);
    if (!isPlainAscii(text)) visit(text, declared);
  }
}

/** Every string of the attributes that SpecificCharacterSet applies to. */
function allText(dataset: DicomJson): string[] {
  return Object.values(dataset).flatMap(({ vr, Value = [] }: DicomJsonAttribute) => {
    if (vr === 'SQ') return Value.flatMap((item) => allText((item ?? {}) as DicomJson));
    if (!isText(vr as RawElement['vr'])) return [];
    return Value.flatMap((value) =>
      typeof value === 'string'
        ? [value]
        : Object.values((value ?? {}) as Record<string, unknown>).map(String),
    );
  });
}
