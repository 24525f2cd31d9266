// The one kind of error that migrating raises by itself; its message is one line for the person who starts the server.

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}
