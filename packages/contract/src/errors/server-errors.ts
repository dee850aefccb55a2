import { type ErrorEntry } from './error-entry.js';

/** Errors of the server, its settings, services and plugins. */
export const serverErrors = {
  SERVICE_DOWN: {
    status: 503,
    text: (f: { service: string; reason: string }) =>
      `The ${f.service} service does not answer: ${f.reason}. Pelton goes on trying.`,
  },
  UNEXPECTED: {
    status: 500,
    text: (f: { id: string }) => `Something went wrong in Pelton. The log has the details under ${f.id}.`,
  },
  SETTING_MISSING: {
    status: 500,
    text: (f: { name: string; what: string }) => `${f.name} is not set. Set it to ${f.what}.`,
  },
  SETTING_WRONG: {
    status: 500,
    text: (f: { name: string; reason: string; what: string }) =>
      `${f.name} is wrong: ${f.reason}. Set it to ${f.what}.`,
  },
  DATA_FOLDER: {
    status: 500,
    text: (f: { folder: string; reason: string }) =>
      `The data folder ${f.folder} cannot be used: ${f.reason}. Set PELTON_DATA to a folder that Pelton may write.`,
  },
  OWN_DOCUMENTS_SILENT: {
    status: 500,
    text: (f: { folder: string; reason: string }) =>
      `Pelton’s own documents service, which keeps its files in ${f.folder}, started but does not answer: ${f.reason}. Start Pelton again when this machine has less to do, or set PELTON_MONGODB_URL to a MongoDB of yours.`,
  },
  CONTRIBUTION_UNKNOWN: {
    status: 422,
    text: (f: { kind: string; id: string }) =>
      `No installed plugin brings the ${f.kind} ${f.id}. Install it on the Plugins page.`,
  },
  PLUGIN_FAILED: {
    status: 502,
    text: (f: { plugin: string; call: string; reason: string }) =>
      `The plugin ${f.plugin} failed in ${f.call}: ${f.reason}`,
  },
} satisfies Record<string, ErrorEntry>;
