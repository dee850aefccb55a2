/** A property as a person reads it: `@product.price` is the price of the product that an event refers to. */
export function valueTitle(name: string): string {
  return name.replace(/^@+/, '');
}
