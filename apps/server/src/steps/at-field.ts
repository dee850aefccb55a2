import { AppError, isAppError, type Sql } from '@pelton/contract';

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

/** Tells what does not fit in a condition at the parameter that holds it, with the name of what is compared. @throws PARAM_INVALID */
export function conditionAt(field: string, compile: () => Sql): Sql {
  try {
    return compile();
  } catch (error) {
    if (!isAppError(error) || error.code !== 'PARAM_INVALID') throw error;
    const { field: compared, reason } = (error as AppError<'PARAM_INVALID'>).facts; // the code was just compared
    if (compared === field) throw error;
    throw new AppError('PARAM_INVALID', { field, reason: `${compared} ${reason}` }, { cause: error });
  }
}
