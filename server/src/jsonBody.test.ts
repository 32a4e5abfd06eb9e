import { expect, test } from 'vitest';
import { z } from 'zod';
import { parsedBody, unfitBody } from './jsonBody.ts';
import { HttpProblem } from './problem.ts';

const schema = z.strictObject({ name: z.string(), roles: z.array(z.strictObject({ role: z.enum(['a']) })) });

function refusalOf(body: unknown, words = {}): HttpProblem {
  try {
    parsedBody(schema, body, words);
  } catch (error) {
    if (error instanceof HttpProblem) return error;
  }
  throw new Error('the body was taken');
}

test('a body that fits is what the schema makes of it', () => {
  expect(parsedBody(schema, { name: '王', roles: [{ role: 'a' }] })).toEqual({
    name: '王',
    roles: [{ role: 'a' }],
  });
});

test('the refusal names each member once, and no value', () => {
  const { status, code, message, detailZh } = refusalOf({ name: 4711, roles: [{ role: 'Geheim' }] });
  expect([status, code]).toEqual([400, 'bad-request']);
  for (const words of [message, detailZh]) {
    expect(words).toContain('name, roles.0.role');
    expect(words).not.toMatch(/4711|Geheim/);
  }
});

test('a body that is none is named as a whole', () => {
  for (const body of [undefined, 'text']) expect(refusalOf(body).message).toMatch(/: body\.$/);
});

test('members that nobody knows are named, where they have names as ours have, without their values', () => {
  const { message } = refusalOf({ name: '', roles: [{ role: 'a', until: 'Geheim' }], patient: 'Wang' });
  expect(message).toMatch(/: roles\.0\.until, patient\.$/);
  for (const name of ['Wang^San', '王三', 'a'.repeat(65), 'P-4711'])
    expect(refusalOf({ name: '', roles: [], [name]: 1 }).message).toMatch(/: body\.$/);
});

test('a feature may give a code and words of its own', () => {
  const hint = { en: 'Names are short.', zh: '姓名须简短。' };
  const { code, message, detailZh } = unfitBody(['name'], { code: 'bad-account', hint });
  expect(code).toBe('bad-account');
  expect([message.endsWith(`name. ${hint.en}`), detailZh.endsWith(`name。${hint.zh}`)]).toEqual([true, true]);
});
