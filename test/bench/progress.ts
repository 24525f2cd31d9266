// What the benchmark says while it works, on the error output: a bar where somebody watches, a line for each step where not.

export interface Bar {
  readonly at: (done: number) => void;
  readonly end: () => void;
}

const width = 30;
const everyMs = 100;

export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

export function progressBar(what: string, total: number): Bar {
  const begun = performance.now();
  const seconds = () => ((performance.now() - begun) / 1000).toFixed(1);
  let drawn = 0;
  return {
    at: (done) => {
      if (!process.stderr.isTTY || performance.now() - drawn < everyMs) return;
      drawn = performance.now();
      const full = Math.round((width * done) / Math.max(1, total));
      process.stderr.write(`\r\u001B[K${'█'.repeat(full)}${'░'.repeat(width - full)} ${what} (${seconds()} s)`);
    },
    end: () => {
      if (process.stderr.isTTY) process.stderr.write('\r\u001B[K');
      say(`${what}: ${seconds()} s`);
    },
  };
}
