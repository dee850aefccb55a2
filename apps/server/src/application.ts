import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppError } from '@pelton/contract';
import type { Config } from './config.js';
import { createApp } from './create-app.js';
import { PublicUrl } from './infra/public-url.js';
import { FirstAdmin } from './members/first-admin.service.js';
import type { RunningServer } from './start-server.js';

/** Builds the application on services that are running, and lets it listen. */
export async function startApplication(config: Config): Promise<RunningServer> {
  const app = await createApp(config);
  await listen(app, config);
  const url = config.publicUrl ?? (await app.getUrl()).replace('[::1]', 'localhost');
  app.get(PublicUrl).listening(url);
  const setupPath = config.role === 'worker' ? undefined : await app.get(FirstAdmin).prepare();
  return { url, setupPath, stop: () => app.close() };
}

async function listen(app: NestExpressApplication, { port, host }: Config): Promise<void> {
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
