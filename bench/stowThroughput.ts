/**
 * STOW throughput on the file system: CT instances of 526 KB, a number of clients, a number of instances a request.
 *
 *     node bench/stowThroughput.ts [instances=2000] [clients=4] [perRequest=10]
 */
import { Agent, request } from 'node:http';
import { EXPLICIT_VR_LITTLE_ENDIAN, anInstance } from '../test/factories/index.ts';
import { startCloudProcess } from './cloudProcess.ts';

const [instances = 2000, clients = 4, perRequest = 10] = process.argv.slice(2).map(Number);
const BOUNDARY = 'bench';
const UID_DIGITS = 12;

/** UIDs of one length, so that a copy of one instance becomes another by writing over its UID. */
const sopUid = (n: number): string => `1.2.826.0.1.3680043.8.498.1${String(n).padStart(UID_DIGITS, '0')}`;

function instanceMaker(): (n: number) => Buffer {
  const template = Buffer.from(
    anInstance(
      {
        SOPInstanceUID: sopUid(0),
        StudyInstanceUID: '1.2.826.0.1.3680043.8.498.7',
        SeriesInstanceUID: '1.2.826.0.1.3680043.8.498.7.1',
      },
      { seed: 'bench', rows: 512, columns: 512, transferSyntaxUid: EXPLICIT_VR_LITTLE_ENDIAN },
    ).bytes,
  );
  const places: number[] = [];
  for (let at = template.indexOf(sopUid(0)); at >= 0; at = template.indexOf(sopUid(0), at + 1))
    places.push(at);
  return (n) => {
    const copy = Buffer.from(template);
    for (const place of places) copy.write(sopUid(n), place, 'latin1');
    return copy;
  };
}

function post(url: string, agent: Agent, bodies: Buffer[]): Promise<number> {
  const head = Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`);
  const pieces = bodies.flatMap((body) => [head, body, Buffer.from('\r\n')]);
  pieces.push(Buffer.from(`--${BOUNDARY}--`));
  return new Promise((resolve, reject) => {
    const sent = request(
      `${url}/dicomweb/studies`,
      {
        method: 'POST',
        agent,
        headers: {
          'Content-Type': `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
          'Content-Length': pieces.reduce((sum, piece) => sum + piece.length, 0),
        },
      },
      (answer) => {
        answer.resume().on('end', () => {
          resolve(answer.statusCode ?? 0);
        });
      },
    );
    sent.on('error', reject);
    for (const piece of pieces) sent.write(piece);
    sent.end();
  });
}

const cloud = await startCloudProcess();
const agent = new Agent({ keepAlive: true });
const make = instanceMaker();
let next = 1;
async function client(until: number): Promise<void> {
  while (next <= until) {
    const bodies = Array.from({ length: Math.min(perRequest, until - next + 1) }, () => make(next++));
    const status = await post(cloud.url, agent, bodies);
    if (status !== 200) throw new Error(`status ${status}`);
  }
}
const run = async (count: number) => {
  const until = next + count - 1;
  await Promise.all(Array.from({ length: clients }, () => client(until)));
};

await run(100);
const before = cloud.cpu();
const started = performance.now();
await run(instances);
const seconds = (performance.now() - started) / 1000;
const after = cloud.cpu();
const perInstance = (ms: number): string => (ms / instances).toFixed(2);
console.log(
  `${instances} CT instances of ${make(1).length} bytes, ${perRequest} a request, ${clients} clients: ` +
    `${(instances / seconds).toFixed(0)} instances/s; CPU per instance ${perInstance(after.server - before.server)} ms server + ` +
    `${perInstance(after.postgres - before.postgres)} ms PostgreSQL; server RSS ${cloud.serverMegabytes().toFixed(0)} MB`,
);
agent.destroy();
await cloud.stop();
