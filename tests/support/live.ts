import type { LiveCall, LiveCalls } from '@pelton/contract';

/** Reads a stream of live calls until there are so many. */
export async function readLive(response: Response, count: number): Promise<LiveCall[]> {
  const calls: LiveCall[] = [];
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      const data = /^data: (.*)$/m.exec(message)?.[1];
      if (data) calls.push(...(JSON.parse(data) as LiveCalls).calls); // typed by the contract
    }
    if (calls.length >= count) break;
  }
  return calls;
}
