// The client process: sends the requests of a job over keep-alive connections and measures each from its first byte to its last.
import { openConnection, type HttpConnection } from './http-client.ts';
import type { Job, Request, Result } from './job.ts';

const scim = 'application/scim+json';
const bodyHead = 400;

async function run({ port, token, concurrency, requests, order, seconds, tag, keepBodies }: Job): Promise<Result> {
  const connections = await Promise.all(Array.from({ length: concurrency }, async () => await openConnection(port)));
  const write = writerFor(token, tag);
  const latencies: number[] = [];
  const statuses: Record<string, number> = {};
  const bodies: string[] = [];
  let fault: string | undefined;
  let bytes = 0;
  let next = 0;
  const begun = performance.now();
  const deadline = begun + seconds * 1000;
  const work = async (connection: HttpConnection): Promise<void> => {
    for (;;) {
      const index = next;
      const request = requests[order === 'cycle' ? index % requests.length : index];
      if (request === undefined || performance.now() >= deadline) return;
      next += 1;
      const text = write(request, index);
      const sent = performance.now();
      const answer = await connection.send(text, keepBodies);
      latencies.push(performance.now() - sent);
      bytes += answer.bytes;
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (keepBodies) bodies[index] = answer.body;
      if (answer.status >= 300 && fault === undefined) fault = `${request.method} ${request.path}: ${answer.status} ${await explain(text, port)}`;
    }
  };
  await Promise.all(connections.map(work));
  const elapsedMs = performance.now() - begun;
  for (const connection of connections) connection.close();
  const sorted = Float64Array.from(latencies).sort();
  const quantile = (q: number) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  return { count: latencies.length, elapsedMs, p50: quantile(0.5), p99: quantile(0.99), statuses, bytes, bodies, fault };
}

function writerFor(token: string, tag: string): (request: Request, index: number) => string {
  const common = `Host: 127.0.0.1\r\nAuthorization: Bearer ${token}\r\nAccept: ${scim}\r\n`;
  return ({ method, path, body }, index) => {
    if (body === undefined) return `${method} ${path} HTTP/1.1\r\n${common}\r\n`;
    const sent = body.includes('@@') ? body.replaceAll('@@', `${tag}-${index}`) : body;
    return `${method} ${path} HTTP/1.1\r\n${common}Content-Type: ${scim}\r\nContent-Length: ${Buffer.byteLength(sent)}\r\n\r\n${sent}`;
  };
}

/** Asks once more, to read why. */
async function explain(text: string, port: number): Promise<string> {
  const connection = await openConnection(port);
  const { body } = await connection.send(text, true);
  connection.close();
  return body.slice(0, bodyHead);
}

process.on('message', (job: Job) => {
  run(job).then(
    (result) => process.send?.(result),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit());
// The terminal's Ctrl-C reaches this process too; whoever started it decides.
process.on('SIGINT', () => undefined);
