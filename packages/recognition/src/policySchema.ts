/** The schema of a policy, by itself: pages that only ask the matrix need none. */
import { z } from 'zod';
import { levelOf } from './level.ts';
import { CATEGORIES, type RecognitionPolicy, TIER_RELATIONS } from './policy.ts';
import { REASON_CODES } from './reasons.ts';
import { RECOGNITION_WORDS } from './words.ts';

const text = z.string().trim().min(1).max(300);
const bilingual = z.strictObject({ zh: text, en: text });
const level = z
  .string()
  .max(32)
  .refine((written) => levelOf(written) !== null, 'no level of a hospital');
const names = (length: number) => z.array(z.string().min(1).max(length)).min(1).max(200);
const itemCode = z.string().regex(/^[A-Z]{2}-\d{2,3}$/);
const days = z.int().min(1).max(3650);

const hospital = z.strictObject({
  levelAtLeast: level.optional(),
  levelAtMost: level.optional(),
  hospitals: names(32).optional(),
});

const conditions = z.strictObject({
  scope: z.enum(['inside', 'outside', 'any']).optional(),
  labelScopes: names(64).optional(),
  issuing: hospital.optional(),
  viewing: hospital.optional(),
  tier: z.enum(TIER_RELATIONS).optional(),
  alliance: z.string().min(1).max(32).optional(),
  city: z.enum(['same', 'other']).optional(),
  items: z.array(itemCode).min(1).max(200).optional(),
  categories: z.array(z.enum(CATEGORIES)).min(1).max(3).optional(),
  maxAgeDays: days.optional(),
});

const rule = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,47}$/),
    when: conditions,
    word: z.enum(RECOGNITION_WORDS),
    because: bilingual,
    sources: z.array(z.string().max(100)).max(10).default([]),
  })
  // A label obliges nobody whom its scope does not name: who is to be obliged takes part in the scope.
  .refine(({ when, word }) => word !== 'MUST_RECOGNISE' || (when.scope ?? 'inside') === 'inside', {
    path: ['word'],
    message: 'outside of the scope of a label nobody must recognise it',
  });

const OWN_RULES = new Set(['own', 'outside', 'otherwise']);

export const recognitionPolicySchema = z
  .strictObject({
    rules: z.array(rule).max(200),
    otherwise: z.strictObject({ word: z.enum(RECOGNITION_WORDS), because: bilingual }),
    longestAge: z.strictObject({ days, items: z.record(itemCode, days).default({}) }),
    reasons: z
      .array(z.enum(REASON_CODES))
      .min(1)
      .transform((codes) => REASON_CODES.filter((code) => codes.includes(code))),
  })
  .refine(({ rules }) => new Set(rules.map(({ id }) => id)).size === rules.length, {
    path: ['rules'],
    message: 'two rules have one name',
  })
  .refine(({ rules }) => rules.every(({ id }) => !OWN_RULES.has(id)), {
    path: ['rules'],
    message: 'own, outside and otherwise are no names of rules',
  }) satisfies z.ZodType<RecognitionPolicy>;
