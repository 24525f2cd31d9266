// UUIDs that sort by the time they were made (RFC 9562 §5.7), so that new rows go to the end of an index.
import { randomFillSync } from 'node:crypto';

let lastMs = 0;
let counter = 0;

/** A new UUID of version 7; within one process each is greater than the one before. */
export function uuidV7(): string {
  const bytes = randomFillSync(Buffer.allocUnsafe(16));
  const now = Date.now();
  if (now > lastMs) {
    lastMs = now;
    counter = bytes.readUInt16BE(6) & 0x3ff;
  } else if (counter < 0xfff) counter += 1;
  else {
    lastMs += 1;
    counter = 0;
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
