import { Aggregator } from 'mingo';
import { type BsonDocument, isDocument } from '../../bson/value.js';
import { badValue } from '../../command-error.js';
import { plainNumbers } from '../library-functions.js';
import { flowOf, gather, type StageFactory } from '../stage.js';

/** Rarer stages that the mingo library does on all documents at once, with plain numbers. */
const names = ['$bucketAuto', '$densify', '$fill', '$redact'];

export const libraryStages: Readonly<Record<string, StageFactory>> = Object.fromEntries(
  names.map((name) => [name, (operand: unknown) => libraryStage(name, operand)]),
);

function libraryStage(name: string, operand: unknown): ReturnType<StageFactory> {
  if (!isDocument(operand)) throw badValue(`${name} needs an object`);
  const aggregator = new Aggregator([{ [name]: operand }], { scriptEnabled: false });
  return async function* (source) {
    const documents = (await gather(source)).map((document) => plainNumbers(document));
    let made: BsonDocument[];
    try {
      made = aggregator.run<BsonDocument>(documents as BsonDocument[]);
    } catch (error) {
      throw badValue(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    yield* flowOf(made);
  };
}
