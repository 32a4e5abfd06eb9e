/** Slides a line of links until the one of the present page is in its middle; what is around the line stays where it is. */
export function slideToActive(line: HTMLElement | null): void {
  const active = line?.querySelector('.active');
  if (line === null || active === null || active === undefined) return;
  const [outer, inner] = [line.getBoundingClientRect(), active.getBoundingClientRect()];
  line.scrollLeft += inner.left + inner.width / 2 - (outer.left + outer.width / 2);
}
