import { expect, test } from 'vitest';
import { ApiError } from '../../../api/http.ts';
import { nextSteps, pictureLoader, type Wanted } from './pictureLoader.ts';
import type { Picture } from './pictureSource.ts';

const none = (): boolean => false;

test('the shown picture is asked for alone, even when others take all places', () => {
  expect(nextSteps(['d', 'a', 'b'], none, new Set(['a', 'b', 'c']), 2)).toEqual({
    start: ['d'],
    stop: ['c'],
  });
  expect(nextSteps(['d', 'a', 'b'], none, new Set(['d']), 2)).toEqual({ start: [], stop: [] });
});

test('when it is there its neighbours follow, a few at a time; what is no longer wanted is given up', () => {
  const steps = nextSteps(['a', 'b', 'c', 'd'], (key) => key === 'a', new Set(['x']), 2);
  expect(steps).toEqual({ start: ['b', 'c'], stop: ['x'] });
});

/** A source whose pictures come when the test says so. */
function aSource(bytes = 10) {
  const asked: string[] = [];
  const aborted: string[] = [];
  const closed: string[] = [];
  const answers = new Map<string, (status: number) => void>();
  const wanted = (key: string): Wanted<Picture> => ({
    key,
    load: (signal) =>
      new Promise<Picture>((resolve, reject) => {
        asked.push(key);
        signal.addEventListener('abort', () => {
          aborted.push(key);
          reject(new DOMException('given up', 'AbortError'));
        });
        answers.set(key, (status) => {
          if (status === 200) resolve({ url: key, bytes, window: null, close: () => closed.push(key) });
          else reject(new ApiError(status, null, ''));
        });
      }),
  });
  const answer = async (key: string, status = 200): Promise<void> => {
    answers.get(key)?.(status);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { asked, aborted, closed, wanted, answer };
}

test('passing pictures gives up those that are behind', async () => {
  const source = aSource();
  let changes = 0;
  const loader = pictureLoader<Picture>(() => changes++);
  loader.want(['1', '2', '3'].map(source.wanted));
  await source.answer('1');
  expect(source.asked).toEqual(['1', '2', '3']);
  loader.want(['8', '9', '3'].map(source.wanted));
  expect(source.aborted).toEqual(['2']);
  await source.answer('8');
  expect(loader.picture('8')?.url).toBe('8');
  expect(changes).toBe(2);
  loader.close();
});

test('the oldest pictures make room, never the wanted ones', async () => {
  const source = aSource(40);
  const loader = pictureLoader<Picture>(() => undefined, 100);
  for (const key of ['1', '2', '3']) {
    loader.want([source.wanted(key)]);
    await source.answer(key);
  }
  expect(source.closed).toEqual(['1']);
  expect(loader.picture('3')).toBeDefined();
  loader.close();
  expect(source.closed.toSorted()).toEqual(['1', '2', '3']);
});

test('a refused picture is not asked for again before somebody says so', async () => {
  const source = aSource();
  const loader = pictureLoader<Picture>(() => undefined);
  loader.want([source.wanted('1')]);
  await source.answer('1', 404);
  loader.want([source.wanted('1')]);
  expect([loader.failure('1'), source.asked]).toEqual([404, ['1']]);
  loader.retry();
  expect(source.asked).toEqual(['1', '1']);
  loader.close();
});

test('a picture that the network lost is asked for again when one comes back to it', async () => {
  const source = aSource();
  const loader = pictureLoader<Picture>(() => undefined);
  loader.want(['1', '2'].map(source.wanted));
  await source.answer('1');
  await source.answer('2', 0);
  expect(loader.failure('2')).toBe(0);
  loader.want(['2', '1'].map(source.wanted));
  expect(loader.failure('2')).toBeUndefined();
  expect(source.asked).toEqual(['1', '2', '2']);
  loader.close();
});
