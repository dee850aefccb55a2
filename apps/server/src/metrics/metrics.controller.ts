import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Metric, MetricInput, MetricQuery, MetricValues } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { MetricsService } from './metrics.service.js';

@ApiTags('metrics')
@Controller('api/metrics')
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Metric))
  list(@CurrentActor() actor: Actor) {
    return this.metrics.list(actor.projectId);
  }

  @Post()
  @Allow('operator')
  @Answers(Metric)
  create(@CurrentActor() actor: Actor, @Body({ schema: MetricInput }) input: MetricInput) {
    return this.metrics.create(actor, input);
  }

  @Get(':name')
  @Allow('viewer')
  @Answers(Metric)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.metrics.find(actor.projectId, name);
  }

  @Put(':name')
  @Allow('operator')
  @Answers(Metric)
  update(@CurrentActor() actor: Actor, @Param('name') name: string, @Body({ schema: MetricInput }) input: MetricInput) {
    return this.metrics.update(actor, name, input);
  }

  @Delete(':name')
  @Allow('operator')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.metrics.remove(actor.projectId, name);
  }

  @Get(':name/values')
  @Allow('viewer')
  @Answers(MetricValues)
  values(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Query({ schema: MetricQuery }) query: MetricQuery,
  ) {
    return this.metrics.values(actor.projectId, name, query);
  }
}
