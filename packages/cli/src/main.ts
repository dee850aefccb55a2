import { Api, RefusedError } from './api.js';
import { applyFiles } from './apply-files.js';
import { exportFiles } from './export-files.js';
import { HELP, readCommand } from './read-command.js';
import { runPipeline } from './run-pipeline.js';

/** What a command ends with: it is done, it failed, or it was refused and nothing happened. */
export type ExitCode = 0 | 1 | 2;

/** Runs one command. @returns the exit code */
export async function main(args: string[], env: NodeJS.ProcessEnv): Promise<ExitCode> {
  try {
    const command = readCommand(args, env);
    if (command.name === 'help') {
      console.log(HELP);
      return 0;
    }
    const api = new Api(command.url, command.key);
    switch (command.name) {
      case 'export':
        return await exportFiles(api, command.folder);
      case 'apply':
        return await applyFiles(api, command);
      case 'run':
        return await runPipeline(api, command);
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return error instanceof RefusedError ? 2 : 1;
  }
}
