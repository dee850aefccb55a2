import { mkdtempSync, rmSync } from 'node:fs';
import { onTestFinished } from 'vitest';

/** A folder with a short path, for sockets in it; removed when the test is over, also when a service that was killed still ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync('/tmp/pe-');
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  return folder;
}
