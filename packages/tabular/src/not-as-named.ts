import { AppError } from '@pelton/sdk';

/** The error for a file that is not what its name or its options say; `reason` completes “it is not a … file:”. */
export function notAsNamed(
  file: { name: string; format: { title: string } },
  reason: string,
  options?: ErrorOptions,
): AppError {
  return new AppError('FILE_NOT_AS_NAMED', { file: file.name, format: file.format.title, reason }, options);
}
