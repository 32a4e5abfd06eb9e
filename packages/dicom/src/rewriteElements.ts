import { Buffer } from 'node:buffer';
import { tagNumber, tagText, type Vr } from './attributes.ts';
import { characterSet, type CharacterSet } from './characterSets.ts';
import { DicomError } from './dicomError.ts';
import { UNDEFINED_LENGTH } from './elementHeader.ts';
import { elementHeader, ElementSink, sequenceDelimiter } from './elementSink.ts';
import { writeAttribute } from './encodeDataset.ts';
import { isNoContent, type RawElement, type RawEncoding } from './rawElements.ts';
import { numberWriters } from './numberWriters.ts';
import { UTF8_TERM } from './textEncoder.ts';
import { declaredTerms, encodeByPlan, recodeText, type TextPlan } from './textPlan.ts';
import type { DicomJsonAttribute } from './types.ts';
import { isText } from './valueBytes.ts';

const CHARACTER_SET = 0x00080005;

/** How the elements of one stretch of the top level are rewritten. */
export interface ElementsRewrite {
  encoding: RawEncoding;
  text: TextPlan;
  changes: Readonly<Record<string, DicomJsonAttribute | null>>;
  /** Whether SpecificCharacterSet belongs to this stretch. */
  declaresText: boolean;
}

/** The elements in Explicit VR Little Endian by tag, with the changes among them. */
export function rewriteElements(
  bytes: Buffer,
  elements: readonly RawElement[],
  { encoding, text, changes, declaresText }: ElementsRewrite,
): Buffer {
  const sink = new ElementSink();
  const copies = encoding.explicit && !encoding.bigEndian && !text.toUtf8;
  const additions = new Map<number, DicomJsonAttribute | null>();
  for (const [tag, attribute] of Object.entries(changes)) additions.set(tagNumber(tag), attribute);
  if (text.toUtf8 && declaresText) additions.set(CHARACTER_SET, { vr: 'CS', Value: [UTF8_TERM] });
  const stays = ordered(elements).filter(({ tag }) => !additions.has(tag));
  const added = [...additions].filter(([, attribute]) => attribute !== null).sort(([a], [b]) => a - b);
  const context = { encodeText: encodeByPlan(text), bulkLength: undefined, frames: 1 };
  const addUpTo = (limit: number): void => {
    while ((added[0]?.[0] ?? Infinity) < limit) {
      const [tag, attribute] = added.shift() ?? [];
      const path = tagText(tag ?? 0);
      if (attribute != null) writeAttribute(sink, path, attribute, path, context);
    }
  };
  const declared = characterSet(text.terms);
  for (const element of stays) {
    addUpTo(element.tag);
    if (copies && element.regular) sink.raw(bytes.subarray(element.start, element.end));
    else writeElement(sink, bytes, element, declared, text);
  }
  addUpTo(Infinity);
  return sink.bytes();
}

/** By tag, the first of those with one tag, without what is not part of a dataset. */
function ordered(elements: readonly RawElement[]): RawElement[] {
  const kept = elements.filter(({ tag }) => !isNoContent(tag));
  const isAscending = kept.every(({ tag }, index) => index === 0 || tag > (kept[index - 1]?.tag ?? 0));
  if (isAscending) return kept;
  const byTag = new Map<number, RawElement>();
  for (const element of kept) if (!byTag.has(element.tag)) byTag.set(element.tag, element);
  return [...byTag.values()].sort((a, b) => a.tag - b.tag);
}

function writeElement(
  sink: ElementSink,
  bytes: Buffer,
  element: RawElement,
  declared: CharacterSet,
  text: TextPlan,
): void {
  const { tag, vr, items, delimited, bigEndian } = element;
  if (items !== null) {
    sink.sequence(tag, delimited, () => {
      for (const item of items) {
        const terms = declaredTerms(bytes, item.elements);
        const itemDeclared = terms === null ? declared : characterSet(terms);
        sink.item(item.delimited, () => {
          for (const inner of ordered(item.elements)) {
            // Text of the whole is in one repertoire then.
            if (text.toUtf8 && inner.tag === CHARACTER_SET) continue;
            writeElement(sink, bytes, inner, itemDeclared, text);
          }
        });
      }
    });
    return;
  }
  const value = bytes.subarray(element.valueStart, element.valueEnd);
  if (delimited) {
    if (bigEndian)
      throw new DicomError('MALFORMED', 'A big endian dataset holds fragments.', element.start, tagText(tag));
    sink.raw(elementHeader(tag, vr, UNDEFINED_LENGTH));
    sink.raw(value);
    sink.raw(sequenceDelimiter);
  } else if (text.toUtf8 && isText(vr)) {
    sink.element(tag, vr, recodeText(value, declared, text));
  } else {
    // A byte too many is no number; padded it would become one.
    const isCut = numberWriters[vr] !== undefined && value.length % 2 === 1;
    const whole = isCut ? value.subarray(0, -1) : value;
    sink.element(tag, vr, bigEndian ? swapped(vr, whole) : whole);
  }
}

/** Bytes of the units that big endian turns round (PS3.5 §7.3). */
const units: Partial<Record<Vr, 2 | 4 | 8>> = {
  AT: 2,
  FD: 8,
  FL: 4,
  OD: 8,
  OF: 4,
  OL: 4,
  OV: 8,
  OW: 2,
  SL: 4,
  SS: 2,
  SV: 8,
  UL: 4,
  US: 2,
  UV: 8,
};

function swapped(vr: Vr, value: Buffer): Buffer {
  const unit = units[vr];
  if (unit === undefined) return value;
  const copy = Buffer.from(value);
  const whole = copy.subarray(0, copy.length - (copy.length % unit));
  if (unit === 2) whole.swap16();
  else if (unit === 4) whole.swap32();
  else whole.swap64();
  return copy;
}
