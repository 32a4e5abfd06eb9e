/**
 * The product's look, once: colour, space, radius and type for portal and viewer alike.
 *
 * `tokens.css` holds the same values as custom properties (`--ht-…`); a test keeps the two in step. Dark is the
 * default and follows OHIF's navy surfaces with cyan for what can be acted on; light serves offices and print.
 */
export const dark = {
  /** Behind pictures. */
  canvas: '#000000',
  background: '#04061a',
  surface: '#090c2a',
  raised: '#0a1a45',
  hover: '#10265c',
  selected: '#0d306e',
  border: '#1a2550',
  borderStrong: '#33508f',
  text: '#f2f6fb',
  textSecondary: '#b5c8de',
  textMuted: '#7f9dbd',
  action: '#5acce6',
  actionHover: '#86dff2',
  actionText: '#03131f',
  focus: '#5acce6',
  pass: '#4fdc9a',
  passSurface: '#0a2c2a',
  fail: '#ff8d7e',
  failSurface: '#351528',
  review: '#ffcb5c',
  reviewSurface: '#2e2519',
  pending: '#93aee0',
  pendingSurface: '#141d47',
  /** The HR label (互认标识): always a filled chip. */
  label: '#17c3a2',
  labelText: '#00201a',
  shadow: '0 8px 28px rgba(0, 0, 0, 0.55)',
} as const;

export type ColourName = keyof typeof dark;

export const light: Readonly<Record<ColourName, string>> = {
  canvas: '#000000',
  background: '#f3f6fb',
  surface: '#ffffff',
  raised: '#ffffff',
  hover: '#edf4fb',
  selected: '#dceefa',
  border: '#dbe4ef',
  borderStrong: '#b4c4d9',
  text: '#0b1730',
  textSecondary: '#3a4a65',
  textMuted: '#5b6b85',
  action: '#00749e',
  actionHover: '#005b7d',
  actionText: '#ffffff',
  focus: '#00749e',
  pass: '#08744a',
  passSurface: '#e2f5eb',
  fail: '#bd2d20',
  failSurface: '#fdeae7',
  review: '#855600',
  reviewSurface: '#fdf2d6',
  pending: '#3f5a92',
  pendingSurface: '#e8eefb',
  label: '#0a7a67',
  labelText: '#ffffff',
  shadow: '0 8px 24px rgba(20, 40, 80, 0.14)',
};

/** Distances in CSS pixels. */
export const space = { 1: 4, 2: 8, 3: 12, 4: 16, 5: 24, 6: 32, 7: 48 } as const;

/** Corner radii in CSS pixels. */
export const radius = { small: 4, medium: 6, large: 10, pill: 999 } as const;

/** Type: the system's Chinese faces, none downloaded; sizes in CSS pixels. */
export const type = {
  family:
    '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", system-ui, "Segoe UI", Roboto, sans-serif',
  mono: 'ui-monospace, "SF Mono", Menlo, Consolas, monospace',
  tiny: 11,
  small: 12,
  body: 13,
  large: 15,
  title: 18,
  display: 24,
  lineHeight: 1.5,
} as const;

/** Heights in CSS pixels: a worklist row, a control, and the least a thumb can hit. */
export const size = { row: 34, control: 30, touch: 44 } as const;

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function declarations(values: Readonly<Record<string, string | number>>, prefix: string, unit = ''): string {
  return Object.entries(values)
    .map(
      ([name, value]) => `  --ht-${prefix}${kebab(name)}: ${value}${typeof value === 'number' ? unit : ''};`,
    )
    .join('\n');
}

/** The text of `tokens.css`. */
export function tokensCss(): string {
  const { lineHeight, family, mono, ...sizes } = type;
  return `/* Same values as tokens.ts; a test keeps them in step. Theme: data-theme="dark" (default) or "light". */
:root,
[data-theme='dark'] {
  color-scheme: dark;
${declarations(dark, 'colour-')}
}

[data-theme='light'] {
  color-scheme: light;
${declarations(light, 'colour-')}
}

:root {
${declarations(space, 'space-', 'px')}
${declarations(radius, 'radius-', 'px')}
${declarations(size, 'size-', 'px')}
  --ht-font: ${family.replaceAll('"', "'")};
  --ht-font-mono: ${mono.replaceAll('"', "'")};
${declarations(sizes, 'type-', 'px')}
  --ht-line-height: ${lineHeight};
}
`;
}
