/** DICOM time so many seconds after 10:00:00. */
export function timeOf(seconds: number): string {
  const total = Math.round(seconds * 10) / 10;
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const whole = `${two(10 + total / 3600)}${two((total % 3600) / 60)}${two(total % 60)}`;
  return `${whole}.${String(Math.round((total % 1) * 1e6)).padStart(6, '0')}`;
}
