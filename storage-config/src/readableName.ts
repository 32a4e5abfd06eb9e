const HAN = /[\u2e80-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;

/** Whether a name, or a part of one, is written in Han characters, and so without spaces. */
export function isHan(name: string): boolean {
  return HAN.test(name);
}

/** A component group of a person name for reading: `张^三` → 张三, `ZHANG^SAN` → ZHANG SAN. */
export function readableName(group: string): string {
  const components = group.split('^').map((component) => component.trim());
  return components.filter((component) => component !== '').join(isHan(group) ? '' : ' ');
}
