import { attribute as registered } from './attributes.ts';
import { DatasetError } from './datasetError.ts';
import type { DatasetCount } from './datasetLimits.ts';
import { isVr } from './elementHeader.ts';
import { resolvePrivateBlocks, type PrivateAttribute } from './privateBlocks.ts';
import type { DicomJson, DicomJsonAttribute, PersonName } from './types.ts';
import { integer, oneText } from './values.ts';

type XmlAttributes = Readonly<Record<string, string>>;

/** An element that is open. */
type Frame =
  | { kind: 'model' | 'item'; dataset: DicomJson; privates: PrivateAttribute[]; path: string }
  | {
      kind: 'attribute';
      attribute: DicomJsonAttribute;
      values: unknown[];
      path: string;
      parent: DatasetFrame;
      tag: string;
      creator: string | null;
    }
  | { kind: 'name'; name: PersonName; number: number }
  | { kind: 'group'; group: keyof PersonName; components: string[] }
  | { kind: 'component'; index: number; text: string }
  | { kind: 'value'; text: string; number: number }
  | { kind: 'binary'; text: string }
  | { kind: 'bulk' };
type DatasetFrame = Extract<Frame, { kind: 'model' | 'item' }>;

const COMPONENTS = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'];
const GROUPS: readonly string[] = ['Alphabetic', 'Ideographic', 'Phonetic'];
/** VRs whose values are numbers in JSON. */
const numeric = new Set(['FD', 'FL', 'SL', 'SS', 'UL', 'US']);

/** Builds a dataset from the elements of a Native DICOM Model document (PS3.19 §A.1.5) as they open and close. */
export class NativeXmlBuilder {
  readonly #count: DatasetCount;
  readonly #stack: Frame[] = [];
  #model: DicomJson | null = null;
  #sequences = 0;

  constructor(count: DatasetCount) {
    this.#count = count;
  }

  /** Path of the innermost attribute or item. */
  get path(): string {
    const inner = this.#stack.findLast((frame) => 'path' in frame);
    return inner === undefined ? '' : inner.path;
  }

  /** What was built. @throws DatasetError MALFORMED where there was no document. */
  get dataset(): DicomJson {
    if (this.#model === null) this.#refuse('The document has no NativeDicomModel');
    return this.#model;
  }

  /** What there is of the dataset so far; null where none has begun. */
  get begun(): DicomJson | null {
    const [outer] = this.#stack;
    return outer?.kind === 'model' ? outer.dataset : this.#model;
  }

  /** @throws DatasetError MALFORMED for an element that does not belong there, TOO_LARGE. */
  open(name: string, xml: XmlAttributes): void {
    this.#stack.push(this.#frame(name, xml, this.#stack.at(-1)));
  }

  text(text: string): void {
    const top = this.#stack.at(-1);
    if (top !== undefined && 'text' in top) top.text += text;
    else if (text.trim() !== '') this.#refuse('has text beside its elements');
  }

  close(): void {
    const frame = this.#stack.pop();
    const parent = this.#stack.at(-1);
    switch (frame?.kind) {
      case 'model':
      case 'item':
        resolvePrivateBlocks(frame.dataset, frame.privates, frame.path);
        if (frame.kind === 'model') this.#model = frame.dataset;
        else this.#sequences--;
        break;
      case 'attribute':
        this.#keep(frame);
        break;
      case 'name':
        if (parent?.kind === 'attribute')
          this.#put(parent, frame.number, Object.keys(frame.name).length === 0 ? null : frame.name);
        break;
      case 'group':
        if (parent?.kind === 'name')
          parent.name[frame.group] = frame.components.join('^').replace(/\^+$/, '').trim();
        break;
      case 'component':
        if (parent?.kind === 'group') setAt(parent.components, frame.index, frame.text, '');
        break;
      case 'value':
        if (parent?.kind === 'attribute')
          this.#put(parent, frame.number, valueOf(parent.attribute.vr, frame.text));
        break;
      case 'binary':
        if (parent?.kind === 'attribute') parent.attribute.InlineBinary = frame.text.replace(/\s+/g, '');
        break;
      case 'bulk':
      case undefined:
    }
  }

  #frame(name: string, xml: XmlAttributes, parent: Frame | undefined): Frame {
    if (parent === undefined) {
      if (name !== 'NativeDicomModel') this.#refuse('The document has no NativeDicomModel');
      return { kind: 'model', dataset: {}, privates: [], path: '' };
    }
    switch (parent.kind) {
      case 'model':
      case 'item':
        if (name === 'DicomAttribute') return this.#attribute(xml, parent);
        break;
      case 'attribute':
        return this.#content(name, xml, parent);
      case 'name':
        if (GROUPS.includes(name)) return { kind: 'group', group: name as keyof PersonName, components: [] };
        break;
      case 'group':
        if (COMPONENTS.includes(name))
          return { kind: 'component', index: COMPONENTS.indexOf(name), text: '' };
        break;
      default:
    }
    return this.#refuse('holds an element that does not belong there');
  }

  #attribute({ tag = '', vr, privateCreator }: XmlAttributes, parent: DatasetFrame): Frame {
    const prefix = parent.path === '' ? '' : `${parent.path}/`;
    if (!/^[0-9A-Fa-f]{8}$/.test(tag)) this.#refuse('has a DicomAttribute whose tag is none');
    const number = tag.toUpperCase();
    const path = prefix + number;
    this.#count.add(path);
    // The VR may be left out of attributes that everybody knows.
    const known = vr ?? registered(number)?.vr ?? '';
    if (!isVr(known)) throw new DatasetError('MALFORMED', path, 'has no "vr" that is a value representation');
    const creator = privateCreator ?? null;
    return { kind: 'attribute', attribute: { vr: known }, values: [], path, parent, tag: number, creator };
  }

  #content(name: string, xml: XmlAttributes, parent: Extract<Frame, { kind: 'attribute' }>): Frame {
    const { vr } = parent.attribute;
    if (name === 'Item' && vr === 'SQ') {
      const index = this.#number(xml, parent) - 1;
      const path = `${parent.path}/${index}`;
      this.#count.add(path);
      this.#count.descend(path, ++this.#sequences);
      const dataset: DicomJson = {};
      setAt(parent.values, index, dataset, null);
      return { kind: 'item', dataset, privates: [], path };
    }
    if (name === 'Value' && vr !== 'SQ' && vr !== 'PN')
      return { kind: 'value', text: '', number: this.#number(xml, parent) };
    if (name === 'PersonName' && vr === 'PN')
      return { kind: 'name', name: {}, number: this.#number(xml, parent) };
    if (name === 'InlineBinary') return { kind: 'binary', text: '' };
    if (name === 'BulkData') {
      parent.attribute.BulkDataURI = xml['uri'] ?? xml['uuid'] ?? '';
      return { kind: 'bulk' };
    }
    return this.#refuse(`holds an element that ${vr} does not have`);
  }

  /** The 1-based number of a value or item: the next one, or a later one. */
  #number({ number }: XmlAttributes, { values, path }: Extract<Frame, { kind: 'attribute' }>): number {
    const next = values.length + 1;
    if (number === undefined) return next;
    const given = /^\d{1,7}$/.test(number) ? Number(number) : 0;
    if (given < next) this.#refuse('has a value whose number is not the next one');
    // Values that are left out are kept as empty ones.
    this.#count.add(path, given - next);
    return given;
  }

  #put(parent: Extract<Frame, { kind: 'attribute' }>, number: number, value: unknown): void {
    setAt(parent.values, number - 1, value, null);
  }

  #keep({ attribute, values, path, parent, tag, creator }: Extract<Frame, { kind: 'attribute' }>): void {
    if (values.length > 0) attribute.Value = values;
    if (creator !== null) {
      parent.privates.push({ tag, creator, attribute });
      return;
    }
    if (Object.hasOwn(parent.dataset, tag)) throw new DatasetError('MALFORMED', path, 'is given twice');
    parent.dataset[tag] = attribute;
  }

  #refuse(what: string): never {
    throw new DatasetError('MALFORMED', this.path, what);
  }
}

/** Puts a value at its place; places before it that nobody filled are empty. */
function setAt(values: unknown[], index: number, value: unknown, empty: unknown): void {
  while (values.length < index) values.push(empty);
  values[index] = value;
}

/** The text of a Value element as the DICOM JSON Model has it (PS3.18 Table F.2.3-1). */
function valueOf(vr: string, text: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (numeric.has(vr)) return Number.isFinite(Number(trimmed)) ? Number(trimmed) : trimmed;
  if ((vr === 'SV' || vr === 'UV') && /^[+-]?\d{1,20}$/.test(trimmed))
    return integer(BigInt(trimmed.replace('+', '')));
  if (vr === 'LT' || vr === 'ST' || vr === 'UT' || vr === 'UR') return text.trimEnd();
  return isVr(vr) ? oneText(vr, text) : text;
}
