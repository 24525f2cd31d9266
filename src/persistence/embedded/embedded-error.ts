// The one error of the embedded PostgreSQL; its message is a single line for the person who started the program.

/** `already-running`: another process holds the data folder; `folder`: it cannot be used; `unsupported`: not on this machine; `failed`: PostgreSQL said no. */
export type EmbeddedFault = 'already-running' | 'folder' | 'unsupported' | 'failed';

export class EmbeddedError extends Error {
  override readonly name = 'EmbeddedError';
  readonly fault: EmbeddedFault;

  constructor(fault: EmbeddedFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

const refusals = new Map([
  ['EACCES', 'this account may not use it'],
  ['EPERM', 'this account may not use it'],
  ['EROFS', 'it is on a read-only file system'],
  ['ENOSPC', 'the disk is full'],
  ['EDQUOT', 'the disk quota is used up'],
  ['ENOTDIR', 'a part of its path is a file'],
  ['EEXIST', 'a file is in its place'],
]);

/** Runs work on the data folder; what the file system refuses there becomes one line that names the folder. */
export async function inFolder<Result>(dataDir: string, work: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const { code = '', path = dataDir, syscall } = error as NodeJS.ErrnoException;
    const refusal = code === 'ENOENT' && syscall === 'mkdir' ? 'it cannot be made there' : refusals.get(code);
    if (error instanceof EmbeddedError || refusal === undefined) throw error;
    const at = path === dataDir ? '' : ` (${path}, ${code})`;
    throw new EmbeddedError('folder', `The data folder ${dataDir} cannot be used: ${refusal}${at}. Mend that, or set DATA_DIR to another folder.`);
  }
}
