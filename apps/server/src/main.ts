import { isAppError } from '@pelton/contract';
import { startServer } from './start-server.js';

try {
  const server = await startServer(process.env);
  console.log(`Pelton is ready at ${server.url}`);
  if (server.setupPath)
    console.log(
      `Nobody can sign in yet. Open this link once to become the first admin:\n  ${server.url}${server.setupPath}`,
    );
  stopOnSignal(server.stop);
} catch (error) {
  // An expected error is for whoever started Pelton; any other is for whoever mends it.
  console.error(isAppError(error) || isKnown(error) ? `Pelton did not start. ${error.message}` : error);
  process.exit(1);
}

/** Ctrl-C reaches a process twice, from the terminal and from the start script, so the handler must bear that. */
function stopOnSignal(stop: () => Promise<void>): void {
  let isStopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      if (isStopping) return;
      isStopping = true;
      stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
  }
}

function isKnown(error: unknown): error is Error {
  return error instanceof Error && error.name === 'EmbeddedError';
}
