import { expect, test } from 'vitest';
import { bodyOf, EMPTY_DRAFT, isComplete } from './exportDraft.ts';

const draft = { ...EMPTY_DRAFT, project: ' LUNG-1 ', title: 't', approval: 'EC-7', reason: 'r' };

test('an export needs a project, a title, an approval and a reason', () => {
  expect(isComplete(draft)).toBe(true);
  for (const part of ['project', 'title', 'approval', 'reason'] as const)
    expect(isComplete({ ...draft, [part]: ' ' })).toBe(false);
  expect(isComplete({ ...draft, project: '课题' })).toBe(false);
});

test('what is empty is not asked for, and UIDs are read however they are parted', () => {
  const { project, filter } = bodyOf({ ...draft, from: '2026-01-01', studies: ' 1.2.3,\n1.2.4；1.2.5 ' });
  expect(project).toBe('LUNG-1');
  expect(filter).toMatchObject({
    label: null,
    from: '2026-01-01',
    to: null,
    studies: ['1.2.3', '1.2.4', '1.2.5'],
  });
});
