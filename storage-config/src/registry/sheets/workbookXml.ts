import { setImmediate as pause } from 'node:timers/promises';
import { SaxesParser } from 'saxes';
import { UnreadableSheet } from './unreadableSheet.ts';

/** What is told of a part of a workbook while it is read. Names come without their namespace prefix. */
export interface XmlHandlers {
  open?(name: string, attribute: (name: string) => string): void;
  close?(name: string): void;
  text?(text: string): void;
  /** Asked between pieces: true ends the reading. */
  enough?(): boolean;
}

/** Bytes between two pauses, in which other requests are served. */
const PIECE = 256 * 1024;

const local = (name: string): string => name.slice(name.indexOf(':') + 1);

/**
 * Reads XML of a workbook (ECMA-376) piece by piece. Document types, and with them entities of their own, are refused.
 *
 * @throws UnreadableSheet
 */
export async function readXml(bytes: Uint8Array, handlers: XmlHandlers): Promise<void> {
  const parser = new SaxesParser();
  const refuse = (): never => {
    throw new UnreadableSheet('文件内容不是有效的工作簿。', 'The file does not hold a proper workbook.');
  };
  parser.on('error', refuse);
  parser.on('doctype', refuse);
  parser.on('opentag', ({ name, attributes }) => {
    handlers.open?.(local(name), (wanted) => {
      if (Object.hasOwn(attributes, wanted)) return attributes[wanted] ?? '';
      const prefixed = Object.keys(attributes).find((one) => one.includes(':') && local(one) === wanted);
      return prefixed === undefined ? '' : (attributes[prefixed] ?? '');
    });
  });
  parser.on('closetag', ({ name }) => handlers.close?.(local(name)));
  parser.on('text', (text) => handlers.text?.(text));
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += PIECE) {
      parser.write(decoder.decode(bytes.subarray(at, at + PIECE), { stream: true }));
      if (handlers.enough?.() === true) return;
      await pause();
    }
    parser.write(decoder.decode());
  } catch (error) {
    if (error instanceof TypeError) refuse();
    throw error;
  }
  parser.close();
}
