import { AppError } from '@pelton/sdk';

interface Refusal {
  status: number;
  text: string;
}

interface About {
  title: string;
  tab: string | undefined;
  account: string;
}

/**
 * The error for an answer that is a refusal, with what to do. The account's address is no person's, and is what a sheet
 * has to be shared with.
 * @see https://developers.google.com/workspace/sheets/api/troubleshoot-api-errors
 */
export function refusedBy({ status, text }: Refusal, { title, tab, account }: About): AppError {
  if (status === 400 && tab !== undefined && text.includes('Unable to parse range'))
    return new AppError('NOT_FOUND', { noun: 'tab', name: tab });
  return new AppError('CONNECTION_FAILED', { connection: title, reason: `${reasonOf(status, text, account)}.` });
}

function reasonOf(status: number, text: string, account: string): string {
  if (text.includes('invalid_grant'))
    return 'Google does not take the key of the service account. Make a new key, and set the clock of this machine';
  if (/SERVICE_DISABLED|has not been used in project/.test(text))
    return 'the Google Sheets API is switched off in the project of the service account. Enable it there';
  if (status === 401) return 'Google does not take the token. Make a new key of the service account';
  if (status === 403) return `it is not shared with the service account. Share it with ${account} as a viewer`;
  if (status === 404) return 'it is not there. Check the link, and whether it was deleted';
  if (status === 429) return 'it was asked too often for the quota of the project. Sync less often, or ask for more';
  return `it answered ${status}. Try again later`;
}
