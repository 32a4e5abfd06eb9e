/**
 * Whose copy of a study is shown. Two hospitals may have stored a study under one UID, and not always of one patient: the
 * list opens the copy of the row, and the viewer reads it from the root of that hospital.
 */

/** `hospital` in the query of an address; null where there is none, or something else stands there. */
export function hospitalInAddress(query: string): string | null {
  const code = new URLSearchParams(query).get('hospital') ?? '';
  return /^[a-z0-9][a-z0-9-]{0,31}$/.test(code) ? code : null;
}

/** Code of the hospital; null: the copies that are shown as one. It stays the same while the page does. */
export const openHospital: string | null = hospitalInAddress(
  typeof location === 'undefined' ? '' : location.search,
);

/** Asks what is below `/api/studies` for that hospital's copy. */
export const hospitalQuery = (hospital: string | null = openHospital): string =>
  hospital === null ? '' : `?hospital=${hospital}`;
