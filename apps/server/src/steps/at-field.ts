import { AppError, isAppError } from '@pelton/contract';

/** Tells what the gate refuses at the parameter in which it was written, with the place. @throws PARAM_INVALID */
export async function atField<T>(field: string, admit: () => Promise<T>): Promise<T> {
  try {
    return await admit();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'SQL_REFUSED') throw error;
    const { reason, at } = (error as AppError<'SQL_REFUSED'>).facts; // the code was just compared
    throw new AppError('PARAM_INVALID', { field, reason, ...(at !== undefined && { at }) }, { cause: error });
  }
}
