// The two sides of every pair: the server that is measured, and what it is measured against.
import type { Pool } from 'pg';
import type { Tenant } from '../../src/domain/model/caller.ts';
import type { Client, Job, Request, Result } from './job.ts';

/** One tenant as requests need it. `number` names it to the floor. */
export interface Place {
  readonly number: number;
  readonly tenant: Tenant;
  readonly connectionId: string;
  readonly token: string;
  /** Of the loaded users, in order. */
  readonly ids: readonly string[];
}

/** `kind` says which addresses it understands. */
export interface Side {
  readonly kind: 'server' | 'floor';
  readonly name: string;
  readonly port: number;
  readonly main: Place;
  readonly large: Place;
  /** Ids of the loaded groups by their size. */
  readonly groups: ReadonlyMap<number, string>;
  readonly owner: Pool;
  readonly pid: number;
}

/** One timed run: requests per second and milliseconds. `note` says what the figures cannot. */
export interface Sample {
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  readonly note?: string;
}

export interface Run {
  readonly client: Client;
  readonly side: Side;
  readonly seconds: number;
  /** A text that no other run has. */
  readonly tag: string;
}

type Asked = Partial<Pick<Job, 'concurrency' | 'order' | 'seconds' | 'keepBodies'>> & { readonly place?: Place };

/** Sends requests to a side; throws when one is answered with anything but success. */
export async function send({ client, side, seconds, tag }: Run, requests: readonly Request[], asked: Asked = {}): Promise<Result> {
  const { place = side.main, ...rest } = asked;
  const result = await client({ port: side.port, token: place.token, concurrency: 8, requests, order: 'cycle', seconds, tag, keepBodies: false, ...rest });
  if (result.fault !== undefined) throw new Error(`${side.name} answered ${result.fault}`);
  return result;
}

export function sampleOf({ count, elapsedMs, p50, p99 }: Result): Sample {
  return { rate: (count / elapsedMs) * 1000, p50, p99 };
}

/** Requests that are sent once each, however long they take. */
export const allOnce = { order: 'once', seconds: 600 } as const;
