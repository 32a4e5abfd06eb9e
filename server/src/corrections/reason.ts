import type { GivenReason } from '@hutong/storage-config';
import type { Request } from 'express';
import { z } from 'zod';
import { checkedReason, reasonBody } from '../correctionReason.ts';
import { HttpProblem } from '../problem.ts';

/** Header that gives a reason where a request has no body: a code, and the words percent-encoded after `; text=`. */
export const REASON_HEADER = 'Hutong-Reason';

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
