import { SaxesParser, type SaxesAttributeNS, type SaxesTagNS } from 'saxes';
import { checkDataset } from './checkDataset.ts';
import { DatasetError, withReference } from './datasetError.ts';
import { DatasetCount, type DatasetLimits } from './datasetLimits.ts';
import { readReference } from './identity.ts';
import { NativeXmlBuilder } from './nativeXmlBuilder.ts';
import type { DicomJson } from './types.ts';

const NAMESPACE = 'http://dicom.nema.org/PS3.19/models/NativeDICOM';

/** Text is handed to the parser in pieces, so that limits hold before all of it was read. */
const PIECE = 64 * 1024;

/**
 * Reads a document of the Native DICOM Model (PS3.19 §A.1) of any origin into the DICOM JSON Model. Document type
 * declarations are refused, so that there are no entities but the five of XML. What is returned can be encoded: every
 * value is one that its VR can hold. Private attributes are put into the block of their creator, which is added where
 * the document leaves it out.
 *
 * @param input The document as text, or as bytes in the encoding it declares (UTF-8 without declaration).
 * @throws DatasetError MALFORMED, INVALID_VALUE or TOO_LARGE; its `path` is that of the attribute, if there is
 * one, its `reference` that of the instance.
 */
export function parseNativeXml(input: string | Uint8Array, limits: DatasetLimits = {}): DicomJson {
  const text = typeof input === 'string' ? input : decoded(input);
  const count = new DatasetCount(limits);
  const builder = new NativeXmlBuilder(count);
  const parser = new SaxesParser({ xmlns: true });
  const refuse = (what: string): never => {
    throw new DatasetError('MALFORMED', builder.path, `${what} (line ${parser.line})`);
  };
  parser.on('error', () => refuse('The text is not well-formed XML'));
  parser.on('doctype', () => refuse('The document has a document type declaration, which is not allowed'));
  parser.on('opentag', (tag) => {
    if (tag.uri !== NAMESPACE && tag.uri !== '')
      refuse('The document holds an element that is not of the Native DICOM Model');
    builder.open(tag.local, xmlAttributes(tag));
  });
  parser.on('closetag', () => builder.close());
  parser.on('text', (piece) => builder.text(piece));
  parser.on('cdata', (piece) => builder.text(piece));
  return withReference(
    () => readReference(builder.begun),
    () => {
      for (let at = 0; at < text.length; at += PIECE) parser.write(text.slice(at, at + PIECE));
      parser.close();
      return checkDataset(builder.dataset, new DatasetCount(limits));
    },
  );
}

function xmlAttributes({ attributes }: SaxesTagNS): Record<string, string> {
  return Object.fromEntries(
    Object.values(attributes)
      .filter(({ prefix }: SaxesAttributeNS) => prefix === '')
      .map(({ local, value }: SaxesAttributeNS) => [local, value]),
  );
}

/** Text of a document by its byte order mark or declaration (XML 1.0 §4.3.3). */
function decoded(bytes: Uint8Array): string {
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const marked = start.startsWith('\u00fe\u00ff')
    ? 'utf-16be'
    : start.startsWith('\u00ff\u00fe')
      ? 'utf-16le'
      : null;
  const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*\sencoding\s*=\s*["']([A-Za-z][\w.-]*)["']/.exec(
    start,
  )?.[1];
  try {
    return new TextDecoder(marked ?? declared ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new DatasetError('MALFORMED', '', 'The text is not in the encoding that the document declares');
  }
}
