import type { CdsClient } from '@hutong/storage-config';
import { type NextFunction, type Request, type RequestHandler, type Response, Router } from 'express';
import { auditEvent } from '../../audit/audit.ts';
import { certainUrl, serverUrl } from '../../auth/origin.ts';
import { HttpProblem, problem } from '../../problem.ts';
import { smallJson } from '../../requestBody.ts';
import { askReminder, type ReminderParts, remindersAnswer } from '../ask.ts';
import { identifiedPerson } from '../identifiedPerson.ts';
import type { WorldSource } from '../world.ts';
import { cdsCard } from './cards.ts';
import { callerOfClient, clientOf } from './clientCaller.ts';
import { ClientKeys } from './clientKeys.ts';
import { takeFeedback } from './feedback.ts';
import { type DraftOrder, readHookRequest } from './request.ts';
import { SERVICES } from './services.ts';

const BODY_LIMIT = 262_144;

/** `/cds-services` (CDS Hooks 2.0): discovery for everyone, the services and their feedback for registered clients. */
export function cdsHooksRoutes(parts: ReminderParts, world: WorldSource, bounds: RequestHandler): Router {
  const { config } = parts;
  const router = Router();
  const keys = new ClientKeys(config);

  router.get('/', (_req, res) => {
    res.set('Cache-Control', 'public, max-age=300').json({ services: SERVICES });
  });

  /** The client is known from here on. Its JWT is for one of these addresses. */
  const known =
    (...paths: string[]) =>
    async (req: Request, res: Response, next: NextFunction): Promise<void> => {
      const base = certainUrl(req, config);
      // A JWT that was made for another server must not be shown here under that server's name.
      if (base === null) throw noAddress();
      const audiences = paths.map((path) => `${base}/cds-services/${path}`);
      const cdsClient = await clientOf(parts, { req, res, keys, audiences });
      Object.assign(res.locals, { cdsClient, caller: callerOfClient(cdsClient) });
      next();
    };
  const json = smallJson(BODY_LIMIT);

  for (const { id, hook } of SERVICES) {
    router.post(`/${id}`, known(id), bounds, ...json, async (req, res) => {
      const client = clientIn(res);
      const request = readHookRequest(req.body, hook, client.hospital);
      res.set('Cache-Control', 'no-store').json({ cards: await cardsFor(req, res, client, request) });
    });
    router.post(`/${id}/feedback`, known(`${id}/feedback`, id), bounds, ...json, async (req, res) => {
      await takeFeedback(parts, { req, res, client: clientIn(res) });
      res.set('Cache-Control', 'no-store').json({});
    });
  }

  async function cardsFor(
    req: Request,
    res: Response,
    client: CdsClient,
    given: ReturnType<typeof readHookRequest>,
  ) {
    const exams = given.orders.filter(({ code, name }) => code !== '' || name !== '');
    if (exams.length === 0 || (given.patientId === '' && given.identifiers.length === 0)) {
      await auditEvent(parts, req, res, {
        action: 'search',
        hospital: client.hospital,
        detail: { of: 'reminders', channel: 'cds', nothingAsked: true },
      });
      return [];
    }
    const now = await world();
    const { person } = await identifiedPerson(parts, given.identifiers);
    const request = {
      hospital: client.hospital,
      patientId: given.patientId,
      issuerOfPatientId: given.issuerOfPatientId,
      identified: person,
      exams,
      orderNumber: exams.find(({ orderNumber }) => orderNumber !== '')?.orderNumber ?? '',
      department: given.department,
      practitioner: given.practitioner,
      patientClass: given.patientClass,
      channel: 'cds' as const,
      caller: { kind: 'machine', id: client.id },
    };
    const reminded = await askReminder(parts, { req, res, world: now }, request);
    const answer = await remindersAnswer(parts, { req, world }, request, reminded, []);
    return answer.reminders.flatMap((reminder, at) => {
      const card = cdsCard(reminder, {
        language: req.acceptsLanguages('zh', 'en') === 'en' ? 'en' : 'zh',
        reasons: answer.reasons,
        base: serverUrl(req, config),
        cardUrl: answer.card?.url ?? null,
        order: (exams[at] satisfies DraftOrder | undefined)?.reference ?? null,
      });
      return card === null ? [] : [card];
    });
  }
  return router;
}

const noAddress = (): HttpProblem =>
  new HttpProblem(
    503,
    'address-not-configured',
    'This server does not know its own address, which JWTs have to be for: HUTONG_PUBLIC_URL is not set.',
    '本服务未配置对外地址（HUTONG_PUBLIC_URL），无法核对 JWT 的 aud。',
  );

function clientIn(res: Response): CdsClient {
  const { cdsClient } = res.locals as { cdsClient?: CdsClient };
  if (cdsClient === undefined) throw problem('unauthenticated');
  return cdsClient;
}
