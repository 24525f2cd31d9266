// Several prepared statements in one exchange with PostgreSQL: bound and executed one after the other, then a single Sync.
// Outside BEGIN such a batch is one implicit transaction; after a failing statement the server skips the rest of it.
import type { ClientBase, Connection, FieldDef } from 'pg';
import pg from 'pg';
import { toParameter, type Parameter } from './parameter.ts';

/** One statement. `name` keeps it prepared on the connection, as long as it is among those used last. */
export interface Statement {
  readonly name?: string | undefined;
  readonly text: string;
  readonly values: readonly Parameter[];
}

/** Rows by column name, values as `pg` parses them. */
export type Row = Readonly<Record<string, unknown>>;

interface Column {
  readonly name: string;
  readonly parse: (text: string) => unknown;
}

interface PreparedStatement {
  readonly text: string;
  readonly serverName: string;
  columns: readonly Column[] | undefined;
}

/** What is prepared on a connection, by the name of the statement in the order of use, and what the server may forget. */
interface Prepared {
  readonly statements: Map<string, PreparedStatement>;
  readonly forgotten: string[];
}

/** Statements kept prepared on one connection; lists with filters have as many texts as clients think of. */
const mostPrepared = 200;

const preparedOn = new WeakMap<Connection, Prepared>();
let serverNames = 0;

/** Runs the statements in one exchange and answers the rows of each. Rejects with the first error; nothing after it was done. */
export async function runBatch(client: ClientBase, statements: readonly Statement[]): Promise<Row[][]> {
  return await new Promise((resolve, reject) => {
    client.query(new Batch(statements, resolve, reject));
  });
}

/** What `pg` calls while the answers arrive; a class because `pg` demands methods on one object. */
class Batch implements pg.Submittable {
  readonly #statements: readonly Statement[];
  readonly #resolve: (rows: Row[][]) => void;
  readonly #reject: (error: unknown) => void;
  readonly #results: Row[][] = [];
  readonly #entries: PreparedStatement[] = [];
  readonly #fresh = new Set<PreparedStatement>();
  #rows: Row[] = [];
  #failed: unknown;
  /** `pg` wraps this for its read time-out; the batch reports through its promise and ignores it otherwise. */
  callback: (error: unknown, result?: unknown) => void;

  constructor(statements: readonly Statement[], resolve: (rows: Row[][]) => void, reject: (error: unknown) => void) {
    this.#statements = statements;
    this.#resolve = resolve;
    this.#reject = reject;
    this.callback = (error) => {
      if (error !== null && error !== undefined) this.#reject(error);
    };
  }

  submit(connection: Connection): void {
    const wire = connection as Connection & Wire;
    const prepared = preparedOf(connection);
    wire.stream.cork();
    try {
      // First, so that no failing statement can keep the server from hearing it.
      for (const name of prepared.forgotten.splice(0)) wire.close({ type: 'S', name });
      for (const statement of this.#statements) this.#send(wire, prepared, statement);
      wire.sync();
    } finally {
      wire.stream.uncork();
    }
  }

  #send(wire: Wire, prepared: Prepared, statement: Statement): void {
    const known = statement.name === undefined ? undefined : prepared.statements.get(statement.name);
    const entry = known?.text === statement.text ? known : { text: statement.text, serverName: nextName(statement), columns: undefined };
    if (entry !== known) {
      wire.parse({ name: entry.serverName, text: statement.text, types: [] });
      this.#fresh.add(entry);
      if (known !== undefined) prepared.forgotten.push(known.serverName);
    }
    if (statement.name !== undefined) keep(prepared, statement.name, entry);
    this.#entries.push(entry);
    wire.bind({ portal: '', statement: entry.serverName, values: statement.values.map(toParameter), binary: false });
    if (entry.columns === undefined) wire.describe({ type: 'P', name: '' });
    wire.execute({ portal: '', rows: 0 });
  }

  handleRowDescription(message: { fields: FieldDef[] }): void {
    const entry = this.#entries[this.#results.length];
    if (entry === undefined) return;
    entry.columns = message.fields.map((field) => ({ name: field.name, parse: pg.types.getTypeParser(field.dataTypeID, 'text') as Column['parse'] }));
  }

  handleDataRow(message: { fields: (string | null)[] }): void {
    const columns = this.#entries[this.#results.length]?.columns ?? [];
    const row: Record<string, unknown> = {};
    try {
      for (const [index, column] of columns.entries()) {
        const text = message.fields[index] ?? null;
        row[column.name] = text === null ? null : column.parse(text);
      }
    } catch (error) {
      this.#failed ??= error;
    }
    this.#rows.push(row);
  }

  handleCommandComplete(): void {
    this.#results.push(this.#rows);
    this.#rows = [];
  }

  handleEmptyQuery(): void {
    this.handleCommandComplete();
  }

  /** After an error nobody knows which of the statements that were new came to be parsed: they are forgotten on both sides. */
  handleError(error: Error, connection: Connection): void {
    const prepared = preparedOf(connection);
    for (const [index, { name }] of this.#statements.entries()) {
      const entry = this.#entries[index];
      if (index < this.#results.length || name === undefined || entry === undefined || !this.#fresh.has(entry)) continue;
      prepared.statements.delete(name);
      prepared.forgotten.push(entry.serverName);
    }
    this.callback(error);
  }

  handleReadyForQuery(): void {
    if (this.#failed !== undefined) this.callback(this.#failed);
    else {
      this.callback(null);
      this.#resolve(this.#results);
    }
  }

  handlePortalSuspended(): void {
    throw new Error('a batch fetches all rows');
  }

  handleCopyInResponse(): void {
    throw new Error('a batch does not copy');
  }

  handleCopyData(): void {
    throw new Error('a batch does not copy');
  }
}

/** The part of pg's connection that speaks the extended protocol; its typings leave the shapes of the messages out. */
interface Wire {
  readonly stream: { cork(): void; uncork(): void };
  parse(message: { name: string; text: string; types: number[] }): void;
  bind(message: { portal: string; statement: string; values: (string | null)[]; binary: boolean }): void;
  describe(message: { type: 'P'; name: string }): void;
  execute(message: { portal: string; rows: number }): void;
  close(message: { type: 'S'; name: string }): void;
  sync(): void;
}

/** Moves a statement to the end of the map, and gives up the one at its beginning when there are too many. */
function keep({ statements, forgotten }: Prepared, name: string, entry: PreparedStatement): void {
  statements.delete(name);
  statements.set(name, entry);
  const [oldest] = statements;
  if (statements.size <= mostPrepared || oldest === undefined) return;
  statements.delete(oldest[0]);
  forgotten.push(oldest[1].serverName);
}

function preparedOf(connection: Connection): Prepared {
  const known = preparedOn.get(connection) ?? { statements: new Map(), forgotten: [] };
  preparedOn.set(connection, known);
  return known;
}

function nextName(statement: Statement): string {
  if (statement.name === undefined) return '';
  serverNames += 1;
  return `${statement.name}_${serverNames}`;
}
