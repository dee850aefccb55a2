import { runService } from '../lifecycle/run-service.js';
import { startDocumentServer } from './server.js';

interface DocumentOptions {
  port: number;
  username: string;
  password: string;
}

runService<DocumentOptions>(async (folder, { port, username, password }) => {
  return startDocumentServer({ dataDir: folder, listen: port, username, password });
});
