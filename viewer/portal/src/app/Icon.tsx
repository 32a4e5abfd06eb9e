/** The portal's few icons, drawn on a 16 px grid in the text's colour. */
const PATHS = {
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9ZM10.4 10.4 14 14',
  sun: 'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M13 3l-1.1 1.1M4.1 11.9 3 13',
  moon: 'M13.5 9.6A6 6 0 0 1 6.4 2.5a6 6 0 1 0 7.1 7.1Z',
  keyboard: 'M1.5 4h13v8h-13zM4 6.5h.01M6.7 6.5h.01M9.3 6.5h.01M12 6.5h.01M4.5 9.5h7',
  user: 'M8 2.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6ZM2.5 14c.5-2.8 2.7-4.2 5.5-4.2s5 1.4 5.5 4.2',
  filter: 'M2 3.5h12M4.2 8h7.6M6.5 12.5h3',
  menu: 'M2.5 4h11M2.5 8h11M2.5 12h11',
  close: 'm3.5 3.5 9 9M12.5 3.5l-9 9',
  open: 'M6 3H3v10h10v-3M9 2.5h4.5V7M13.2 2.8 7.5 8.5',
  chevron: 'm4 6 4 4 4-4',
  right: 'm6 3.5 4.5 4.5L6 12.5',
  print: 'M4.5 6V2h7v4M4.5 11.5H2.5v-5h11v5h-2M4.5 9.5h7V14h-7z',
  copy: 'M5.5 5.5h8v8h-8zM3 10.5H2.5v-8h8V3',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  history: 'M2.6 5.2A6 6 0 1 1 2 8.6M2.3 2.2v3.2h3.2M8 4.8V8.3l2.4 1.5',
  up: 'M8 13V3.5M3.8 7.5 8 3.2l4.2 4.3',
  share:
    'M11.5 5.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM4.5 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM11.5 14.5a2 2 0 1 0 0-4 2 2 0 0 0 0 4ZM6.3 7.1l3.5-2.6M6.3 8.9l3.5 2.6',
  sort: 'M5 2.5v11M2.5 11 5 13.5 7.5 11M11 13.5v-11M8.5 5 11 2.5 13.5 5',
} as const;

export type IconName = keyof typeof PATHS;

/** A decorative icon; the control that holds it carries the name. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      className="icon"
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The product's mark: two open hands joined by a bar, the 互 that makes 互通. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path
        d="M11 8a8 8 0 0 0 0 16h2v-4h-2a4 4 0 0 1 0-8h3V8zM21 24a8 8 0 0 0 0-16h-2v4h2a4 4 0 0 1 0 8h-3v4z"
        fill="var(--ht-colour-action)"
      />
      <rect x="11.5" y="14.5" width="9" height="3" rx="1.5" fill="var(--ht-colour-label)" />
    </svg>
  );
}
