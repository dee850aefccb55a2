type Swagger = typeof import('@nestjs/swagger');
type Describe = (target: object, key?: string | symbol, descriptor?: PropertyDescriptor) => void;

const said: ((swagger: Swagger) => void)[] = [];

/** Decorators of Swagger, which say their part once somebody asks for the description of the API: a start need not load it. */
export const ApiTags = (tag: string) => later((swagger) => swagger.ApiTags(tag));
export const ApiExcludeController = () => later((swagger) => swagger.ApiExcludeController());
export const ApiExcludeEndpoint = () => later((swagger) => swagger.ApiExcludeEndpoint());
export const ApiBody = (...options: Parameters<Swagger['ApiBody']>) => later((swagger) => swagger.ApiBody(...options));
export const ApiConsumes = (type: string) => later((swagger) => swagger.ApiConsumes(type));
export const ApiOkResponse = (...options: Parameters<Swagger['ApiOkResponse']>) =>
  later((swagger) => swagger.ApiOkResponse(...options));

/** Lets all that was decorated say its part. */
export function sayAll(swagger: Swagger): void {
  for (const say of said.splice(0)) say(swagger);
}

function later(decoratorOf: (swagger: Swagger) => ClassDecorator | MethodDecorator): Describe {
  return (...decorated) => {
    said.push((swagger) => (decoratorOf(swagger) as Describe)(...decorated)); // each knows what it stands on
  };
}
