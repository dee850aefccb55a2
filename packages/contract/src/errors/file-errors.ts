import { type ErrorEntry, list } from './error-entry.js';

/** Errors of files and folders. */
export const fileErrors = {
  FILE_NOT_FOUND: {
    status: 422,
    text: (f: { path: string }) => `The file ${f.path} is not there. Upload it again or correct the path.`,
  },
  FOLDER_NOT_FOUND: {
    status: 422,
    text: (f: { folder: string }) =>
      `The folder ${f.folder} is not there. Make it, or correct the path in the connection.`,
  },
  FILE_NOT_ALLOWED: {
    status: 422,
    text: (f: { path: string; folders: string[] }) =>
      f.folders.length
        ? `${f.path} is outside the folders that an admin allows: ${list(f.folders)}.`
        : `${f.path} cannot be read: no folder is allowed. An admin sets PELTON_FILES to the folders to read from.`,
  },
  FILE_NOT_AS_NAMED: {
    status: 422,
    text: (f: { file: string; format: string; reason: string }) =>
      `${f.file} is not a ${f.format} file: ${f.reason}. Export it again, or choose its real format.`,
  },
  FILE_NOT_WRITABLE: {
    status: 422,
    text: (f: { path: string; folders: string[] }) =>
      f.folders.length
        ? `${f.path} is outside the folders that an admin allows to write to: ${list(f.folders)}.`
        : `${f.path} cannot be written: no folder is allowed. An admin sets PELTON_EXPORTS to the folders to write to.`,
  },
  FILE_CHANGED: {
    status: 409,
    text: (f: { file: string }) => `${f.file} changed while it was read. Try again when it is whole.`,
  },
  FILE_TOO_LARGE: {
    status: 413,
    text: (f: { file: string; limitMb: number }) =>
      `${f.file} is larger than ${f.limitMb} MB. Split it, or put it in an allowed folder and read it from there.`,
  },
} satisfies Record<string, ErrorEntry>;
