/**
 * Sends every kind of bad input for many rounds and compares the server's memory after the first and after the last.
 * Ends with exit code 1 when it grew by 50 MB or more, or when the server stopped answering.
 *
 *     node bench/badInputRss.ts [rounds=200]
 */
import { connect } from 'node:net';
import {
  aCtStudy,
  conflictingPair,
  executablePreamble,
  missingUid,
  notDicom,
  overlongUid,
  truncatedHeader,
  truncatedInstance,
  unknownTransferSyntax,
  withoutPreamble,
} from '../test/factories/index.ts';
import { startCloudProcess } from './cloudProcess.ts';

const [rounds = 200] = process.argv.slice(2).map(Number);
const MOST_GROWTH_MB = 50;
const BOUNDARY = 'bad-input';

function bodyOf(parts: Uint8Array[], head = 'Content-Type: application/dicom\r\n\r\n'): Buffer {
  const pieces = parts.flatMap((part) => [
    Buffer.from(`--${BOUNDARY}\r\n${head}`),
    part,
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--`)]);
}

const good = aCtStudy({ seed: 'rss', rows: 256, columns: 256 }).instances.map((instance) => instance.bytes);
const [first, other] = conflictingPair('rss conflict');
const bad = [
  notDicom(),
  new Uint8Array(0),
  withoutPreamble().bytes,
  executablePreamble().bytes,
  truncatedInstance().bytes,
  truncatedHeader().bytes,
  overlongUid().bytes,
  unknownTransferSyntax().bytes,
  ...(['SOPInstanceUID', 'SeriesInstanceUID', 'StudyInstanceUID', 'SOPClassUID'] as const).map(
    (keyword) => missingUid(keyword).bytes,
  ),
  first.bytes,
  other.bytes,
];
const whole = bodyOf([...good, ...bad]);
const type = (boundary: string): string =>
  `multipart/related; type="application/dicom"; boundary=${boundary}`;

const cloud = await startCloudProcess();

async function post(body: Uint8Array, contentType: string): Promise<number> {
  const answer = await fetch(`${cloud.url}/dicomweb/studies`, {
    method: 'POST',
    body: Buffer.from(body),
    headers: { 'Content-Type': contentType },
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** A connection that ends in the middle of the body. */
function breakOff(): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(cloud.url).port), '127.0.0.1');
    socket
      .on('error', () => undefined)
      .on('close', () => {
        resolve();
      });
    const head = `POST /dicomweb/studies HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: ${type(BOUNDARY)}\r\nContent-Length: ${whole.length}\r\n\r\n`;
    socket.write(head);
    socket.write(whole.subarray(0, whole.length / 2), () => socket.destroy());
  });
}

async function round(): Promise<string> {
  const statuses = [
    await post(whole, type(BOUNDARY)),
    await post(whole, type('another')),
    await post(bodyOf(good, ''), type(BOUNDARY)),
    await post(whole.subarray(0, whole.length / 3), type(BOUNDARY)),
  ];
  for (const part of bad) statuses.push(await post(part, 'application/dicom'));
  await breakOff();
  return statuses.join(' ');
}

const statusesOfFirst = await round();
await round();
const afterFirst = cloud.serverMegabytes();
for (let done = 2; done < rounds; done++) {
  await round();
  if (done % 50 === 0) console.log(`after ${done} rounds: ${cloud.serverMegabytes().toFixed(0)} MB`);
}
const afterLast = cloud.serverMegabytes();
const growth = afterLast - afterFirst;
const ready = (await fetch(`${cloud.url}/readyz`)).status;
console.log(`statuses of a round: ${statusesOfFirst}`);
console.log(
  `server RSS ${afterFirst.toFixed(0)} MB at first, ${afterLast.toFixed(0)} MB after ${rounds} rounds (${growth.toFixed(0)} MB more); readyz ${ready}`,
);
await cloud.stop();
process.exitCode = growth < MOST_GROWTH_MB && ready === 200 ? 0 : 1;
