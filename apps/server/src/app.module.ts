import { BullModule } from '@nestjs/bullmq';
import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR } from '@nestjs/core';
import { type ModelDefinition, MongooseModule } from '@nestjs/mongoose';
import { LoggerModule } from 'nestjs-pino';
import { AccessGuard } from './common/access.guard.js';
import { ErrorFilter } from './common/error.filter.js';
import { whichRequest } from './common/which-request.js';
import { CONFIG, type Config } from './config.js';
import { HealthController } from './health/health.controller.js';
import { queueConnection } from './infra/queue-connection.js';
import { FirstAdmin } from './members/first-admin.service.js';
import { CONTROLLERS } from './controllers.js';
import { SCHEMAS } from './schemas.js';
import { SERVICES, WORKERS } from './services.js';
import { IdempotencyInterceptor } from './writes/idempotency.interceptor.js';

/** The whole server. A process that is only a worker answers nothing but its health, one that is only an API runs no jobs. */
@Module({})
export class AppModule {
  static for(config: Config): DynamicModule {
    const { mongodbUrl, queueUrl, role } = config;
    if (!mongodbUrl || !queueUrl) throw new Error('Services start before the application');
    return {
      module: AppModule,
      imports: [
        LoggerModule.forRoot({
          pinoHttp: {
            level: config.logLevel,
            autoLogging: false,
            serializers: { req: whichRequest },
          },
        }),
        MongooseModule.forRoot(mongodbUrl, {
          ...(hasNoDatabase(mongodbUrl) && { dbName: 'pelton' }),
          serverSelectionTimeoutMS: 2_000,
          retryAttempts: 2,
          retryDelay: 1_000,
        }),
        MongooseModule.forFeature(
          Object.entries(SCHEMAS).map(([name, schema]) => ({ name, schema }) as ModelDefinition),
        ),
        BullModule.forRoot({ connection: queueConnection(queueUrl) }),
        BullModule.registerQueue({ name: 'steps' }, { name: 'syncs' }),
      ],
      controllers: role === 'worker' ? [HealthController] : CONTROLLERS,
      providers: [
        { provide: CONFIG, useValue: config },
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_INTERCEPTOR, useClass: IdempotencyInterceptor },
        { provide: APP_FILTER, useClass: ErrorFilter },
        ...SERVICES,
        ...(role === 'worker' ? [] : [FirstAdmin]),
        ...(role === 'api' ? [] : WORKERS),
      ],
    };
  }
}

function hasNoDatabase(url: string): boolean {
  return !/^mongodb(\+srv)?:\/\/[^/]+\/[^?]/.test(url);
}
