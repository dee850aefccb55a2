import { type ErrorEntry } from './error-entry.js';

/** Errors of who may do what. */
export const accessErrors = {
  NOT_SIGNED_IN: { status: 401, text: () => 'You are not signed in. Sign in and try again.' },
  WRONG_PASSWORD: { status: 401, text: () => 'E-mail or password is wrong. Check both and try again.' },
  KEY_UNKNOWN: { status: 401, text: () => 'This API key is not known. Make a new one on the Keys page.' },
  TOO_MANY_TRIES: {
    status: 429,
    text: (f: { minutes: number }) => `Too many wrong passwords. Try again in ${f.minutes} minutes.`,
  },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    text: (f: { origin: string }) =>
      `Pages of ${f.origin} may not use this API key. Add that origin to the key on the Keys page.`,
  },
  NOT_ALLOWED: {
    status: 403,
    text: (f: { needed: string; has: string }) => `This needs the role ${f.needed}; you are ${f.has}. Ask an admin.`,
  },
  KEY_NOT_ALLOWED: {
    status: 403,
    text: (f: { needed: string }) =>
      `This API key lacks the scope ${f.needed}. Make a key with that scope on the Keys page.`,
  },
  CROSS_SITE: { status: 403, text: () => 'The request came from another site and was refused.' },
  SETUP_TOKEN_WRONG: {
    status: 403,
    text: () =>
      'This link is not valid or was used before. Ask an admin for a new one, or restart Pelton to print a new first link.',
  },
} satisfies Record<string, ErrorEntry>;
