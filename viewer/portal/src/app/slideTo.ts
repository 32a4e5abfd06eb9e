/** Slides a line of links until the one of the present page is in its middle; what is around the line stays where it is. */
function slide(line: HTMLElement): void {
  const active = line.querySelector('.active');
  if (active === null) return;
  const [outer, inner] = [line.getBoundingClientRect(), active.getBoundingClientRect()];
  line.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}

/** Keeps the link of the present page in sight, also while counts arrive beside others. Answers what ends that. */
export function keepActiveInSight(line: HTMLElement | null): (() => void) | undefined {
  if (line === null) return undefined;
  const watch = new ResizeObserver(() => slide(line));
  for (const link of line.children) watch.observe(link);
  return () => watch.disconnect();
}
