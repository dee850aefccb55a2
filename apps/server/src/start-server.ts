import { startServices } from '@pelton/embedded';
import { readConfig } from './config.js';
import { explainUnreachable } from './documents-unreachable.js';

/** A server that listens. */
export interface RunningServer {
  url: string;
  /** Path of the link for the first admin, while nobody can sign in. */
  setupPath: string | undefined;
  stop: () => Promise<void>;
}

/**
 * Starts the services whose URL is not set, then the application on all three.
 * @throws an error with words for whoever starts it: which setting, which service, which port
 */
export async function startServer(environment: Record<string, string | undefined>): Promise<RunningServer> {
  const config = readConfig(environment);
  const { dataDir, mongodbUrl, queueUrl, clickhouseUrl, clickhouseReaderUrl } = config;
  const urls = given({ mongodbUrl, queueUrl, clickhouseUrl, clickhouseReaderUrl });
  // The application's modules take longer to load than the services take to start, so both happen at once.
  const [services, application] = await Promise.all([startServices({ dataDir, ...urls }), import('./application.js')]);
  try {
    const app = await application.startApplication({ ...config, ...given(services) });
    return {
      ...app,
      async stop() {
        await app.stop();
        await services.stop();
      },
    };
  } catch (error) {
    await services.stop();
    throw explainUnreachable(error, config);
  }
}

function given(urls: {
  mongodbUrl?: string | undefined;
  queueUrl?: string | undefined;
  clickhouseUrl?: string | undefined;
  clickhouseReaderUrl?: string | undefined;
}) {
  const { mongodbUrl, queueUrl, clickhouseUrl, clickhouseReaderUrl } = urls;
  return {
    ...(mongodbUrl && { mongodbUrl }),
    ...(queueUrl && { queueUrl }),
    ...(clickhouseUrl && { clickhouseUrl }),
    ...(clickhouseReaderUrl && { clickhouseReaderUrl }),
  };
}
