/** For tests: certificates, a receiver that reads RFC 5425 strictly, and the schema of PS3.15 A.5.1. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { SaxesParser } from 'saxes';

// ── Certificates: just enough DER (X.690) for X.509 ──────────────────────────────────────────────────────────────────

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: Uint8Array[]): Buffer => der(0x30, ...parts);
const oid = (...bytes: number[]): Buffer => der(0x06, Buffer.from(bytes));
const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes);
const bits = (bytes: Uint8Array): Buffer => der(0x03, Buffer.from([0]), bytes);
const time = (date: Date): Buffer =>
  der(0x17, Buffer.from(`${date.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`));
const nameOf = (text: string): Buffer =>
  sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(text)))));
const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const yes = Buffer.from([0x01, 0x01, 0xff]);

export interface TestCertificate {
  /** PEM. */
  cert: string;
  key: string;
  name: string;
}

/** A certificate for this machine, or an authority; signed by `issuer`, or by itself. */
export function aCertificate(name: string, issuer?: TestCertificate): TestCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const isAuthority = issuer === undefined;
  const names = sequence(der(0x82, Buffer.from('localhost')), der(0x87, Buffer.from([127, 0, 0, 1])));
  const extension = isAuthority
    ? sequence(oid(0x55, 0x1d, 0x13), yes, octets(sequence(yes)))
    : sequence(oid(0x55, 0x1d, 0x11), octets(names));
  const body = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1]), randomBytes(8)),
    ECDSA_SHA256,
    nameOf(issuer?.name ?? name),
    sequence(time(new Date(Date.now() - 86_400_000)), time(new Date(Date.now() + 86_400_000))),
    nameOf(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(extension)),
  );
  const signer: KeyObject = issuer === undefined ? privateKey : createPrivateKey(issuer.key);
  const whole = sequence(body, ECDSA_SHA256, bits(sign('sha256', body, signer)));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    name,
  };
}

// ── A receiver of syslog ─────────────────────────────────────────────────────────────────────────────────────────────

export interface SyslogReceiver {
  port: number;
  /** Whole messages, in the order in which they came. */
  messages: string[];
  /** What was wrong with the stream. */
  faults: string[];
  connections: number;
  close(): Promise<void>;
}

export interface SyslogReceiverOptions {
  tls?: TlsOptions;
  port?: number;
  /** Resets the nth connection, from 1, after so many messages. */
  resetAfter?: (connection: number) => number;
  /** Is told of each message. */
  onMessage?: () => void;
}

/** Reads frames as RFC 5425 section 4.3 writes them: a length without leading zeros, a space, and that many octets. */
export async function aSyslogReceiver(options: SyslogReceiverOptions = {}): Promise<SyslogReceiver> {
  const receiver = { messages: [] as string[], faults: [] as string[], connections: 0 };
  const sockets = new Set<Socket>();
  const listener = (socket: Socket): void => {
    receiver.connections += 1;
    const most = options.resetAfter?.(receiver.connections) ?? Infinity;
    let [left, taken] = [Buffer.alloc(0), 0];
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    socket.on('data', (chunk: Buffer) => {
      left = Buffer.concat([left, chunk]);
      for (;;) {
        const space = left.indexOf(' ');
        if (space < 0) return;
        const length = left.subarray(0, space).toString('latin1');
        if (!/^[1-9]\d{0,8}$/.test(length)) {
          receiver.faults.push(`length ${length}`);
          socket.destroy();
          return;
        }
        const end = space + 1 + Number(length);
        if (left.length < end) return;
        receiver.messages.push(left.subarray(space + 1, end).toString('utf8'));
        options.onMessage?.();
        left = left.subarray(end);
        taken += 1;
        if (taken >= most) {
          socket.resetAndDestroy();
          return;
        }
      }
    });
    socket.on('end', () => {
      if (left.length > 0) receiver.faults.push('the stream ended within a message');
    });
  };
  const server =
    options.tls === undefined ? createTcpServer(listener) : createTlsServer(options.tls, listener);
  server.on('tlsClientError', () => undefined);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return Object.assign(receiver, {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}

// ── The message ──────────────────────────────────────────────────────────────────────────────────────────────────────

const HEADER =
  /^<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([\x21-\x7e]{1,255}) ([\x21-\x7e]{1,48}) ([\x21-\x7e]{1,128}) ([\x21-\x7e]{1,32}) - \ufeff/;

export interface ReadMessage {
  priority: number;
  writerId: string;
  msgid: string;
  root: XmlElement;
  xml: string;
}

export interface XmlElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
}

/** Reads a message as RFC 5424 has it. @throws Error saying what does not fit the RFC, XML or the schema */
export function readMessage(message: string): ReadMessage {
  const [head = '', priority = '', , , , writerId = '', msgid = ''] = HEADER.exec(message) ?? [];
  if (head === '') throw new Error('no header of RFC 5424');
  const xml = message.slice(head.length);
  if (xml.includes('\n')) throw new Error('a message of several lines');
  const root = parseXml(xml);
  checkElement(root, 'AuditMessage');
  return { priority: Number(priority), writerId, msgid, root, xml };
}

function parseXml(xml: string): XmlElement {
  const parser = new SaxesParser();
  const whole: XmlElement = { name: '', attributes: {}, children: [], text: '' };
  const open = [whole];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element: XmlElement = { name, attributes, children: [], text: '' };
    open.at(-1)?.children.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  const [root] = whole.children;
  if (root === undefined) throw new Error('no element');
  return root;
}

const CODED = { 'csd-code': /\S/, codeSystemName: /\S/, originalText: /\S/ };
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

interface Rule {
  /** Attributes that must be there; with a question mark behind, that may. */
  attributes: Record<string, RegExp>;
  /** Children in their order. */
  children?: RegExp;
  text?: RegExp;
}

/** The schema of PS3.15 A.5.1, with IHE's PurposeOfUse, as far as messages of ours go. */
const SCHEMA: Readonly<Record<string, Rule>> = {
  AuditMessage: {
    attributes: {},
    children:
      /^EventIdentification (ActiveParticipant )+AuditSourceIdentification (ParticipantObjectIdentification )*$/,
  },
  EventIdentification: {
    attributes: {
      EventActionCode: /^[CRUDE]$/,
      EventDateTime: /^\d{4}-/,
      EventOutcomeIndicator: /^(0|4|8|12)$/,
    },
    children: /^EventID (EventTypeCode )*(PurposeOfUse )*$/,
  },
  EventID: { attributes: CODED },
  EventTypeCode: { attributes: CODED },
  PurposeOfUse: { attributes: CODED },
  RoleIDCode: { attributes: CODED },
  ActiveParticipant: {
    attributes: {
      UserID: /\S/,
      'UserName?': /[^]/,
      UserIsRequestor: /^(true|false)$/,
      'NetworkAccessPointID?': /\S/,
      'NetworkAccessPointTypeCode?': /^[1-5]$/,
    },
    children: /^(RoleIDCode )*$/,
  },
  AuditSourceIdentification: {
    attributes: { 'AuditEnterpriseSiteID?': /\S/, AuditSourceID: /\S/ },
    children: /^(AuditSourceTypeCode )*$/,
  },
  AuditSourceTypeCode: { attributes: { 'csd-code': /^[1-9]$/ } },
  ParticipantObjectIdentification: {
    attributes: {
      ParticipantObjectID: /[^]/,
      ParticipantObjectTypeCode: /^[1-4]$/,
      ParticipantObjectTypeCodeRole: /^([1-9]|1\d|2[0-6])$/,
    },
    children:
      /^ParticipantObjectIDTypeCode (ParticipantObjectName|ParticipantObjectQuery) (ParticipantObjectDetail )*$/,
  },
  ParticipantObjectIDTypeCode: { attributes: CODED },
  ParticipantObjectName: { attributes: {} },
  ParticipantObjectQuery: { attributes: {}, text: BASE64 },
  ParticipantObjectDetail: { attributes: { type: /\S/, value: BASE64 } },
};

function checkElement(element: XmlElement, expected: string): void {
  const rule = SCHEMA[element.name];
  if (element.name !== expected || rule === undefined) throw new Error(`element ${element.name}`);
  const known = new Set(Object.keys(rule.attributes).map((name) => name.replace('?', '')));
  for (const name of Object.keys(element.attributes))
    if (!known.has(name)) throw new Error(`attribute ${name} of ${element.name}`);
  for (const [name, pattern] of Object.entries(rule.attributes)) {
    const value = element.attributes[name.replace('?', '')];
    if (value === undefined ? !name.endsWith('?') : !pattern.test(value))
      throw new Error(`attribute ${name} of ${element.name}`);
  }
  const children = element.children.map(({ name }) => `${name} `).join('');
  if (!(rule.children ?? /^$/).test(children)) throw new Error(`children of ${element.name}: ${children}`);
  if (!(rule.text ?? /^$/).test(element.text)) throw new Error(`text of ${element.name}`);
  for (const child of element.children) checkElement(child, child.name);
}

/** The id of the event that a message tells. */
export function eventIdOf({ root }: ReadMessage): string {
  const prefix = 'urn:hutong:audit:';
  const ids = root.children.map(({ attributes }) => attributes['ParticipantObjectID'] ?? '');
  return ids.find((id) => id.startsWith(prefix))?.slice(prefix.length) ?? '';
}
