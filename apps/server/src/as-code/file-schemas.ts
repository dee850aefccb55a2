import { FILE_SCHEMAS, type FileNoun, type JsonSchema, type StepType, toJsonSchema } from '@pelton/contract';

/**
 * The JSON Schema of a noun's files, from the contract's own. For a pipeline it knows the parameters of each kind of step,
 * so that an editor completes them.
 */
export function fileSchema(noun: FileNoun, types: readonly StepType[], server: string): JsonSchema {
  const schema = { ...toJsonSchema(FILE_SCHEMAS[noun]), $id: `${server}/schema/${noun}.json` };
  return noun === 'pipeline' ? withSteps(schema, types) : schema;
}

function withSteps(schema: JsonSchema, types: readonly StepType[]): JsonSchema {
  const copy = structuredClone(schema) as unknown as WithSteps; // a graph has steps
  const { items } = copy.properties.steps;
  items.properties['uses'] = { anyOf: [{ enum: types.map(({ uses }) => uses) }, { type: 'string', minLength: 1 }] };
  items.allOf = types.map(({ uses, params }) => {
    const { $defs, ...form } = withOwnNames(params, uses.replace('/', '.'));
    Object.assign((copy.$defs ??= {}), $defs);
    return {
      if: { properties: { uses: { const: uses } }, required: ['uses'] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema; nobody awaits it
      then: { properties: { with: { ...form, title: `Parameters of ${uses}` } } },
    };
  });
  return copy as unknown as JsonSchema;
}

interface WithSteps {
  $defs?: Record<string, unknown>;
  properties: { steps: { items: { properties: Record<string, unknown>; allOf?: unknown[] } } };
}

/** A form's own definitions move to the root of the schema, where forms of other steps have theirs. */
function withOwnNames(form: JsonSchema, prefix: string): JsonSchema {
  const text = JSON.stringify(form).replaceAll('"#/$defs/', `"#/$defs/${prefix}.`);
  const { $schema: _root, $defs, ...renamed } = JSON.parse(text) as JsonSchema; // JSON as it was
  const own = Object.entries(($defs ?? {}) as JsonSchema).map(([name, part]) => [`${prefix}.${name}`, part] as const); // an object by the rules of JSON Schema
  return own.length > 0 ? { ...renamed, $defs: Object.fromEntries(own) } : renamed;
}
