import { expect, test } from 'vitest';
import { sourceText } from './sourceNames.ts';

test('keywords are named in the reader’s language, several with its comma', () => {
  expect(sourceText('RepetitionTime, EchoTime', 'zh')).toBe('重复时间、回波时间');
  expect(sourceText('RepetitionTime, EchoTime', 'en')).toBe('Repetition Time, Echo Time');
});

test('what is no keyword stays as it is', () => {
  expect(sourceText('(0043,1039)', 'zh')).toBe('(0043,1039)');
});
