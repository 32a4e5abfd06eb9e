import { parseUid, type Uid } from '@hutong/dicom';
import { HttpProblem } from '../problem.ts';

/** A UID of the path. @throws HttpProblem 400 for what cannot be one */
export function uidOf(text: unknown, name: string): Uid {
  const uid = typeof text === 'string' ? parseUid(text) : null;
  if (uid === null) {
    throw new HttpProblem(
      400,
      'bad-uid',
      `The ${name} in the address is not a UID: digits and dots, at most 64 characters.`,
      `地址中的 ${name} 不是有效的 UID（仅数字和点，最长 64 个字符）。`,
    );
  }
  return uid;
}

/** Query parameters in order, as sent; a malformed percent sign stays as it is. */
export function queryParameters(url: string): [name: string, value: string][] {
  const mark = url.indexOf('?');
  return mark < 0 ? [] : [...new URLSearchParams(url.slice(mark + 1))];
}
