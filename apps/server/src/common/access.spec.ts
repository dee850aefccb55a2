import 'reflect-metadata';
import { expect, test } from 'vitest';
import { AppModule } from '../app.module.js';
import type { Config } from '../config.js';
import { ACCESS, type Access } from './allow.js';

type Class = new (...dependencies: never[]) => object;

const config = { mongodbUrl: 'mongodb://x', queueUrl: 'redis://x', role: 'all', logLevel: 'silent' } as Config; // nothing connects here
const controllers = (AppModule.for(config).controllers ?? []) as Class[];

const routes = controllers.flatMap((controller) =>
  Object.getOwnPropertyNames(controller.prototype).flatMap((name) => {
    const handler: unknown = Reflect.get(controller.prototype as object, name);
    if (name === 'constructor' || typeof handler !== 'function' || !Reflect.hasMetadata('path', handler)) return [];
    return [
      { route: `${controller.name}.${name}`, access: Reflect.getMetadata(ACCESS, handler) as Access | undefined },
    ];
  }),
);

test('every route says who may call it', () => {
  expect(routes.length).toBeGreaterThan(60);
  expect(routes.filter(({ access }) => access === undefined)).toEqual([]);
});

test('only these routes are open to everybody', () => {
  expect(routes.filter(({ access }) => access?.kind === 'public').map(({ route }) => route)).toEqual([
    'HealthController.health',
    'HooksController.take',
    'SchemaController.find',
    'SessionController.setUpNeeded',
    'SessionController.setUp',
    'SessionController.signIn',
    'TrackingController.open',
    'TrackingController.click',
    'TrackingController.askToUnsubscribe',
    'TrackingController.unsubscribe',
  ]);
});
