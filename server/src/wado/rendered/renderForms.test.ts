import { expect, test } from 'vitest';
import { acceptableRanges } from '../../dicomweb/accept.ts';
import { chooseRenderForm, formsIn, RENDERED_TYPES } from './renderForms.ts';

const FORMS = formsIn(RENDERED_TYPES.image, [false, true]);
const best = (accept: string): string | null => {
  const form = chooseRenderForm(acceptableRanges(accept, undefined), FORMS);
  return form === null ? null : `${form.multipart ? 'multipart ' : ''}${form.mediaType}`;
};

test.each([
  ['*/*', 'image/jpeg'],
  ['image/*;q=0.9, image/jpeg;q=0.1', 'image/png'],
  ['*/*;q=0.9, image/*;q=0.1', 'image/jpeg'],
  ['*/*, image/jpeg;q=0.1, image/png;q=0.2', 'image/gif'],
  ['image/*, image/jpeg;q=0', 'image/png'],
  ['image/*;q=0, */*', 'multipart image/jpeg'],
  ['image/*;q=0, image/png', 'image/png'],
  ['multipart/related, multipart/related;type="image/jpeg";q=0.5', 'multipart image/png'],
  ['multipart/related;type="image/jpeg", image/jpeg;q=0.5', 'multipart image/jpeg'],
  // What is put last is still taken where nothing else is.
  ['image/jpeg;q=0.5, image/jpeg;q=0.1', 'image/jpeg'],
  ['text/html', null],
])('Accept: %s is %s', (accept, expected) => {
  expect(best(accept)).toBe(expected);
});
