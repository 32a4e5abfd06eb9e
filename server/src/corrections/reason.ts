import {
  CORRECTION_REASONS,
  type GivenReason,
  isCorrectionReason,
  MAX_REASON_TEXT,
} from '@hutong/storage-config';
import type { Request } from 'express';
import { z } from 'zod';
import { HttpProblem } from '../problem.ts';

/** Header that gives a reason where a request has no body: a code, and the words percent-encoded after `; text=`. */
export const REASON_HEADER = 'Hutong-Reason';

/** `reason` of a JSON body. */
export const reasonBody = z.object({ code: z.string(), text: z.string().default('') });

/** @throws HttpProblem 400 that says which codes there are */
function checkedReason(code: string, text: string): GivenReason {
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

/**
 * The reason for a correction: `reason` of the JSON body, or the header {@link REASON_HEADER}. There is no default, and
 * no query parameter, for addresses are logged and words may name a patient.
 *
 * @throws HttpProblem 400 when it is missing or not one of the codes
 */
export function reasonOf(req: Request): GivenReason {
  const body = z.object({ reason: reasonBody }).safeParse(req.body);
  if (body.success) return checkedReason(body.data.reason.code, body.data.reason.text);
  const header = req.get(REASON_HEADER);
  if (header !== undefined) {
    const [, code = '', text = ''] = /^\s*([A-Z_]+)\s*(?:;\s*text=(.*))?$/.exec(header) ?? [];
    return checkedReason(code, decoded(text));
  }
  throw new HttpProblem(
    400,
    'reason-missing',
    'Say why: a JSON body {"reason": {"code": "…", "text": "…"}}, or the header Hutong-Reason. /api/correction-reasons lists the codes.',
    '请说明原因：JSON 请求体 {"reason": {"code": "…", "text": "…"}} 或 Hutong-Reason 头；代码见 /api/correction-reasons。',
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    throw new HttpProblem(
      400,
      'bad-reason',
      'The text in Hutong-Reason is not percent-encoded UTF-8.',
      'Hutong-Reason 头中的 text 不是百分号编码的 UTF-8。',
    );
  }
}
