/** What core and the process of a foreign plugin say to each other: JSON, one object a message. */
export type ToPlugin =
  | { type: 'load'; entry: string }
  | { type: 'call'; id: number; kind: string; contribution: string; call: string; argument: unknown }
  | { type: 'next'; id: number }
  | { type: 'stop'; id: number };

export type FromPlugin =
  | { type: 'loaded'; contributions: { kind: string; spec: unknown; calls: string[] }[] }
  | { type: 'broken'; reason: string }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'item'; id: number; value: unknown }
  | { type: 'end'; id: number }
  | { type: 'error'; id: number; error: { code: string | undefined; facts: unknown; message: string } };
