import { type JsonSchema, nameField } from '@pelton/contract';
import type { AnyStepKind } from './step-kind.js';

/**
 * A kind whose errors call its parameters what its form calls them.
 * @param forms further ones whose parameters it reads, such as that of the connection
 */
export function namingFields(kind: AnyStepKind, ...forms: readonly JsonSchema[]): AnyStepKind {
  const named =
    <A extends unknown[], R>(work: (...given: A) => Promise<R>) =>
    async (...given: A): Promise<R> => {
      try {
        return await work(...given);
      } catch (error) {
        throw nameField(error, kind.type.params, ...forms);
      }
    };
  if (kind.kind === 'action')
    return {
      ...kind,
      columns: named((context) => kind.columns(context)),
      run: named((context) => kind.run(context)),
      ...(kind.asQuery && { asQuery: named(async (context) => kind.asQuery?.(context)) }),
    };
  return {
    ...kind,
    compile: named((context) => kind.compile(context)),
    ...(kind.columns && { columns: named(async (context) => (await kind.columns?.(context)) ?? []) }),
  };
}
