import type { Extension, Identifier, ImagingStudy, ImagingStudySeries, Reference } from 'fhir/r4.js';
import { fhirDateTime } from './dates.ts';
import { accessionSystem, FHIR_SYSTEMS, imagingStudyId, orderSystem } from './references.ts';

/** Address of the extension that says which HR label a study carries; docs/integration.md describes it. */
export const HR_LABEL_EXTENSION = 'urn:hutong:StructureDefinition:hr-label';

/** A hospital's copy of a study as `readImagingStudies` reads it. */
export interface ImagingStudyRow {
  studyId: number;
  hospital: string;
  hospitalName: string;
  studyInstanceUid: string;
  patientId: string;
  issuer: string;
  /** Of the patient; shown in Patient resources alone. */
  alphabetic: string;
  ideographic: string;
  sex: string;
  birthDate: string;
  studyDate: string;
  studyTime: string;
  timezoneOffset: string;
  accessionNumber: string;
  description: string;
  modalities: string[];
  numberOfSeries: number;
  numberOfInstances: number;
  updatedAt: Date;
  series: {
    uid: string;
    number: number | null;
    modality: string;
    description: string;
    bodyPart: string;
    date: string;
    time: string;
    instances: number;
  }[];
  /** Items that the study was judged on; none while it is to be judged. */
  items: { code: string; zh: string | null }[];
  /** HR labels in force. */
  labels: { text: string; scope: string; item: string; since: string }[];
  /** Numbers of its orders at its hospital. */
  orders: string[];
}

export interface ImagingStudyOptions {
  /** Id of the Patient; null: the study names none. */
  patient: string | null;
  /** Whether addresses of DICOMweb are known, so that endpoints can be named. */
  endpoints?: boolean;
  /** Leaves out free text, which may name anybody, and numbers by which the hospital knows the patient's order. */
  impersonal?: boolean;
  /** What an item is called; absent: what the row knows. */
  itemName?: (code: string) => string;
}

/** A study of one hospital as a FHIR R4 ImagingStudy. It names the patient by reference alone. */
export function imagingStudy(row: ImagingStudyRow, options: ImagingStudyOptions): ImagingStudy {
  const { hospital } = row;
  const started = fhirDateTime(row.studyDate, row.studyTime, row.timezoneOffset);
  const name = (code: string, zh: string | null): string => options.itemName?.(code) ?? zh ?? code;
  return {
    resourceType: 'ImagingStudy',
    id: imagingStudyId(hospital, row.studyInstanceUid),
    meta: { lastUpdated: row.updatedAt.toISOString() },
    ...(row.labels.length === 0
      ? {}
      : { extension: row.labels.map((label) => labelExtension(label, name(label.item, null))) }),
    identifier: identifiersOf(row, options),
    status: row.numberOfInstances > 0 ? 'available' : 'registered',
    ...(row.modalities.length === 0
      ? {}
      : { modality: row.modalities.map((code) => ({ system: FHIR_SYSTEMS.dicom, code })) }),
    subject: subjectOf(options.patient),
    ...(started === undefined ? {} : { started }),
    ...(options.impersonal === true || row.orders.length === 0
      ? {}
      : {
          basedOn: row.orders.map((value) => ({
            type: 'ServiceRequest',
            identifier: { system: orderSystem(hospital), value },
          })),
        }),
    ...(options.endpoints === true
      ? {
          endpoint: ['wado-rs', 'qido-rs'].map((kind) => ({ reference: `Endpoint/${hospital}.${kind}` })),
        }
      : {}),
    numberOfSeries: row.numberOfSeries,
    numberOfInstances: row.numberOfInstances,
    ...(row.items.length === 0
      ? {}
      : {
          procedureCode: row.items.map(({ code, zh }) => ({
            coding: [{ system: FHIR_SYSTEMS.item, code, display: name(code, zh) }],
          })),
        }),
    ...(row.description === '' || options.impersonal === true ? {} : { description: row.description }),
    ...(row.series.length === 0 ? {} : { series: row.series.map((one) => seriesOf(one, row, options)) }),
  };
}

function identifiersOf(row: ImagingStudyRow, { impersonal }: ImagingStudyOptions): Identifier[] {
  const assigner = organizationOf(row);
  return [
    { use: 'official', system: FHIR_SYSTEMS.dicomUid, value: `urn:oid:${row.studyInstanceUid}` },
    ...(row.accessionNumber === '' || impersonal === true
      ? []
      : [
          {
            type: {
              coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v2-0203', code: 'ACSN' }],
            },
            system: accessionSystem(row.hospital),
            value: row.accessionNumber,
            assigner,
          },
        ]),
  ];
}

const organizationOf = ({ hospital, hospitalName }: ImagingStudyRow): Reference => ({
  reference: `Organization/${hospital}`,
  ...(hospitalName === '' ? {} : { display: hospitalName }),
});

const subjectOf = (patient: string | null): Reference =>
  patient === null
    ? { type: 'Patient', display: '未知 unknown' }
    : { type: 'Patient', reference: `Patient/${patient}` };

function seriesOf(
  series: ImagingStudyRow['series'][number],
  row: ImagingStudyRow,
  { impersonal }: ImagingStudyOptions,
): ImagingStudySeries {
  const started = fhirDateTime(series.date, series.time, row.timezoneOffset);
  return {
    uid: series.uid,
    ...(series.number === null || series.number < 0 ? {} : { number: series.number }),
    // Where the modality is not said, other (OT of DICOM).
    modality: { system: FHIR_SYSTEMS.dicom, code: series.modality === '' ? 'OT' : series.modality },
    ...(series.description === '' || impersonal === true ? {} : { description: series.description }),
    numberOfInstances: series.instances,
    ...(series.bodyPart === '' ? {} : { bodySite: { display: series.bodyPart } }),
    ...(started === undefined ? {} : { started }),
    performer: [
      {
        function: {
          coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'PRF' }],
        },
        actor: organizationOf(row),
      },
    ],
  };
}

/** A label covers images and data, not the conclusion (S0). */
const labelExtension = (label: ImagingStudyRow['labels'][number], itemName: string): Extension => ({
  url: HR_LABEL_EXTENSION,
  extension: [
    { url: 'text', valueString: label.text },
    { url: 'scope', valueCoding: { system: FHIR_SYSTEMS.scope, code: label.scope } },
    { url: 'item', valueCoding: { system: FHIR_SYSTEMS.item, code: label.item, display: itemName } },
    { url: 'since', valueInstant: label.since },
  ],
});
