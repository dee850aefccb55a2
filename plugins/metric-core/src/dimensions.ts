import { z } from 'zod';

const columnsOfFacts = ['user_id', 'timestamp', 'value', 'denominator'];

/** A parameter that names properties to break down by. @param event the sibling parameter that names the event */
export function dimensionsParam(event: string) {
  const name = z
    .string()
    .trim()
    .min(1)
    .max(200)
    .refine(
      (value) => !columnsOfFacts.includes(value),
      'This name is a column of every metric. Choose another property',
    );
  return z
    .array(name)
    .max(10)
    .refine((names) => new Set(names).size === names.length, 'A property is named twice')
    .default([])
    .meta({
      title: 'Break down by',
      description:
        'Properties by which a page may split the metric, of the event or, with an @, of its user or of an item. Events without one form a group without a name.',
      ui: { widget: 'property', of: event },
    });
}
