/**
 * SQL: patient ids `a` and `b` of one hospital name one patient, or one of them is not told. Different ids are the same
 * patient only where people or identifiers said that they are one person.
 *
 * @param hospital SQL of the hospital code
 */
export function samePatient(
  hospital: string,
  a: { id: string; issuer: string },
  b: { id: string; issuer: string },
): string {
  const equal = `${a.id} = ${b.id} AND (${a.issuer} = ${b.issuer} OR ${a.issuer} = '' OR ${b.issuer} = '')`;
  const link = (alias: string, of: { id: string; issuer: string }): string =>
    `${alias}.hospital_code = ${hospital} AND ${alias}.patient_id = ${of.id} AND ${alias}.issuer_of_patient_id = ${of.issuer}
                AND ${alias}.ended_at IS NULL`;
  return `(${a.id} = '' OR ${b.id} = '' OR (${equal})
           OR EXISTS (SELECT FROM patient_link pa JOIN patient_link pb USING (person_id)
                       WHERE ${link('pa', a)} AND ${link('pb', b)}))`;
}
