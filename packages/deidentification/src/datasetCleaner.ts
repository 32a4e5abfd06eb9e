import { attribute, type DicomJson, type DicomJsonAttribute, items } from '@hutong/dicom';
import { type Action, chooseAction } from './chooseAction.ts';
import { DEFINED_TERMS } from './definedTerms.ts';
import { coarseAge, shiftDate, shiftDateTime } from './dates.ts';
import { cleanDescriptor, type WordList } from './descriptors.ts';
import { dummy, DUMMY_CODE, DUMMY_OBSERVER } from './dummies.ts';
import type { ProfileOptions } from './options.ts';
import { type OptionColumn, profileRow, type ProfileRow } from './profileTable.ts';
import { creatorTag, isPrivate, isSafePrivate } from './safePrivate.ts';
import { cleanContentItems, graphicsWithoutText } from './sequences.ts';
import type { TextCleaner } from './textCleaner.ts';

export interface CleaningContext {
  options: ProfileOptions;
  active: readonly OptionColumn[];
  words: WordList;
  clean: TextCleaner;
  /** The UID that stands for another. */
  uid: (original: string) => string;
  shiftDays: number;
}

const CONTENT_SEQUENCE = '0040A730';
const GRAPHIC_ANNOTATIONS = '00700001';
const TIMEZONE_OFFSET = '00080201';
const UID = /^[\d.]{1,64}$/;
/** Sequences that must have an item, and the item that says nothing. */
const DUMMY_ITEMS: Readonly<Record<string, DicomJson | undefined>> = {
  '00080082': DUMMY_CODE,
  '00401101': DUMMY_CODE,
  '0040A073': DUMMY_OBSERVER,
};
/** UIDs of the standard name classes, syntaxes and templates, and nobody. */
const STANDARD_UID = /^1\.2\.840\.10008\./;
/** Binary values that describe images, wherever they stand; others are removed, whatever they hold. */
const BINARY =
  /^(7FE0000[12389]|7FE00010|0028(11[0-9A-F]{2}|12[0-9A-F]{2}|14[0-9A-F]{2}|2000|3006|0121)|54001010|5400100A|5400110.|003A02..|0066001[6-9]|006600(2[0-9]|40|41|42)|00700022|30060050|00186048)$/;
const BINARY_VRS = new Set(['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN']);
/** Days of birth and death in another calendar; who shares a number with whom. */
const SAYS_WHO = new Set(['00100033', '00100034', '00100035', '00100026', '00100027']);
/** Who gave out a number: a hospital or a department. */
const SAYS_WHERE = new Set([
  ...['00080051', '00100024', '00400026', '00400027', '00400031', '00400032', '00400033'],
  ...['00400036', '00400039', '0040003A', '00760003', '00780020', '21000160'],
]);
/** Texts that people write as they like. */
const FREE_VRS = new Set(['LT', 'ST', 'UT']);
/** Numbers that are as long as those of patients. */
const LONG_NUMBER = /^\d{6,}$/;
/** Values that SpecificCharacterSet does not apply to. */
const ASCII_VRS = new Set(['AE', 'CS']);
const ASCII = /^[\x20-\x7e]*$/;
const TEXT_VRS = new Set(['AE', 'LO', 'LT', 'SH', 'ST', 'UC', 'UT']);
/** Cleans datasets of one instance, at any depth. */
export class DatasetCleaner {
  readonly #context: CleaningContext;

  constructor(context: CleaningContext) {
    this.#context = context;
  }

  dataset(original: DicomJson): DicomJson {
    const cleaned: DicomJson = {};
    for (const [tag, given] of Object.entries(original)) {
      const kept = isPrivate(tag)
        ? this.#private(original, tag, given)
        : this.#standard(original, tag, given);
      if (kept !== null) cleaned[tag] = kept;
      if (kept !== null && isPrivate(tag)) {
        const creator = creatorTag(tag);
        const creatorAttribute = original[creator];
        if (creatorAttribute !== undefined) cleaned[creator] = creatorAttribute;
      }
    }
    return cleaned;
  }

  #private(original: DicomJson, tag: string, given: DicomJsonAttribute): DicomJsonAttribute | null {
    if (!this.#context.options.retainSafePrivate || !isSafePrivate(original, tag)) return null;
    if (given.vr === 'SQ' || given.vr === 'PN' || given.vr === 'UI' || BINARY_VRS.has(given.vr)) return null;
    return this.#kept(original, tag, given);
  }

  #standard(original: DicomJson, tag: string, given: DicomJsonAttribute): DicomJsonAttribute | null {
    // Nothing can be cleaned of overlays and curves.
    if (/^[56]0/.test(tag) || tag.endsWith('0000') || attribute(tag) === undefined) return null;
    const row = profileRow(tag);
    if (row === undefined) return this.#unlisted(original, tag, given);
    const isSequence = given.vr === 'SQ';
    return this.#apply(chooseAction(row, this.#context.active, isSequence), row, original, tag, given);
  }

  /** What the table says nothing of: what says who it is of or where all the same goes, and what is written freely. */
  #unlisted(original: DicomJson, tag: string, given: DicomJsonAttribute): DicomJsonAttribute | null {
    const { options, words, clean } = this.#context;
    if (SAYS_WHO.has(tag) || (SAYS_WHERE.has(tag) && !options.retainInstitutionIdentity)) return null;
    if (!FREE_VRS.has(given.vr) || isEmpty(given)) return this.#kept(original, tag, given);
    return options.cleanDescriptors
      ? this.#texts(given, (text) => cleanDescriptor(text, words, clean))
      : { vr: given.vr };
  }

  #apply(
    action: Action,
    row: ProfileRow,
    original: DicomJson,
    tag: string,
    given: DicomJsonAttribute,
  ): DicomJsonAttribute | null {
    if (action === 'X') return null;
    if (action === 'Z') return { vr: given.vr };
    if (tag === CONTENT_SEQUENCE) return this.#items(given, cleanContentItems(original, tag));
    if (tag === GRAPHIC_ANNOTATIONS) return this.#items(given, graphicsWithoutText(original, tag));
    if (given.vr === 'SQ') return this.#sequence(action, original, tag, given);
    if (action === 'D') return isEmpty(given) ? { vr: given.vr } : dummy(given.vr);
    if (action === 'U') return this.#uids(given);
    if (action === 'K') return this.#kept(original, tag, given, true);
    return this.#cleaned(row, original, tag, given);
  }

  #sequence(
    action: Action,
    original: DicomJson,
    tag: string,
    given: DicomJsonAttribute,
  ): DicomJsonAttribute | null {
    const item = DUMMY_ITEMS[tag];
    if (action === 'D' && item !== undefined) return { vr: 'SQ', Value: [item] };
    const itemsOf = action === 'C' ? cleanContentItems(original, tag) : items(original, tag);
    return this.#items(given, itemsOf);
  }

  /** What an option says is to be cleaned: dates move, descriptors keep words, the rest loses identity. */
  #cleaned(
    row: ProfileRow,
    original: DicomJson,
    tag: string,
    given: DicomJsonAttribute,
  ): DicomJsonAttribute | null {
    if (given.vr === 'DA' || given.vr === 'DT' || given.vr === 'TM') return this.#kept(original, tag, given);
    if (tag === TIMEZONE_OFFSET) return plain(given, /^[+-]\d{4}$/);
    const { options, words, clean } = this.#context;
    if (!TEXT_VRS.has(given.vr) && given.vr !== 'CS') return this.#kept(original, tag, given);
    const isDescriptor =
      (row.options.t === 'C' && options.cleanDescriptors) ||
      (row.options.p === 'C' && options.retainPatientCharacteristics) ||
      (row.options.d === 'C' && options.retainDeviceIdentity);
    if (!isDescriptor) return this.#kept(original, tag, given);
    const kept = this.#texts(given, (text) => cleanDescriptor(text, words, clean));
    if (kept !== null) return kept;
    return row.basic.includes('D') ? dummy(given.vr) : row.basic.includes('Z') ? { vr: given.vr } : null;
  }

  /**
   * An attribute that may stay: without identity all the same, for anything stands anywhere.
   *
   * @param isNamed whether an option says of it by name that it is kept
   */
  #kept(
    original: DicomJson,
    tag: string,
    given: DicomJsonAttribute,
    isNamed = false,
  ): DicomJsonAttribute | null {
    const { vr } = given;
    if (vr === 'SQ') return this.#items(given, items(original, tag));
    if (BINARY_VRS.has(vr)) return BINARY.test(tag) || isEmpty(given) ? given : null;
    if (given.BulkDataURI !== undefined) return BINARY.test(tag) ? given : null;
    if (vr === 'PN' || vr === 'UR') return null;
    if (vr === 'UI')
      return isNamed || this.#context.options.retainUids ? plain(given, UID) : this.#uids(given);
    if (vr === 'DA' || vr === 'DT') return this.#dates(given);
    if (vr === 'TM') return this.#context.options.dates === 'remove' ? null : plain(given, /^[\d:.]{2,16}$/);
    if (vr === 'AS') return this.#ages(given);
    if (vr === 'CS' || TEXT_VRS.has(vr)) {
      // What must not be missing gets a value that says nothing.
      return this.#texts(given, this.#context.clean) ?? (vr === 'CS' ? null : dummy(vr));
    }
    // Some devices number acquisitions by their patients; coordinates and tables are longer lists.
    const isNumbered =
      (given.Value ?? []).length <= 3 && (given.Value ?? []).some((value) => this.#isSomebodys(value));
    return isNumbered ? { vr } : plain(given, /^[-+.\deE]{1,20}$|^[0-9A-F]{8}$|^(NaN|-?inf)$/);
  }

  #isSomebodys(value: unknown): boolean {
    const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
    return LONG_NUMBER.test(text) && this.#context.clean(text) !== text;
  }

  #items(given: DicomJsonAttribute, itemsOf: readonly DicomJson[]): DicomJsonAttribute | null {
    if (itemsOf.length === 0) return isEmpty(given) ? { vr: 'SQ' } : null;
    return { vr: 'SQ', Value: itemsOf.map((item) => this.dataset(item)) };
  }

  #uids(given: DicomJsonAttribute): DicomJsonAttribute | null {
    const { uid } = this.#context;
    if (given.vr !== 'UI') return null;
    if (isEmpty(given)) return { vr: 'UI' };
    const Value = (given.Value ?? []).map((value) =>
      typeof value !== 'string' || value === '' ? null : STANDARD_UID.test(value) ? value : uid(value),
    );
    return { vr: 'UI', Value };
  }

  #dates(given: DicomJsonAttribute): DicomJsonAttribute | null {
    const { options, shiftDays } = this.#context;
    if (isEmpty(given)) return { vr: given.vr };
    if (options.dates === 'remove') return null;
    const shift = given.vr === 'DA' ? shiftDate : shiftDateTime;
    const Value = (given.Value ?? []).map((value) =>
      typeof value === 'string' ? shift(value, shiftDays) : null,
    );
    return Value.every((value) => value === null) ? { vr: given.vr } : { vr: given.vr, Value };
  }

  #ages(given: DicomJsonAttribute): DicomJsonAttribute | null {
    if (isEmpty(given)) return { vr: 'AS' };
    const Value = (given.Value ?? []).map((value) => (typeof value === 'string' ? coarseAge(value) : null));
    return Value.every((value) => value === null) ? null : { vr: 'AS', Value };
  }

  /** Texts by a function; null where nothing is left of what there was. */
  #texts(given: DicomJsonAttribute, change: (text: string) => string): DicomJsonAttribute | null {
    if (isEmpty(given)) return { vr: given.vr };
    const Value = (given.Value ?? []).map((value) => {
      // Codes are plain ASCII; other bytes may be a name in any repertoire.
      const isReadable = typeof value === 'string' && (!ASCII_VRS.has(given.vr) || ASCII.test(value));
      const changed = isReadable ? (DEFINED_TERMS.has(value.trim()) ? value : change(value)) : '';
      // Compatibility forms may have become what separates values.
      const allowed =
        given.vr === 'LT' || given.vr === 'ST' || given.vr === 'UT' ? changed : changed.replaceAll('\\', ' ');
      return allowed === '' ? null : allowed;
    });
    return Value.every((value) => value === null) ? null : { vr: given.vr, Value };
  }
}

function isEmpty({ Value, InlineBinary, BulkDataURI }: DicomJsonAttribute): boolean {
  if (InlineBinary !== undefined || BulkDataURI !== undefined) return false;
  return Value === undefined || Value.every((value) => value === null || value === '');
}

/** Numbers and times as they are; text that is neither is removed. */
function plain(given: DicomJsonAttribute, allowed: RegExp): DicomJsonAttribute | null {
  const isAllowed = (given.Value ?? []).every(
    (value) =>
      value === null ||
      typeof value === 'number' ||
      (typeof value === 'string' && (value === '' || allowed.test(value.trim()))),
  );
  return isAllowed ? given : null;
}
