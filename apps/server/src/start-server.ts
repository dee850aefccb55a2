import { startServices } from '@pelton/embedded';
import { AppError } from '@pelton/contract';
import { type Config, readConfig } from './config.js';
import { createApp } from './create-app.js';
import { PublicUrl } from './infra/public-url.js';
import { FirstAdmin } from './members/first-admin.service.js';

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
  const services = await startServices({
    dataDir,
    ...given({ mongodbUrl, queueUrl, clickhouseUrl, clickhouseReaderUrl }),
  });
  try {
    const app = await createApp({ ...config, ...given(services) });
    await listen(app, config);
    const url = config.publicUrl ?? (await app.getUrl()).replace('[::1]', 'localhost');
    app.get(PublicUrl).listening(url);
    const setupPath = config.role === 'worker' ? undefined : await app.get(FirstAdmin).prepare();
    return {
      url,
      setupPath,
      async stop() {
        await app.close();
        await services.stop();
      },
    };
  } catch (error) {
    await services.stop();
    throw error;
  }
}

async function listen(app: Awaited<ReturnType<typeof createApp>>, { port, host }: Config): Promise<void> {
  try {
    await app.listen(port, host);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const reason =
      code === 'EADDRINUSE' ? `something else listens on ${port} already` : `this user may not listen on ${port}`;
    throw new AppError('SETTING_WRONG', { name: 'PELTON_PORT', reason, what: 'a free port' }, { cause: error });
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
