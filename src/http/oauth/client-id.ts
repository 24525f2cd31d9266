// The names by which clients log in: the organization and the client in one text, so that no table has to be searched across tenants.

const form = /^[A-Za-z0-9_-]{43}$/;

/** Who a client is. */
export interface NamedClient {
  readonly organizationId: string;
  readonly clientId: string;
}

/** The name of a client. */
export function writeClientId({ organizationId, clientId }: NamedClient): string {
  return Buffer.from(`${organizationId}${clientId}`.replaceAll('-', ''), 'hex').toString('base64url');
}

/** The client of a name; undefined for what is none. */
export function readClientId(text: string): NamedClient | undefined {
  const bytes = form.test(text) ? Buffer.from(text, 'base64url') : Buffer.alloc(0);
  if (bytes.length !== 32 || bytes.toString('base64url') !== text) return undefined;
  return { organizationId: uuidOf(bytes.subarray(0, 16)), clientId: uuidOf(bytes.subarray(16)) };
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
