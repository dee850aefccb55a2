import { Controller, Delete, Get, Param, Query } from '@nestjs/common';
import { Dataset, DatasetPreview } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { DatasetsService } from './datasets.service.js';

const Preview = z.object({ limit: z.coerce.number().int().min(1).max(500).default(50) });

@ApiTags('datasets')
@Controller('api/datasets')
export class DatasetsController {
  constructor(private readonly datasets: DatasetsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Dataset))
  list(@CurrentActor() actor: Actor) {
    return this.datasets.list(actor.projectId);
  }

  @Get(':name')
  @Allow('viewer')
  @Answers(Dataset)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.datasets.find(actor.projectId, name);
  }

  @Get(':name/preview')
  @Allow('viewer')
  @Answers(DatasetPreview, 'The first rows')
  preview(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Query({ schema: Preview }) { limit }: z.infer<typeof Preview>,
  ) {
    return this.datasets.preview(actor.projectId, name, limit);
  }

  @Delete(':name')
  @Allow('developer')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.datasets.remove(actor.projectId, name);
  }
}
