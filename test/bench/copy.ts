// COPY … FROM STDIN over a connection of `pg`; assumes rows that fit into memory.
import type pg from 'pg';

export type CopyValue = string | number | boolean | null | undefined;

/** Sends the rows of one table in one COPY. */
export async function copyInto(client: pg.ClientBase, table: string, columns: readonly string[], rows: readonly (readonly CopyValue[])[]): Promise<void> {
  if (rows.length === 0) return;
  const data = Buffer.from(rows.map((row) => `${row.map(field).join('\t')}\n`).join(''));
  await new Promise<void>((resolve, reject) => {
    client.query(new CopyIn(`copy ${table} (${columns.join(', ')}) from stdin`, data, resolve, reject));
  });
}

function field(value: CopyValue): string {
  if (value === null || value === undefined) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  return String(value).replace(/[\\\t\n\r]/g, (character) => `\\${{ '\\': '\\', '\t': 't', '\n': 'n', '\r': 'r' }[character] ?? ''}`);
}

/** The part of pg's connection that COPY needs. */
interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** What `pg` calls while the answers arrive. */
class CopyIn implements pg.Submittable {
  readonly #text: string;
  readonly #data: Buffer;
  readonly #resolve: () => void;
  readonly #reject: (error: unknown) => void;

  constructor(text: string, data: Buffer, resolve: () => void, reject: (error: unknown) => void) {
    this.#text = text;
    this.#data = data;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  submit(connection: pg.Connection): void {
    (connection as unknown as Wire).query(this.#text);
  }

  handleCopyInResponse(connection: unknown): void {
    (connection as Wire).sendCopyFromChunk(this.#data);
    (connection as Wire).endCopyFrom();
  }

  handleError(error: Error): void {
    this.#reject(error);
  }

  handleCommandComplete(): void {
    // The end of the exchange follows.
  }

  handleReadyForQuery(): void {
    this.#resolve();
  }
}
