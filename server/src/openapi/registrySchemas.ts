import { body, flag, instant, list, oneOf, orNull, ref, type Schema, text, whole } from './schemaWords.ts';

const day: Schema = { type: 'string', format: 'date' };

const names = { nameZh: text(), nameEn: text() };
const bilingual = body({ zh: text(), en: text() });
const result = oneOf('passed', 'failed');
const nullable = { hospital: orNull(text()), item: orNull(text()), scope: orNull(text()) };
const device = {
  hospital: text(),
  serialNumber: text('(0018,1000) of its images'),
  manufacturer: text(),
  model: text(),
  stationName: text(),
  modality: text(),
};
const modalities = { type: 'array', items: oneOf('DR', 'CT', 'MR') };
const membership = (of: string): Schema =>
  body({ [of]: text(), hospital: text(), day: { ...day, description: 'Today when absent' } }, 'day');

/** Bodies of the registry. */
export const REGISTRY_SCHEMAS: Record<string, Schema> = {
  RegistryHospital: body({
    code: text(),
    name: bilingual,
    level: text('For example 三级甲等; empty: not known'),
    tier: orNull(whole),
    grade: orNull(oneOf('特', '甲', '乙', '丙')),
    region: text('GB/T 2260 code or name'),
    scopes: list(text()),
    alliances: list(text()),
    inView: flag,
  }),
  Registry: body({
    hospitals: list(ref('RegistryHospital')),
    scopes: list(
      body({
        name: text(),
        nameEn: text(),
        kind: oneOf('alliance', 'city', 'province', 'crossProvince', 'nation'),
        validityMonths: whole,
        within: list(text()),
        isDefault: flag,
      }),
    ),
    members: list(body({ scope: text(), hospital: text(), joinedOn: day, leftOn: orNull(day) })),
    alliances: list(
      body({
        code: text(),
        name: bilingual,
        members: list(body({ hospital: text(), joinedOn: day, leftOn: orNull(day) })),
      }),
    ),
    centres: list(
      body({
        code: text(),
        name: bilingual,
        scope: text(),
        modalities,
        people: list(body({ username: text(), name: text() })),
      }),
    ),
    items: list(body({ code: text(), name: bilingual, category: text() })),
    warningDays: whole,
    expiring: whole,
    may: body({
      keepRegion: flag,
      administer: flag,
      centres: list(text()),
      deviceHospitals: orNull(list(text())),
    }),
  }),
  NewHospital: body({ code: text(), ...names, level: text(), region: text() }, 'nameEn', 'level', 'region'),
  HospitalChange: body({ ...names, level: text(), region: text() }, 'nameZh', 'nameEn', 'level', 'region'),
  RegistryEvents: body({
    events: list(
      body({
        id: whole,
        kind: text(),
        subject: text(),
        before: orNull({ type: 'object' }),
        after: orNull({ type: 'object' }),
        by: text(),
        at: instant,
      }),
    ),
  }),
  RecognitionScope: body(
    {
      name: text('Stands in labels: 龙南市 gives 龙南市HR'),
      nameEn: text(),
      kind: oneOf('alliance', 'city', 'province', 'crossProvince', 'nation'),
      validityMonths: { ...whole, description: 'Of evaluations that name no end; 6 when absent' },
      within: list(text()),
    },
    'nameEn',
    'kind',
    'validityMonths',
    'within',
  ),
  ScopeName: body({ name: text() }),
  ScopeMembership: membership('scope'),
  NewAlliance: body({ code: text(), ...names }),
  AllianceMembership: membership('alliance'),
  NewCentre: body({ code: text(), ...names, scope: text(), modalities }, 'modalities'),
  CentreCode: body({ code: text() }),
  CentrePeople: body({ code: text(), usernames: list(text()) }),
  RegistryReason: body({ reason: text() }),
  Evaluation: body({
    id: whole,
    hospital: text(),
    item: text(),
    scope: text(),
    evaluatedAt: day,
    validUntil: { ...day, description: 'The last day it holds' },
    result,
    centre: orNull(text()),
    document: text('Reference: number, title'),
    documentType: text('Media type of its file; empty: none'),
    recordedBy: text(),
    recordedAt: instant,
    revoked: orNull(body({ at: instant, by: text(), reason: text() })),
  }),
  Evaluations: body({ evaluations: list(ref('Evaluation')) }),
  EvaluationsPage: body({ evaluations: list(ref('Evaluation')), next: orNull(text()) }),
  NewEvaluation: body(
    {
      hospital: text(),
      items: list(text()),
      scope: text('The default scope when absent'),
      evaluatedAt: day,
      validUntil: { ...day, description: 'Half a year later when absent, or as the scope says' },
      result,
      centre: text(),
      document: text(),
    },
    'scope',
    'validUntil',
    'centre',
    'document',
  ),
  EvaluationMatrix: body({
    scope: text(),
    day,
    hospitals: list(text()),
    items: list(text()),
    cells: list(
      body({
        hospital: text(),
        item: text(),
        state: oneOf('none', 'failed', 'valid', 'expiring', 'expired'),
        id: whole,
        evaluatedAt: day,
        validUntil: day,
        suspended: flag,
      }),
    ),
  }),
  Expiring: body({
    days: whole,
    evaluations: list(
      body({ id: whole, hospital: text(), item: text(), scope: text(), validUntil: day, daysLeft: whole }),
    ),
    devices: list(body({ hospital: text(), serialNumber: text(), validUntil: day, daysLeft: whole })),
  }),
  Devices: body({
    devices: list(
      body({
        ...device,
        testedOn: orNull(day),
        validUntil: orNull(day),
        state: oneOf('tested', 'expiring', 'failed', 'lapsed', 'untested'),
      }),
    ),
  }),
  NewDeviceTest: body(
    { ...device, testedOn: day, validUntil: day, result, document: text() },
    'manufacturer',
    'model',
    'stationName',
    'modality',
    'validUntil',
    'document',
  ),
  DeviceTestId: body({ id: orNull(whole) }),
  DeviceTestsPage: body({
    tests: list(
      body({
        id: whole,
        ...device,
        testedOn: day,
        validUntil: day,
        result,
        document: text(),
        recordedBy: text(),
        recordedAt: instant,
      }),
    ),
    next: orNull(text()),
  }),
  NewSuspension: body({ ...nullable, reason: text() }, 'hospital', 'item', 'scope'),
  Suspension: body({
    id: whole,
    ...nullable,
    reason: text(),
    by: text(),
    at: instant,
    lifted: orNull(body({ at: instant, by: text(), reason: text() })),
  }),
  Suspensions: body({ suspensions: list(ref('Suspension')) }),
  RegistryImport: body({
    added: whole,
    changed: whole,
    unchanged: whole,
    errors: list(body({ line: whole, text: bilingual })),
  }),
};
