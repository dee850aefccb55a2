import { Controller, Get, Header, Param } from '@nestjs/common';
import { AppError, FileNoun, type JsonSchema, type StepType } from '@pelton/contract';
import { Public } from '../common/allow.js';
import { ApiExcludeController } from '../common/described.js';
import { PublicUrl } from '../infra/public-url.js';
import { PluginsService } from '../plugins/plugins.service.js';
import { StepsService } from '../steps/steps.service.js';
import { fileSchema } from './file-schemas.js';

/** JSON Schemas of files. Editors fetch them without a key, so steps of plugins that do not come with Pelton are left out. */
@ApiExcludeController()
@Controller('schema')
export class SchemaController {
  constructor(
    private readonly steps: StepsService,
    private readonly plugins: PluginsService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get(':file')
  @Public()
  @Header('Access-Control-Allow-Origin', '*')
  @Header('Cache-Control', 'public, max-age=300')
  find(@Param('file') file: string): JsonSchema {
    const noun = FileNoun.safeParse(file.replace(/\.json$/, ''));
    if (!noun.success) throw new AppError('NOT_FOUND', { noun: 'schema', name: file });
    return fileSchema(noun.data, this.known(), this.publicUrl.get());
  }

  private known(): StepType[] {
    const foreign = this.plugins.all('connector').filter(({ trust }) => trust !== 'built-in');
    const hidden = new Set(foreign.map(({ spec }) => spec.id));
    return this.steps.types().filter(({ uses }) => !hidden.has(uses.split('/')[0] ?? ''));
  }
}
