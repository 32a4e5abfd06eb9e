import { MAX_DECISION_REASON } from '@hutong/storage-config';
import { z } from 'zod';
import type { NewVerdictDecision } from '../contract/conformance.ts';
import { HttpProblem } from '../problem.ts';

/** Words of a person: line breaks and tabs are kept, other control characters are not. */
const reason = z.string().transform((text) =>
  text
    .toWellFormed()
    .replaceAll(/[^\P{Cc}\n\t]/gu, '')
    .trim(),
);

const body = z.object({
  itemCode: z.string().min(1).max(64),
  verdict: z.enum(['PASS', 'FAIL']).nullable(),
  reason: reason.pipe(z.string().min(1).max(MAX_DECISION_REASON)),
  evidence: z.string().regex(/^[0-9a-f]{64}$/),
});

const PROBLEMS: Record<keyof NewVerdictDecision, { en: string; zh: string }> = {
  itemCode: { en: 'itemCode must be the code of a catalogue item.', zh: 'itemCode 应为互认项目代码。' },
  verdict: {
    en: 'verdict must be PASS or FAIL, or null to take a decision back.',
    zh: 'verdict 应为 PASS 或 FAIL；null 表示撤回判定。',
  },
  reason: {
    en: `Say why: reason must have 1 to ${MAX_DECISION_REASON} characters.`,
    zh: `请说明理由：reason 应为 1 至 ${MAX_DECISION_REASON} 个字符。`,
  },
  evidence: {
    en: 'evidence must be the digest that GET …/conformance gave with the item.',
    zh: 'evidence 应为 GET …/conformance 随该项目返回的摘要。',
  },
};

/** Reads the body of a decision. @throws HttpProblem 400 that says which member does not fit */
export function parseDecision(json: unknown): NewVerdictDecision {
  const parsed = body.safeParse(json);
  if (parsed.success) return parsed.data;
  const member = parsed.error.issues[0]?.path[0];
  const { en, zh } =
    typeof member === 'string' && Object.hasOwn(PROBLEMS, member)
      ? PROBLEMS[member as keyof NewVerdictDecision]
      : { en: 'The body must be a JSON object.', zh: '请求内容应为 JSON 对象。' };
  throw new HttpProblem(400, 'bad-decision', en, zh);
}
