import { z } from 'zod';
import { hospitalOfPatientIds, SYSTEMS } from '../../fhirResources/references.ts';
import { HttpProblem } from '../../problem.ts';
import type { GivenIdentifier } from '@hutong/storage-config';

/** Orders of one request. */
const MOST_ORDERS = 20;

const short = z.string().max(500);
const coding = z.looseObject({
  system: short.optional(),
  code: z.string().max(64).optional(),
  display: short.optional(),
});
const concept = z.looseObject({ coding: z.array(coding).max(20).optional(), text: short.optional() });
const identifier = z.looseObject({
  use: short.optional(),
  type: concept.optional(),
  system: short.optional(),
  value: z.string().max(200).optional(),
});

const patientSchema = z.looseObject({
  resourceType: z.literal('Patient'),
  id: z.string().max(64).optional(),
  identifier: z.array(identifier).max(50).optional(),
});
const encounterSchema = z.looseObject({
  resourceType: z.literal('Encounter'),
  class: coding.optional(),
  serviceType: concept.optional(),
});
const orderSchema = z.looseObject({
  resourceType: z.literal('ServiceRequest'),
  id: z.string().max(64).optional(),
  identifier: z.array(identifier).max(20).optional(),
  code: concept.optional(),
  requester: z.looseObject({ display: short.optional(), reference: short.optional() }).optional(),
});

const entry = z.looseObject({
  resource: z.looseObject({ resourceType: short, id: short.optional() }).optional(),
});

const requestSchema = z.looseObject({
  hook: z.enum(['order-select', 'order-sign']),
  hookInstance: z.uuid(),
  context: z.looseObject({
    userId: short,
    patientId: z.string().min(1).max(64),
    encounterId: z.string().max(64).optional(),
    selections: z.array(short).max(100).optional(),
    draftOrders: z.looseObject({
      resourceType: z.literal('Bundle'),
      entry: z.array(entry).max(200).optional(),
    }),
  }),
  prefetch: z.record(z.string().max(100), z.unknown()).optional(),
});

/** An order of the request as reminders take it. */
export interface DraftOrder {
  /** `ServiceRequest/…`, where it has an id. */
  reference: string | null;
  orderNumber: string;
  code: string;
  scheme: string;
  name: string;
  modality: string;
  otherCodes: { code: string; scheme: string }[];
  requester: string;
}

/** What a call of a service says. */
export interface HookRequest {
  patientId: string;
  issuerOfPatientId: string;
  identifiers: GivenIdentifier[];
  practitioner: string;
  department: string;
  patientClass: '' | 'outpatient' | 'inpatient' | 'emergency';
  orders: DraftOrder[];
}

const bad = (en: string, zh: string): HttpProblem => new HttpProblem(400, 'bad-hook-request', en, zh);

/**
 * Reads a call of a service (CDS Hooks 2.0). Nothing is ever fetched from the client's FHIR server: what is needed has to be
 * prefetched.
 *
 * @param hospital of the client
 * @throws HttpProblem 400 naming what does not fit, 412 where the patient was not prefetched
 */
export function readHookRequest(body: unknown, hook: string, hospital: string): HookRequest {
  const parsed = requestSchema.safeParse(body);
  if (!parsed.success) {
    const where = [...new Set(parsed.error.issues.map(({ path }) => path.join('.') || 'body'))].join(', ');
    throw bad(`The request is none of CDS Hooks 2.0: ${where}.`, `请求不符合 CDS Hooks 2.0：${where}。`);
  }
  const { context, prefetch = {} } = parsed.data;
  if (parsed.data.hook !== hook)
    throw bad('The hook is another one than that of the service.', 'hook 与所调用的服务不一致。');
  const patient = patientSchema.safeParse(prefetch['patient']);
  if (!patient.success)
    throw new HttpProblem(
      412,
      'prefetch-needed',
      'The Patient has to be prefetched (prefetch.patient): this service fetches nothing from the client.',
      '请预取患者资源（prefetch.patient）：本服务不会向客户端发起查询。',
    );
  // An id that is none of this patient would show somebody else's studies.
  if (patient.data.id !== undefined && patient.data.id !== context.patientId)
    throw bad(
      'prefetch.patient is another patient than context.patientId.',
      '预取的患者与 context.patientId 不一致。',
    );
  const encounter = encounterSchema.safeParse(prefetch['encounter']).data;
  const orders = ordersOf(
    context.draftOrders.entry ?? [],
    hook === 'order-select' ? context.selections : undefined,
  );
  return {
    ...identityOf(patient.data.identifier ?? [], hospital),
    practitioner: plain(orders.find(({ requester }) => requester !== '')?.requester ?? context.userId, 100),
    department: plain(
      encounter?.serviceType?.text ?? encounter?.serviceType?.coding?.[0]?.display ?? '',
      100,
    ),
    patientClass: CLASSES[encounter?.class?.code ?? ''] ?? '',
    orders,
  };
}

/** ActEncounterCode of HL7 v3. */
const CLASSES: Readonly<Record<string, HookRequest['patientClass']>> = {
  AMB: 'outpatient',
  IMP: 'inpatient',
  ACUTE: 'inpatient',
  NONAC: 'inpatient',
  EMER: 'emergency',
};

const plain = (text: string, most: number): string =>
  text.replaceAll('\0', '').trim().slice(0, most).toWellFormed();

type Entries = readonly z.infer<typeof entry>[];

function ordersOf(entries: Entries, selections: readonly string[] | undefined): DraftOrder[] {
  const requests = entries.flatMap(({ resource }) => {
    if (resource?.resourceType !== 'ServiceRequest') return [];
    const parsed = orderSchema.safeParse(resource);
    if (!parsed.success)
      throw bad(
        'A ServiceRequest of draftOrders does not fit FHIR R4.',
        'draftOrders 中的 ServiceRequest 格式不正确。',
      );
    return [parsed.data];
  });
  const selected =
    selections === undefined
      ? requests
      : requests.filter(({ id }) => id !== undefined && selections.includes(`ServiceRequest/${id}`));
  if (selected.length > MOST_ORDERS)
    throw bad(`At most ${MOST_ORDERS} orders are looked at.`, `一次最多处理 ${MOST_ORDERS} 项申请。`);
  return selected.map(orderOf);
}

function orderOf({ id, identifier = [], code, requester }: z.infer<typeof orderSchema>): DraftOrder {
  const codings = (code?.coding ?? []).flatMap((one) =>
    one.code === undefined || one.code === ''
      ? []
      : [{ code: plain(one.code, 64), scheme: schemeOf(one.system ?? '') }],
  );
  const [first = { code: '', scheme: '' }, ...otherCodes] = codings;
  const display = code?.coding?.find((one) => (one.display ?? '') !== '')?.display ?? '';
  return {
    reference: id === undefined || !/^[A-Za-z0-9\-.]{1,64}$/.test(id) ? null : `ServiceRequest/${id}`,
    orderNumber: plain(identifier.find(({ value }) => (value ?? '') !== '')?.value ?? '', 64),
    ...first,
    name: plain(code?.text ?? display, 200),
    modality: '',
    otherCodes,
    requester: plain(requester?.display ?? '', 100),
  };
}

/** Coding scheme as DICOM names it: known systems, else the last word of the address (`…/99HIS` is 99HIS). */
function schemeOf(system: string): string {
  if (system === 'http://loinc.org') return 'LN';
  if (system === 'http://snomed.info/sct') return 'SCT';
  return plain(/[^/:#]*$/.exec(system)?.[0] ?? '', 64);
}

/** Types of identifiers of HL7 v2 table 0203. */
const KINDS: Readonly<Record<string, GivenIdentifier['kind']>> = {
  NI: 'idCard',
  NNCHN: 'idCard',
  JHN: 'healthCard',
  HC: 'healthCard',
  PPN: 'passport',
};
const KINDS_OF_SYSTEMS: Readonly<Record<string, GivenIdentifier['kind']>> = {
  [SYSTEMS.idCard]: 'idCard',
  [SYSTEMS.healthCard]: 'healthCard',
};
const LOCAL = new Set(['MR', 'PI', 'PT']);

/**
 * Number of the patient at the hospital, and identifiers of the person. The logical id of the resource is neither: the number
 * of somebody else may be the same.
 */
function identityOf(
  given: readonly z.infer<typeof identifier>[],
  hospital: string,
): Pick<HookRequest, 'patientId' | 'issuerOfPatientId' | 'identifiers'> {
  const identifiers: GivenIdentifier[] = [];
  const local: { patientId: string; issuerOfPatientId: string; named: boolean }[] = [];
  for (const { type, system = '', value = '' } of given) {
    const text = plain(value, 64);
    if (text === '') continue;
    const codes = type?.coding?.map(({ code = '' }) => code) ?? [];
    const kind = KINDS_OF_SYSTEMS[system] ?? codes.flatMap((code) => KINDS[code] ?? [])[0];
    const own = hospitalOfPatientIds(system);
    if (own !== null && own.hospital !== hospital) continue;
    if (own !== null) local.push({ patientId: text, issuerOfPatientId: own.issuer, named: true });
    else if (kind !== undefined) identifiers.push({ kind, value: text });
    else if (codes.some((code) => LOCAL.has(code)))
      local.push({ patientId: text, issuerOfPatientId: '', named: false });
  }
  const best = local.find(({ named }) => named) ?? (local.length === 1 ? local[0] : undefined);
  return {
    patientId: best?.patientId ?? '',
    issuerOfPatientId: best?.issuerOfPatientId ?? '',
    identifiers: identifiers.slice(0, 10),
  };
}
