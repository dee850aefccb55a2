import { compileExpression, type Variables } from '../aggregate/expression.js';
import { compareStrings, type StringComparison } from '../bson/compare.js';
import { matchedValues } from '../bson/path.js';
import { type BsonDocument, getField, isDocument, isOperatorDocument, isTruthy } from '../bson/value.js';
import { badValue, notSupported } from '../command-error.js';
import { type Collation, stringComparison } from './collation.js';
import { arrayOf, equals, isIn, matches, type Predicate, valueOperators } from './predicates.js';
import { isRegularExpression } from './regular-expression.js';

/** A compiled query. */
export interface Filter {
  readonly test: (document: BsonDocument, variables?: Variables) => boolean;
  /** The top-level fields that the test looks at; undefined when it may look at any. */
  readonly fields: ReadonlySet<string> | undefined;
}

/** What a filter is compiled for. */
export interface FilterOptions {
  readonly collation?: Collation | undefined;
}

type DocumentTest = (document: BsonDocument, variables: Variables) => boolean;

/**
 * Compiles a query to a test with MongoDB's rules for types, missing fields and arrays.
 * @throws BadValue for an unknown operator or a malformed operand
 */
export function compileFilter(query: BsonDocument, options: FilterOptions = {}): Filter {
  const compiler = new FilterCompiler(stringComparison(options.collation));
  const test = compiler.document(query);
  return {
    test: (document, variables = {}) => test(document, variables),
    fields: compiler.usesWholeDocument ? undefined : compiler.fields,
  };
}

const refusedOperators = new Set([
  '$where',
  '$text',
  '$near',
  '$nearSphere',
  '$geoWithin',
  '$geoIntersects',
  '$jsonSchema',
]);

class FilterCompiler {
  readonly fields = new Set<string>();
  usesWholeDocument = false;

  constructor(private readonly strings: StringComparison = compareStrings) {}

  document(query: BsonDocument): DocumentTest {
    const tests = Object.entries(query).flatMap(([key, operand]) => this.topLevel(key, operand) ?? []);
    return every(tests);
  }

  private topLevel(key: string, operand: unknown): DocumentTest | undefined {
    if (!key.startsWith('$')) return this.field(key.split('.'), operand);
    switch (key) {
      case '$and':
        return every(this.branches(key, operand));
      case '$or':
        return some(this.branches(key, operand));
      case '$nor': {
        const any = some(this.branches(key, operand));
        return not(any);
      }
      case '$expr': {
        this.usesWholeDocument = true;
        const evaluate = compileExpression(operand);
        return (document, variables) => isTruthy(evaluate(document, variables));
      }
      case '$comment':
        return undefined;
      default:
        throw refusedOperators.has(key) ? notSupported(key) : badValue(`unknown top level operator: ${key}`);
    }
  }

  private branches(key: string, operand: unknown): DocumentTest[] {
    const branches = arrayOf(operand, key);
    if (branches.length === 0) throw badValue(`${key} must be a nonempty array`);
    return branches.map((branch) => {
      if (!isDocument(branch)) throw badValue(`${key} entries need to be full objects`);
      return this.document(branch);
    });
  }

  private field(path: readonly string[], condition: unknown): DocumentTest {
    this.fields.add(path[0]!);
    const values = at(path);
    if (isRegularExpression(condition)) return values(matches(condition));
    if (!isOperatorDocument(condition)) return values(equals(condition, this.strings));
    const tests = Object.entries(condition).flatMap(([operator, operand]) => {
      if (operator === '$options' && '$regex' in condition) return [];
      return this.operator(path, operator, operand, condition) ?? [];
    });
    return every(tests);
  }

  private operator(
    path: readonly string[],
    operator: string,
    operand: unknown,
    condition: BsonDocument,
  ): DocumentTest | undefined {
    const values = at(path);
    switch (operator) {
      case '$comment':
        return undefined;
      case '$ne':
        return not(values(equals(operand, this.strings)));
      case '$nin':
        return not(values(isIn(operand, this.strings)));
      case '$not':
        return not(this.negated(path, operand));
      case '$exists': {
        const isWanted = isTruthy(operand);
        const exists = values((value) => value !== undefined);
        return isWanted ? exists : not(exists);
      }
      case '$all':
        return this.all(path, arrayOf(operand, operator));
      default:
        return values(this.value(operator, operand, condition));
    }
  }

  private negated(path: readonly string[], operand: unknown): DocumentTest {
    if (!isRegularExpression(operand) && !isOperatorDocument(operand))
      throw badValue('$not needs a regex or a document');
    return this.field(path, operand);
  }

  private all(path: readonly string[], operands: unknown[]): DocumentTest {
    if (operands.length === 0) return () => false;
    const tests = operands.map((each) => {
      if (isRegularExpression(each)) return at(path)(matches(each));
      const isElement = isDocument(each) && Object.hasOwn(each, '$elemMatch');
      return at(path)(isElement ? this.element(each['$elemMatch']) : equals(each, this.strings));
    });
    return every(tests);
  }

  private value(operator: string, operand: unknown, condition: BsonDocument): Predicate {
    if (operator === '$elemMatch') return this.element(operand);
    const compile = Object.hasOwn(valueOperators, operator) ? valueOperators[operator] : undefined;
    if (compile) return compile(operand, this.strings, condition['$options']);
    throw refusedOperators.has(operator) ? notSupported(operator) : badValue(`unknown operator: ${operator}`);
  }

  private element(operand: unknown): Predicate {
    if (!isDocument(operand)) throw badValue('$elemMatch needs an Object');
    const inner = new FilterCompiler(this.strings);
    const [first] = Object.keys(operand);
    const isOfValues = isOperatorDocument(operand) && !['$and', '$or', '$nor', '$expr'].includes(first!);
    if (isOfValues) {
      const test = inner.field(['element'], operand);
      // an element that is an array is compared as one and not searched again
      const wrapped = (element: unknown) => (Array.isArray(element) ? [element] : element);
      return (value) => Array.isArray(value) && value.some((each: unknown) => test({ element: wrapped(each) }, {}));
    }
    const test = inner.document(operand);
    return (value) => Array.isArray(value) && value.some((element) => isDocument(element) && test(element, {}));
  }
}

/** Applies a test to what a document has at a path. */
function at(path: readonly string[]): (test: Predicate) => DocumentTest {
  if (path.length > 1) return (test) => (document) => matchedValues(document, path).some(test);
  const [field] = path;
  return (test) => (document) => test(getField(document, field!));
}

function not(test: DocumentTest): DocumentTest {
  return (document, variables) => !test(document, variables);
}

function every(tests: readonly DocumentTest[]): DocumentTest {
  if (tests.length === 1) return tests[0]!;
  return (document, variables) => tests.every((test) => test(document, variables));
}

function some(tests: readonly DocumentTest[]): DocumentTest {
  return (document, variables) => tests.some((test) => test(document, variables));
}
