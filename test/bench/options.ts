// The options of the benchmark's command line; assumes the words behind `npm run bench --`.
import { parseArgs } from 'node:util';

export interface Options {
  /** Users of the tenant that is measured. */
  readonly users: number;
  /** Other tenants of the installation, of ten members each. */
  readonly tenants: number;
  readonly repeats: number;
  /** Length of one timed run of a workload that goes on for as long as it is let. */
  readonly seconds: number;
  /** Members of the largest group. */
  readonly largest: number;
  /** Keys of workloads; empty means all. */
  readonly only: readonly string[];
  readonly write: boolean;
  /** Minutes of mixed load after the workloads, to see whether the memory drifts. */
  readonly soakMinutes: number;
  /** Growth: the floor's place is taken by the same server on an installation of the usual size. */
  readonly growth: boolean;
  readonly quick: boolean;
  /** Another working tree, whose server takes the floor's place: before beside after. */
  readonly against: string | undefined;
}

export const usualUsers = 10_000;

const usage = `npm run bench -- [options]
  --users N        users of the measured tenant (${usualUsers}); more than that compares with an installation of the usual size
  --tenants N      other tenants, of ten members each (0); as above
  --repeats N      timed runs of each pair (5)
  --seconds N      length of one timed run (2)
  --only KEY       a workload, or several with commas or repeated; see docs/performance.md for the keys
  --soak MINUTES   mixed load at the end, to watch the memory (0)
  --against FOLDER the server of another working tree takes the floor's place; writes nothing
  --quick          two short runs of each pair and small groups, to try the benchmark itself; writes nothing
  --no-write       prints the table and leaves docs/ as it is
`;

/** Reads the words; throws an Error with one line for whoever typed them. */
export function readOptions(words: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...words],
    options: {
      users: { type: 'string' },
      tenants: { type: 'string' },
      repeats: { type: 'string' },
      seconds: { type: 'string' },
      soak: { type: 'string' },
      only: { type: 'string', multiple: true },
      quick: { type: 'boolean', default: false },
      'no-write': { type: 'boolean', default: false },
      against: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) throw new Error(usage);
  const { quick } = values;
  const users = number('users', values.users, quick ? 2_000 : usualUsers, 200);
  const tenants = number('tenants', values.tenants, 0, 0);
  return {
    users,
    tenants,
    repeats: number('repeats', values.repeats, quick ? 2 : 5, 1),
    seconds: number('seconds', values.seconds, quick ? 0.5 : 2, 0.1),
    largest: quick ? 20_000 : 100_000,
    only: (values.only ?? []).flatMap((keys) => keys.split(',')),
    write: !quick && !values['no-write'] && values.only === undefined && values.against === undefined,
    soakMinutes: number('soak', values.soak, 0, 0),
    growth: values.against === undefined && (users > usualUsers || tenants > 0),
    against: values.against,
    quick,
  };
}

function number(name: string, text: string | undefined, preset: number, least: number): number {
  const value = text === undefined ? preset : Number(text.replaceAll('_', ''));
  if (!Number.isFinite(value) || value < least) throw new Error(`--${name} must be a number from ${least} on\n\n${usage}`);
  return value;
}
