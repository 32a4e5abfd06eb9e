import { type DicomJson, serialiseDicomJson } from '@hutong/dicom';

/** A dataset with sequences of which one item at a time is in memory, however many they have. */
export interface StreamedDataset {
  readonly attributes: DicomJson;
  /** In ascending order of their tags, which come after those of the other attributes; none of them private. */
  readonly sequences: readonly StreamedSequence[];
}

export interface StreamedSequence {
  readonly tag: string;
  /** Made as they are asked for; without any the sequence is left out. */
  readonly items: () => Iterable<DicomJson>;
}

/** The dataset as JSON text (PS3.18 Annex F), an item a piece. */
export function* jsonPieces({ attributes, sequences }: StreamedDataset): Generator<string> {
  const start = serialiseDicomJson(attributes).slice(0, -1);
  yield start;
  let comma = start === '{' ? '' : ',';
  for (const { tag, items } of sequences) {
    let before = `${comma}"${tag}":{"vr":"SQ","Value":[`;
    let found = false;
    for (const item of items()) {
      yield before + serialiseDicomJson(item);
      before = comma = ',';
      found = true;
    }
    if (found) yield ']}';
  }
  yield '}';
}

/** Texts of about as many characters as are given, of many short pieces. */
export function* gathered(pieces: Iterable<string>, characters: number): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < characters) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}
