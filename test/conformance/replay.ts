// Replays transcripts from the command line: replay.ts BASE_URL TOKEN [FILE…]; without files those of the two main clients.
import { printReport } from './print-report.ts';
import { replayTranscript } from './replay-transcript.ts';
import { clientFiles, readTranscript } from './transcript.ts';

const [baseUrl, token, ...files] = process.argv.slice(2);
if (baseUrl === undefined || token === undefined) {
  console.error('Usage: replay.ts BASE_URL TOKEN [FILE…]   (BASE_URL ends in /scim/v2)');
  process.exit(2);
}
for (const file of files.length > 0 ? files : clientFiles) {
  const report = await replayTranscript(readTranscript(file), { baseUrl: baseUrl.replace(/\/+$/u, ''), token });
  console.log(printReport(report));
  if (report.failed.length > 0) process.exitCode = 1;
}
