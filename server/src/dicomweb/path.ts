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

/**
 * Query parameters in order, as sent; a malformed percent sign stays as it is.
 *
 * @throws HttpProblem 400 where one holds the character NUL, which no attribute may and PostgreSQL cannot hold
 */
export function queryParameters(url: string): [name: string, value: string][] {
  const mark = url.indexOf('?');
  const parameters = mark < 0 ? [] : [...new URLSearchParams(url.slice(mark + 1))];
  if (parameters.some(([name, value]) => name.includes('\0') || value.includes('\0'))) {
    throw new HttpProblem(
      400,
      'bad-query-parameter',
      'A query parameter holds the character NUL (%00), which nothing stored can contain.',
      '查询参数中含有空字符（%00），无法使用。',
    );
  }
  return parameters;
}
