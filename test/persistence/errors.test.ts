// What counts as a database that is away, and what as a fault of the program that must not hide behind it.
import { Buffer } from 'node:buffer';
import { expect, it } from 'vitest';
import { isUnavailable } from '../../src/persistence/database/errors.ts';

const withCode = (code: string) => Object.assign(new Error('of a socket'), { code });

it.each(['ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'ERR_SOCKET_CLOSED', 'ERR_STREAM_DESTROYED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'ERR_SSL_WRONG_VERSION_NUMBER'])(
  'a connection that failed with %s is unavailable',
  (code) => expect(isUnavailable(withCode(code))).toBe(true),
);

it('a wrong argument to a function of Node is a bug', () => {
  const bug: unknown = (() => {
    try {
      return Buffer.alloc(-1);
    } catch (error) {
      return error;
    }
  })();
  expect(bug).toMatchObject({ code: 'ERR_OUT_OF_RANGE' });
  expect(isUnavailable(bug)).toBe(false);
});
