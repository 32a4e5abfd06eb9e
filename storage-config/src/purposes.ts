/**
 * What patient data may be used for: codes of HL7 PurposeOfUse (v3-ActReason). `TREAT` treatment, `BTG` breaking the
 * glass, `HQUALIMP` improvement of quality, `HOPERAT` operation of the installation, `PATRQT` at the patient's own wish,
 * `HRESCH` research and teaching with de-identified copies.
 */
export const PURPOSES = ['TREAT', 'BTG', 'HQUALIMP', 'HOPERAT', 'PATRQT', 'HRESCH'] as const;
export type Purpose = (typeof PURPOSES)[number];
