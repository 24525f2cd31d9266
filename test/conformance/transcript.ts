// The form of a recorded sequence of requests with what a client expects of each answer, and how it is read from a file.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';

const assertion = z.object({ path: z.string(), op: z.string(), value: z.unknown().optional(), level: z.string().optional() });

const step = z.object({
  id: z.string(),
  name: z.string(),
  request: z.object({ method: z.string(), path: z.string(), headers: z.record(z.string(), z.string()).optional(), body: z.unknown().optional() }),
  expect: z.object({
    status: z.array(z.number().int()).min(1),
    assert: z.array(assertion).default([]),
    assert_only_if_body: z.boolean().default(false),
  }),
  /** Variables that a good answer sets, by the path of their value. */
  capture: z.record(z.string(), z.string()).default({}),
  optional: z.boolean().default(false),
});

const transcript = z.object({
  format: z.literal('scim-client-transcript/1'),
  client: z.string(),
  defaultHeaders: z.record(z.string(), z.string()).default({}),
  /** Evaluated once, in order, before the first step. */
  vars: z.record(z.string(), z.string()).default({}),
  steps: z.array(step).min(1),
});

export type Transcript = z.output<typeof transcript>;
export type TranscriptStep = z.output<typeof step>;
export type Assertion = z.output<typeof assertion>;

/** The transcripts of the two main clients, as they are kept beside this file. */
export const clientFiles: readonly string[] = ['okta.json', 'entra.json'].map((name) => resolve(import.meta.dirname, 'clients', name));

export function readTranscript(file: string): Transcript {
  return parseTranscript(JSON.parse(readFileSync(file, 'utf8')));
}

export function parseTranscript(content: unknown): Transcript {
  return transcript.parse(content);
}
