import {
  CORRECTION_REASONS,
  type GivenReason,
  isCorrectionReason,
  MAX_REASON_TEXT,
} from '@hutong/storage-config';
import { z } from 'zod';
import { HttpProblem } from './problem.ts';

/** `reason` of a JSON body. */
export const reasonBody = z.object({ code: z.string(), text: z.string().default('') });

/** A reason that was given. @throws HttpProblem 400 that says which codes there are */
export function checkedReason(code: string, text: string): GivenReason {
  const words = text.replaceAll('\0', '').toWellFormed().trim();
  if (!isCorrectionReason(code)) {
    const codes = Object.keys(CORRECTION_REASONS).join(', ');
    throw new HttpProblem(
      400,
      'bad-reason',
      `The reason code is not known. Known are: ${codes}.`,
      `原因代码无效。可用代码：${codes}。`,
    );
  }
  if (code === 'OTHER' && words === '') {
    throw new HttpProblem(
      400,
      'bad-reason',
      'The reason OTHER needs words that explain it.',
      '原因代码 OTHER 须附文字说明。',
    );
  }
  if (words.length > MAX_REASON_TEXT) {
    throw new HttpProblem(
      400,
      'bad-reason',
      `The words of the reason are longer than ${MAX_REASON_TEXT} characters.`,
      `原因说明超过 ${MAX_REASON_TEXT} 个字符。`,
    );
  }
  return { code, text: words };
}
