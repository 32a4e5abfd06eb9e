/** The pictures of a series in their order, out of a QIDO-RS answer. */
export interface Slice {
  instance: string;
  /** 1-based; null for an image of one frame. */
  frame: number | null;
  /** Pixels of the stored image; 0 when unknown. */
  columns: number;
  rows: number;
}

type Result = Record<string, { Value?: unknown[] } | undefined>;

const MAX_FRAMES = 5_000;

const value = (result: Result, tag: string): unknown => result[tag]?.Value?.[0];
function numberAt(result: Result, tag: string): number {
  const found = Number(value(result, tag));
  return Number.isFinite(found) ? found : 0;
}

/** Pictures of the instances, in the order of their numbers; each frame of a multi-frame image is one. */
export function slicesOf(results: readonly Result[]): Slice[] {
  return results
    .filter((result) => typeof value(result, '00080018') === 'string')
    .toSorted((a, b) => numberAt(a, '00200013') - numberAt(b, '00200013'))
    .flatMap((result): Slice[] => {
      const slice = {
        instance: String(value(result, '00080018')),
        columns: numberAt(result, '00280011'),
        rows: numberAt(result, '00280010'),
      };
      const frames = Math.min(MAX_FRAMES, Math.trunc(numberAt(result, '00280008')));
      if (frames <= 1) return [{ ...slice, frame: null }];
      return Array.from({ length: frames }, (_, index) => ({ ...slice, frame: index + 1 }));
    });
}

/** Where one begins: in the middle, which is what the series' thumbnail shows. */
export const middleOf = (count: number): number => Math.max(0, Math.floor((count - 1) / 2));

/** An index within a series of `count`. */
export const within = (index: number, count: number): number =>
  Math.max(0, Math.min(count - 1, Math.round(index)));

/** Which pictures to have, the most wanted first: the shown one, then more ahead of the way one goes than behind it. */
export function wantedAround(
  index: number,
  count: number,
  direction: 1 | -1,
  ahead: number,
  behind: number,
): number[] {
  const wanted = [index];
  for (let step = 1; step <= Math.max(ahead, behind); step++) {
    if (step <= ahead) wanted.push(index + step * direction);
    if (step <= behind) wanted.push(index - step * direction);
  }
  return wanted.filter((each) => each >= 0 && each < count);
}
