/** Pictures on the tools, on a 20 px grid; the words under them carry the names. */
const PATHS = {
  slices: 'M4 7l6-3 6 3-6 3zM4 10l6 3 6-3M4 13l6 3 6-3',
  window: 'M10 3a7 7 0 1 0 0 14zM10 3a7 7 0 0 1 0 14',
  measure: 'M3 13 13 3l4 4L7 17zM6 10l1.6 1.6M8.5 7.5l1.6 1.6M11 5l1.6 1.6',
  invert: 'M4 4h12v12H4zM4 16 16 4',
  rotate: 'M16 10a6 6 0 1 1-2-4.5M16.5 3v3.5H13',
  mirror: 'M10 3v14M8 6 3 15h5zM12 6l5 9h-5z',
  reset: 'M3 8V3h5M17 12v5h-5M3.5 3.5 8 8M16.5 16.5 12 12',
  play: 'M6 4l10 6-10 6z',
  pause: 'M6.5 4v12M13.5 4v12',
  back: 'M12.5 4l-6 6 6 6',
  info: 'M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14ZM10 9v4.5M10 6.4v.2',
  clear: 'M4 6h12M8 6V4h4v2M6 6l1 10h6l1-10',
} as const;

export type ToolIconName = keyof typeof PATHS;

export function ToolIcon({ name, filled = false }: { name: ToolIconName; filled?: boolean }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill={filled ? 'currentColor' : 'none'}
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
