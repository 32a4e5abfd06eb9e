/** Dates and times of a study, all counted from one moment. */
export interface Clock {
  /** YYYYMMDD */
  date: string;
  /** HHMMSS.FFFFFF so many seconds after the study began. */
  time(seconds: number): string;
  dateTime(seconds: number): string;
}

/** A clock from a date (YYYYMMDD) shifted by days, and a time of day (HH:MM:SS). */
export function clock(baseDate: string, days: number, timeOfDay: string): Clock {
  const base = Date.UTC(
    Number(baseDate.slice(0, 4)),
    Number(baseDate.slice(4, 6)) - 1,
    Number(baseDate.slice(6, 8)) + days,
  );
  const date = new Date(base).toISOString().slice(0, 10).replaceAll('-', '');
  const [hours = 0, minutes = 0, seconds = 0] = timeOfDay.split(':').map(Number);
  const start = hours * 3600 + minutes * 60 + seconds;
  const time = (after: number): string => {
    const total = start + after;
    const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
    const fraction = String(Math.round((total % 1) * 1000) % 1000).padStart(3, '0');
    return `${two(total / 3600)}${two((total / 60) % 60)}${two(total % 60)}.${fraction}000`;
  };
  return { date, time, dateTime: (after) => `${date}${time(after)}` };
}
