import {
  addWebhook,
  CHANGE_ACTIONS,
  type ChangeAction,
  findWebhookTarget,
  listWebhooks,
  loadConfig,
  openSecretBox,
  removeWebhook,
  setWebhookActive,
  WEBHOOK_FORMATS,
  webhookUrlProblem,
} from '@hutong/storage-config';
import { testMessage, webhookSender } from '@hutong/workers';
import { readOptions, required, UsageError, type Command } from '../operate/command.ts';
import { requireHospital } from '../operate/requireHospital.ts';
import { withIndex } from '../operate/withIndex.ts';

const WEBHOOK_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function readActions(text: string | undefined): ChangeAction[] | null {
  if (text === undefined) return null;
  return text.split(',').map((word) => {
    const action = CHANGE_ACTIONS.find((known) => known === word.trim());
    if (action === undefined)
      throw new UsageError(`--actions knows ${CHANGE_ACTIONS.join(', ')}; not "${word.trim()}"`);
    return action;
  });
}

function readId(text: string | undefined): string {
  if (text === undefined || !WEBHOOK_ID.test(text))
    throw new UsageError('say the ID of the webhook as "hutong webhook list" shows it');
  return text;
}

const unknown = (id: string): UsageError =>
  new UsageError(`no webhook has the id ${id}; "hutong webhook list" shows them`);

export const webhookCommand: Command = {
  name: 'webhook',
  usage:
    'webhook add --url URL (--hospital CODE | --region) [--actions stored,deleted] [--from oldest] [--format fhir [--with-patients]] | webhook list | webhook test|pause|resume|remove ID',
  summary: 'deliver changes to an address, signed (the secret is printed once); list, try, pause or end them',
  async run(args) {
    const { values, positionals } = readOptions(args, {
      url: { type: 'string' },
      hospital: { type: 'string' },
      region: { type: 'boolean' },
      actions: { type: 'string' },
      from: { type: 'string' },
      format: { type: 'string' },
      'with-patients': { type: 'boolean' },
    });
    const config = loadConfig(process.env);
    const [verb, given] = positionals;
    switch (verb) {
      case 'add': {
        const url = required(values.url, 'url');
        const wrong = webhookUrlProblem(url);
        if (wrong !== null) throw new UsageError(`--url is not usable: ${wrong.en}`);
        const hospital = values.region === true ? null : required(values.hospital, 'hospital');
        const actions = readActions(values.actions);
        if (values.from !== undefined && values.from !== 'oldest' && values.from !== 'now')
          throw new UsageError('--from is oldest or now');
        const format = WEBHOOK_FORMATS.find((known) => known === (values.format ?? 'json'));
        if (format === undefined) throw new UsageError(`--format is ${WEBHOOK_FORMATS.join(' or ')}`);
        const withPatients = values['with-patients'] === true;
        if (withPatients && (format !== 'fhir' || !url.startsWith('https:')))
          throw new UsageError(
            '--with-patients asks for --format fhir and an address that begins with https:',
          );
        const { webhook, secret } = await withIndex(config, async (index) => {
          if (hospital !== null) await requireHospital(index, hospital);
          return addWebhook(
            index,
            { hospital, url, actions, fromOldest: values.from === 'oldest', format, withPatients },
            openSecretBox(config),
          );
        });
        console.error(
          `Webhook ${webhook.id} for ${hospital ?? 'the region'}. Its secret is shown this once:`,
        );
        if (withPatients)
          console.error(
            'It sends names, PatientIDs, sex and dates of birth of patients: see that there is a legal ground and an agreement.',
          );
        console.log(secret);
        return 0;
      }
      case 'list':
        for (const webhook of await withIndex(config, (index) => listWebhooks(index, null))) {
          const state = !webhook.active ? 'paused' : webhook.failures > 0 ? 'failing' : 'active';
          const failures =
            webhook.failures > 0 ? `  ${webhook.failures} failures, last: ${webhook.lastError ?? ''}` : '';
          console.log(
            `${webhook.id}  ${(webhook.hospitalCode ?? '(region)').padEnd(16)} ${state.padEnd(8)} at ${webhook.cursor}  ${webhook.url}  ${webhook.actions?.join(',') ?? 'all'}  ${webhook.format}${webhook.withPatients ? ' with patients' : ''}${failures}`,
          );
        }
        return 0;
      case 'test': {
        const id = readId(given);
        const target = await withIndex(config, (index) =>
          findWebhookTarget(index, id, openSecretBox(config)),
        );
        if (target === null) throw unknown(id);
        const sender = webhookSender(config.webhookAddresses);
        const outcome = await sender.send(target, testMessage(id, new Date()));
        sender.close();
        console.log(outcome.kind === 'ok' ? 'delivered' : `failed: ${outcome.reason}`);
        return outcome.kind === 'ok' ? 0 : 1;
      }
      case 'pause':
      case 'resume': {
        const id = readId(given);
        const found = await withIndex(config, (index) =>
          setWebhookActive(index, id, verb === 'resume', null),
        );
        if (found === null) throw unknown(id);
        console.log(`${verb === 'resume' ? 'resumed' : 'paused'} ${id} at change ${found.cursor}`);
        return 0;
      }
      case 'remove': {
        const id = readId(given);
        if ((await withIndex(config, (index) => removeWebhook(index, id, null))) === undefined)
          throw unknown(id);
        console.log(`removed ${id}`);
        return 0;
      }
      default:
        throw new UsageError('say add, list, test, pause, resume or remove');
    }
  },
};
