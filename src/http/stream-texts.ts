// Bodies that come in pieces of text, at the speed of whoever reads them.
import type { RequestVariables } from './request-frame.ts';

/**
 * Asks for the next text only when the client has taken the one before. When the client goes away, the texts end and with them `open`,
 * which they may not have begun to read.
 */
export function streamTexts(texts: AsyncGenerator<string>, breakOff: RequestVariables['breakOff'], open?: AsyncIterableIterator<unknown>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      pull: async (controller) => {
        try {
          let { done, value } = await texts.next();
          while (done !== true && value === '') ({ done, value } = await texts.next());
          if (done === true) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          if (!breakOff(error)) throw error;
          controller.close();
        }
      },
      cancel: async () => {
        await texts.return(undefined);
        await open?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
