// The recorded sequences of Okta and Entra against the running server, over the wire and each twice on the same data.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startForTest, type StartedServer } from '../support/started-server.ts';
import { printReport } from './print-report.ts';
import { replayTranscript } from './replay-transcript.ts';
import { clientFiles, readTranscript } from './transcript.ts';

let service: StartedServer;
let token: string;

beforeAll(async () => {
  service = await startForTest();
  token = (await (await service.workspace()).connectionToken()).token;
});
afterAll(async () => await service.stop());

const transcripts = clientFiles.map(readTranscript);

it.each([...transcripts, ...transcripts])('$client is served as it expects', async (transcript) => {
  const report = await replayTranscript(transcript, { baseUrl: service.url, token });
  expect([...report.failed, ...report.tolerated], printReport(report)).toEqual([]);
});
