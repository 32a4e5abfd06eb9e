import { expect, test } from 'vitest';
import { nameToRead } from './personName.ts';

test.each([
  ['Zhong^Jianhua=钟^建华', '钟建华'],
  ['钟建华', '钟建华'],
  ['CARTER^EMILY^^Dr', 'CARTER EMILY Dr'],
  ['=钟^建华', '钟建华'],
  ['Zhong^Jianhua=', 'Zhong Jianhua'],
  ['', ''],
])('PS3.5 §6.2.1: %j is read as %j', (name, shown) => {
  expect(nameToRead(name)).toBe(shown);
});
