/** What a state feels like. */
export type Tone = 'ok' | 'warn' | 'bad' | 'busy' | 'idle';
