import {
  addWebhook,
  CHANGE_ACTIONS,
  WEBHOOK_FORMATS,
  findHospital,
  listWebhooks,
  removeWebhook,
  setWebhookActive,
  type Webhook,
  webhookUrlProblem,
} from '@hutong/storage-config';
import { json, Router, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/authenticate.ts';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type { NewWebhookBody, WebhookBody } from '../contract.ts';
import { parsedBody } from '../jsonBody.ts';
import { UUID } from '../listQuery.ts';
import { HttpProblem, problem } from '../problem.ts';
import { continueBody, limitBodyTime } from '../requestBody.ts';

const UNFIT = { code: 'bad-webhook' };

/** Webhooks of one hospital, or of the region. */
export const MAX_WEBHOOKS = 20;

const newWebhook = z.strictObject({
  hospital: z.string().max(32).nullish(),
  url: z.string(),
  actions: z.array(z.enum(CHANGE_ACTIONS)).min(1).nullish(),
  from: z.enum(['oldest', 'now']).optional(),
  format: z.enum(WEBHOOK_FORMATS).default('json'),
  withPatients: z.boolean().default(false),
});

const WITH_PATIENTS_WARNING = {
  zh: '该回调将把患者姓名、患者编号、性别与出生日期发送给接收方。请确认已有合法依据并签署协议；此操作已记入审计。',
  en: 'This webhook sends names, PatientIDs, sex and dates of birth of patients to its receiver. See that there is a legal ground and an agreement; it is on record in the audit trail.',
};
const change = z.strictObject({ active: z.boolean() });

/**
 * `/webhooks` below `/api`, for administrators: list, add, pause and end the addresses that changes are delivered to. The
 * administrator of a hospital sees to that hospital's alone.
 */
export function webhookRoutes({
  index,
  audit,
  secrets,
}: Pick<ServerParts, 'index' | 'audit' | 'secrets'>): Router {
  const router = Router();
  const admin = requireScope('admin');
  const body = [limitBodyTime, wanted, json({ limit: 16_384 })];

  router.get('/webhooks', admin, async (_req, res) => {
    withoutPatients(res);
    const webhooks = await listWebhooks(index, hospitalsWith(callerOf(res), 'admin'));
    res.set('Cache-Control', 'no-store').json({ webhooks: webhooks.map(bodyOf) });
  });

  router.post('/webhooks', admin, ...body, async (req, res) => {
    const {
      url,
      actions = null,
      from,
      format,
      withPatients,
      ...given
    } = parsedBody(newWebhook, req.body, UNFIT);
    const wrong = webhookUrlProblem(url);
    if (wrong !== null)
      throw new HttpProblem(
        400,
        'bad-webhook',
        `The url is not usable: ${wrong.en}.`,
        `url 不可用：${wrong.zh}。`,
      );
    if (withPatients && (format !== 'fhir' || !url.startsWith('https:')))
      throw new HttpProblem(
        400,
        'bad-webhook',
        'Only webhooks of the format fhir whose url begins with https: are told who patients are.',
        '仅 format 为 fhir 且 url 以 https: 开头的回调可包含患者身份信息。',
      );
    const hospital = await hospitalOf(given.hospital ?? null, res);
    // Who administers need not be one who may read patients.
    const readable = hospitalsWith(callerOf(res), 'read');
    if (withPatients && readable !== null && (hospital === null || !readable.includes(hospital)))
      throw problem('forbidden', {
        detail: 'Only who may read the patients has them sent elsewhere: the scope "read" is needed too.',
        detailZh: '仅有权读取患者数据者可设置包含患者身份信息的回调（还需 scope：read）。',
      });
    const known = await listWebhooks(index, hospital === null ? null : [hospital]);
    if (known.filter(({ hospitalCode }) => hospitalCode === hospital).length >= MAX_WEBHOOKS) {
      throw new HttpProblem(
        409,
        'too-many-webhooks',
        `There are ${MAX_WEBHOOKS} webhooks already. End one that is no longer needed.`,
        `回调已达 ${MAX_WEBHOOKS} 个，请先删除不再需要的回调。`,
      );
    }
    const webhook = { hospital, url, actions, fromOldest: from === 'oldest', format, withPatients };
    const added = await addWebhook(index, webhook, secrets);
    await configured(req, res, withPatients ? 'added with patients' : 'added', added.webhook);
    const answer: NewWebhookBody = {
      ...bodyOf(added.webhook),
      secret: added.secret,
      ...(withPatients ? { warning: WITH_PATIENTS_WARNING } : {}),
    };
    res
      .set({ 'Cache-Control': 'no-store', Location: `/api/webhooks/${added.webhook.id}` })
      .status(201)
      .json(answer);
  });

  router.patch('/webhooks/:webhook', admin, ...body, async (req, res) => {
    const { active } = parsedBody(change, req.body, UNFIT);
    const administeredHospitals = hospitalsWith(callerOf(res), 'admin');
    const changed = await setWebhookActive(index, idOf(req), active, administeredHospitals);
    if (changed === null) throw noWebhook();
    await configured(req, res, changed.active ? 'resumed' : 'paused', changed);
    res.set('Cache-Control', 'no-store').json(bodyOf(changed));
  });

  router.delete('/webhooks/:webhook', admin, async (req, res) => {
    const id = idOf(req);
    const hospitalCode = await removeWebhook(index, id, hospitalsWith(callerOf(res), 'admin'));
    if (hospitalCode === undefined) throw noWebhook();
    await configured(req, res, 'removed', { id, hospitalCode });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  async function configured(
    req: Request,
    res: Response,
    what: string,
    { id, hospitalCode }: Pick<Webhook, 'id' | 'hospitalCode'>,
  ): Promise<void> {
    const detail = { webhook: id, what };
    await auditEvent({ audit }, req, res, { action: 'configure', hospital: hospitalCode ?? '', detail });
  }

  /** The hospital whose changes are delivered; null for all. @throws HttpProblem 403, 404 */
  async function hospitalOf(asked: string | null, res: Response): Promise<string | null> {
    const administeredHospitals = hospitalsWith(callerOf(res), 'admin');
    if (asked === null) {
      if (administeredHospitals === null) return null;
      throw problem('forbidden', {
        detail:
          'Only an administrator of the region adds webhooks for all hospitals; name yours as hospital.',
        detailZh: '仅区域管理员可为全部医院添加回调；请在 hospital 中指明本院。',
      });
    }
    const inView = administeredHospitals?.includes(asked) ?? true;
    if (inView && (await findHospital(index, asked)) !== null) return asked;
    throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
  }
  return router;
}

function wanted(req: Request, res: Response, next: NextFunction): void {
  continueBody(req, res);
  next();
}

function idOf(req: Request): string {
  const id = String(req.params['webhook']).toLowerCase();
  if (!UUID.test(id)) throw noWebhook();
  return id;
}

const noWebhook = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such webhook.', detailZh: '没有该回调。' });

function bodyOf(webhook: Webhook): WebhookBody {
  return {
    id: webhook.id,
    hospital: webhook.hospitalCode,
    url: webhook.url,
    actions: webhook.actions,
    format: webhook.format,
    withPatients: webhook.withPatients,
    active: webhook.active,
    position: webhook.cursor,
    failures: webhook.failures,
    lastError: webhook.lastError,
    lastSuccessAt: webhook.lastSuccessAt?.toISOString() ?? null,
    nextAttemptAt: webhook.failures > 0 && webhook.active ? webhook.nextAttemptAt.toISOString() : null,
    createdAt: webhook.createdAt.toISOString(),
  };
}
