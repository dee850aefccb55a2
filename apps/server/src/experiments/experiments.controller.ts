import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Description, Experiment, ExperimentInput, ExperimentResults, Instant } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { ExperimentsService } from './experiments.service.js';

const Decision = z.strictObject({ variation: z.string(), note: Description.default('') });
const ResultsQuery = z.object({ asOf: Instant.optional() });

@ApiTags('experiments')
@Controller('api/experiments')
export class ExperimentsController {
  constructor(private readonly experiments: ExperimentsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Experiment))
  list(@CurrentActor() actor: Actor) {
    return this.experiments.list(actor.projectId);
  }

  @Post()
  @Allow('operator')
  @Answers(Experiment)
  create(@CurrentActor() actor: Actor, @Body({ schema: ExperimentInput }) input: ExperimentInput) {
    return this.experiments.create(actor, input);
  }

  @Get(':name')
  @Allow('viewer')
  @Answers(Experiment)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.experiments.find(actor.projectId, name);
  }

  @Put(':name')
  @Allow('operator')
  @Answers(Experiment)
  update(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: ExperimentInput }) input: ExperimentInput,
  ) {
    return this.experiments.update(actor, name, input);
  }

  @Delete(':name')
  @Allow('operator')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.experiments.remove(actor.projectId, name);
  }

  @Get(':name/results')
  @Allow('viewer')
  @Answers(ExperimentResults)
  results(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Query({ schema: ResultsQuery }) { asOf }: z.infer<typeof ResultsQuery>,
  ) {
    return this.experiments.results(actor.projectId, name, asOf ?? new Date().toISOString());
  }

  @Post(':name/decision')
  @Allow('operator')
  @Answers(Experiment)
  decide(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: Decision }) decision: z.infer<typeof Decision>,
  ) {
    return this.experiments.decide(actor, name, decision);
  }
}
