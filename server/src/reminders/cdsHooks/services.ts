/** Services of CDS Hooks, by hook. What they need is prefetched by the client. */
const PREFETCH = {
  patient: 'Patient/{{context.patientId}}',
  encounter: 'Encounter/{{context.encounterId}}',
};

const USAGE =
  'Patient.identifier holds the number of the patient at the hospital (type MR or PI) and, where known, the ID-card number (type NNCHN or NI) or health-card number (type JHN or HC). Send a JWT of a registered client.';

export const SERVICES = [
  {
    hook: 'order-select',
    id: 'hutong-recognition-select',
    title: '检查结果互认提醒（选择申请时） Recognised examinations, on selecting orders',
    description:
      'Says which recognised imaging studies of the patient, of any hospital, answer the exam that is being ordered.',
    prefetch: PREFETCH,
    usageRequirements: USAGE,
  },
  {
    hook: 'order-sign',
    id: 'hutong-recognition-sign',
    title: '检查结果互认提醒（签署申请时） Recognised examinations, on signing orders',
    description:
      'Says which recognised imaging studies of the patient, of any hospital, answer the exams that are being signed.',
    prefetch: PREFETCH,
    usageRequirements: USAGE,
  },
] as const;
