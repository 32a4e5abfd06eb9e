import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WeightGate } from './weightGate.ts';

test('never more weight is inside than the limit, unless something alone is heavier, and everybody gets in', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 40 }), async (batches) => {
      const gate = new WeightGate(100);
      const inside = new Set<number>();
      const entered: number[] = [];
      const weigh = (): number => [...inside].reduce((sum, i) => sum + (batches[i] ?? 0), 0);
      await Promise.all(
        batches.map((characters, i) =>
          gate.run(characters, async () => {
            inside.add(i);
            entered.push(i);
            const heavy = [...inside].filter((one) => (batches[one] ?? 0) > 0).length;
            expect(weigh() <= 100 || heavy === 1).toBe(true);
            await new Promise((resolve) => setImmediate(resolve));
            inside.delete(i);
          }),
        ),
      );
      expect(entered).toEqual(batches.map((_, i) => i));
    }),
    { numRuns: 60 },
  );
});

test('work that fails lets the next in', async () => {
  const gate = new WeightGate(1);
  const failed = gate.run(5, () => Promise.reject(new Error('index')));
  const next = gate.run(5, () => Promise.resolve('stored'));
  await expect(failed).rejects.toThrow('index');
  await expect(next).resolves.toBe('stored');
});
