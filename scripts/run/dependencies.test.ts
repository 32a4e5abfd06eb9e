import { expect, test } from 'vitest';
import { isPermissive } from './dependencies.ts';

test.each(['MIT', '(MIT AND Zlib)', '(GPL-3.0-only OR MIT)', 'Apache-2.0', 'MPL-2.0 OR GPL-2.0-only'])(
  '%s leaves a choice that asks for nothing',
  (expression) => {
    expect(isPermissive(expression)).toBe(true);
  },
);

test.each(['GPL-3.0-only', 'AGPL-3.0-or-later', '(MIT AND GPL-3.0-only)', 'SEE LICENSE IN FILE', ''])(
  '%j does not',
  (expression) => {
    expect(isPermissive(expression)).toBe(false);
  },
);
