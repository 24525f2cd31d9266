// Makes a folder and its missing parents one by one: Node's own recursive way never returns where the system makes none, as in /proc.
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Only the folders that it makes get the mode, whatever the umask; those that exist stay as they are. */
export function makeFolders(path: string, mode: number): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolders(dirname(path), mode);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return;
    throw error;
  }
  chmodSync(path, mode);
}
