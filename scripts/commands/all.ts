import type { Command } from '../operate/command.ts';

/**
 * Every subcommand of `hutong` by its name, in the order of the help. A process loads the one it runs only: what the
 * others need would stay in a server's memory for as long as it lives.
 */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand,
  demo: async () => (await import('./demo.ts')).demoCommand,
  serve: async () => (await import('./serve.ts')).serveCommand,
  worker: async () => (await import('./worker.ts')).workerCommand,
  migrate: async () => (await import('./migrate.ts')).migrateCommand,
  hospital: async () => (await import('./hospital.ts')).hospitalCommand,
  key: async () => (await import('./key.ts')).keyCommand,
  client: async () => (await import('./client.ts')).clientCommand,
  'cds-client': async () => (await import('./cdsClient.ts')).cdsClientCommand,
  account: async () => (await import('./account.ts')).accountCommand,
  qualification: async () => (await import('./qualification.ts')).qualificationCommand,
  registry: async () => (await import('./registry.ts')).registryCommand,
  catalogue: async () => (await import('./catalogue.ts')).catalogueCommand,
  figures: async () => (await import('./figures.ts')).figuresCommand,
  person: async () => (await import('./person.ts')).personCommand,
  reevaluate: async () => (await import('./reevaluate.ts')).reevaluateCommand,
  webhook: async () => (await import('./webhook.ts')).webhookCommand,
  hold: async () => (await import('./hold.ts')).holdCommand,
  export: async () => (await import('./export.ts')).exportCommand,
  'search-attribute': async () => (await import('./searchAttribute.ts')).searchAttributeCommand,
  'sign-in-link': async () => (await import('./signInLink.ts')).signInLinkCommand,
  verify: async () => (await import('./verify.ts')).verifyCommand,
  reindex: async () => (await import('./reindex.ts')).reindexCommand,
  audit: async () => (await import('./audit.ts')).auditCommand,
  config: async () => (await import('./config.ts')).configCommand,
};

/** The subcommand of a name; undefined where there is none. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name]?.() : undefined;
}

/** All of them, in the order of the help. */
export function loadCommands(): Promise<Command[]> {
  return Promise.all(Object.values(COMMANDS).map((load) => load()));
}
