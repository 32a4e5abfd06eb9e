/** `StudyInstanceUIDs` may be repeated or hold a comma-separated list, in any case of letters. */
export function studiesInAddress(query: string): string[] {
  return [...new URLSearchParams(query)]
    .filter(([name]) => name.toLowerCase() === 'studyinstanceuids')
    .flatMap(([, value]) => value.split(','))
    .map((uid) => uid.trim())
    .filter((uid) => /^[0-9.]{1,64}$/.test(uid));
}
