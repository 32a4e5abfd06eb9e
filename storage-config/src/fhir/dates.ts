/** Time zone of the region, where a date does not say one. */
export const HOME_OFFSET = '+08:00';

/** Whether the calendar has a day YYYY-MM-DD: JavaScript makes the 2nd of March of the 30th of February. */
export const isRealDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

/** DICOM's offset `+0800` as FHIR writes it; the region's where there is none. */
const offsetOf = (timezoneOffset: string): string =>
  /^[+-](0\d|1[0-4])[0-5]\d$/.test(timezoneOffset)
    ? `${timezoneOffset.slice(0, 3)}:${timezoneOffset.slice(3)}`
    : HOME_OFFSET;

/** DICOM's date (DA) as FHIR's; undefined for what is none. */
export function fhirDate(date: string): string | undefined {
  const text = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
  return /^\d{8}$/.test(date) && isRealDay(text) ? text : undefined;
}

/** DICOM's date and time (DA, TM) as FHIR's dateTime: the day alone where the time is not known to the minute. */
export function fhirDateTime(date: string, time: string, timezoneOffset: string): string | undefined {
  const day = fhirDate(date);
  if (day === undefined) return undefined;
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?/.exec(time);
  if (match === null) return day;
  return `${day}T${match[1] ?? ''}:${match[2] ?? ''}:${match[3] ?? '00'}${offsetOf(timezoneOffset)}`;
}
