import { type RefObject, useEffect, useState } from 'react';

/**
 * Whether a line of links is wider than its place, so that some of them are out of sight.
 *
 * @param content changes where the line gets other links or words
 */
export function useOverflow(line: RefObject<HTMLElement | null>, content: string): boolean {
  const [overflows, setOverflows] = useState(false);
  useEffect(() => {
    const { current } = line;
    if (current === null) return undefined;
    const look = (): void => setOverflows(current.scrollWidth > current.clientWidth + 1);
    const watch = new ResizeObserver(look);
    // Links grow when counts arrive in them.
    for (const one of [current, ...current.children]) watch.observe(one);
    return () => watch.disconnect();
  }, [line, content]);
  return overflows;
}
