import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { MessageOutcome, MessageSource, OrderMessage } from './messages.ts';
import { noteOrderedExams } from './noteOrderedExams.ts';
import { judgeByAccession } from './toBeJudged.ts';

interface KnownOrder {
  id: number;
  accession: string;
  stated: Date | null;
}

/**
 * Keeps orders of one hospital, by their numbers. The same message again changes nothing; one that states an older time than
 * what is known goes into the history alone. Studies of the accession numbers are judged again, for the order says which
 * item they are. Belongs into one transaction.
 *
 * @returns what became of each, in their order
 */
export async function saveOrders(
  client: pg.PoolClient,
  hospital: string,
  orders: readonly OrderMessage[],
  source: MessageSource,
): Promise<MessageOutcome[]> {
  await lockNumbers(
    client,
    'exam_order',
    hospital,
    orders.map(({ orderNumber }) => orderNumber),
  );
  const outcomes: MessageOutcome[] = [];
  const accessions: string[] = [];
  for (const order of orders) {
    const saved = await saveOrder(client, hospital, order, source);
    outcomes.push(saved.outcome);
    if (saved.outcome === 'created' || saved.outcome === 'updated') accessions.push(...saved.accessions);
  }
  await noteOrderedExams(
    client,
    hospital,
    orders.filter(({ status }) => status !== 'revoked').map(({ exam, modality }) => ({ ...exam, modality })),
  );
  await judgeByAccession(client, hospital, accessions);
  return outcomes;
}

/** Has messages on the same numbers come one after the other, whoever sends them. */
export async function lockNumbers(
  client: pg.PoolClient,
  kind: string,
  hospital: string,
  numbers: readonly string[],
): Promise<void> {
  await client.query(
    `SELECT pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2 || ' ' || number, 0))
       FROM (SELECT DISTINCT unnest($3::text[]) AS number ORDER BY 1) AS given`,
    [kind, hospital, numbers],
  );
}

/** Whether a message is of before what is known; where one of them states no time, what comes later is the newer. */
export const isOlder = (stated: Date | null, known: Date | null): boolean =>
  stated !== null && known !== null && stated < known;

/** Digest of what a message says, in one order of its members. */
export function contentDigest(content: Readonly<Record<string, unknown>>): Buffer {
  const members = Object.entries(content).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256').update(JSON.stringify(members)).digest();
}

async function saveOrder(
  client: pg.PoolClient,
  hospital: string,
  order: OrderMessage,
  source: MessageSource,
): Promise<{ outcome: MessageOutcome; accessions: string[] }> {
  const { rows } = await client.query<KnownOrder>(
    `SELECT exam_order_id AS id, accession_number AS accession, stated_at AS stated
       FROM exam_order WHERE hospital_code = $1 AND order_number = $2`,
    [hospital, order.orderNumber],
  );
  const [known] = rows;
  const digest = contentDigest({ ...order });
  if (known === undefined) {
    const id = await putOrder(client, hospital, order);
    await keepVersion(client, id, order, digest, source);
    return { outcome: 'created', accessions: [order.accessionNumber] };
  }
  if (!(await keepVersion(client, known.id, order, digest, source)))
    return { outcome: 'unchanged', accessions: [] };
  if (isOlder(order.statedAt, known.stated)) return { outcome: 'older', accessions: [] };
  await putOrder(client, hospital, order);
  return { outcome: 'updated', accessions: [known.accession, order.accessionNumber] };
}

async function putOrder(client: pg.PoolClient, hospital: string, order: OrderMessage): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO exam_order (hospital_code, order_number, accession_number, patient_id, issuer_of_patient_id, exam_code,
                             exam_scheme, exam_name, modality, department, requester, priority, patient_class, status,
                             ordered_at, stated_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     ON CONFLICT (hospital_code, order_number) DO UPDATE
        SET accession_number = EXCLUDED.accession_number, patient_id = EXCLUDED.patient_id,
            issuer_of_patient_id = EXCLUDED.issuer_of_patient_id, exam_code = EXCLUDED.exam_code,
            exam_scheme = EXCLUDED.exam_scheme, exam_name = EXCLUDED.exam_name, modality = EXCLUDED.modality,
            department = EXCLUDED.department, requester = EXCLUDED.requester, priority = EXCLUDED.priority,
            patient_class = EXCLUDED.patient_class, status = EXCLUDED.status, ordered_at = EXCLUDED.ordered_at,
            stated_at = EXCLUDED.stated_at, updated_at = now()
     RETURNING exam_order_id AS id`,
    [
      hospital,
      order.orderNumber,
      order.accessionNumber,
      order.patientId,
      order.issuer,
      order.exam.code,
      order.exam.scheme,
      order.exam.name,
      order.modality,
      order.department,
      order.requester,
      order.priority,
      order.patientClass,
      order.status,
      order.orderedAt,
      order.statedAt,
    ],
  );
  const [saved] = rows;
  if (saved === undefined) throw new Error('the order was not recorded');
  return saved.id;
}

/** Whether the message says something that none before it said. */
async function keepVersion(
  client: pg.PoolClient,
  id: number,
  order: OrderMessage,
  digest: Buffer,
  source: MessageSource,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO exam_order_version (exam_order_id, content, content_sha256, stated_at, source)
     VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
    [id, JSON.stringify(order), digest, order.statedAt, source],
  );
  return rowCount === 1;
}
