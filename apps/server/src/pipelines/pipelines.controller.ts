import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import {
  DraftChange,
  Graph,
  GraphCheck,
  Name,
  Pipeline,
  PipelineFilter,
  PipelineInput,
  PipelineSummary,
  PublishInput,
  StepType,
} from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { StepsService } from '../steps/steps.service.js';
import { PipelinesService } from './pipelines.service.js';

/** Which pipeline a graph is of: only then can it be found that it would call or follow itself. */
const OfPipeline = z.object({ pipeline: Name.optional() });

@ApiTags('pipelines')
@Controller('api')
export class PipelinesController {
  constructor(
    private readonly pipelines: PipelinesService,
    private readonly steps: StepsService,
  ) {}

  @Get('steps')
  @Allow('viewer')
  @Answers(z.array(StepType), 'What the palette offers')
  types() {
    return this.steps.types();
  }

  @Get('pipelines')
  @Allow('viewer')
  @Answers(
    z.array(PipelineSummary),
    'All of them, or those that name `metric/revenue` or the like; the last changed first',
  )
  list(@CurrentActor() actor: Actor, @Query({ schema: PipelineFilter }) filter: PipelineFilter) {
    return this.pipelines.summaries(actor.projectId, filter);
  }

  @Post('pipelines')
  @Allow('operator')
  @Answers(Pipeline)
  create(@CurrentActor() actor: Actor, @Body({ schema: PipelineInput }) input: PipelineInput) {
    return this.pipelines.create(actor, input);
  }

  @Post('pipelines/check')
  @HttpCode(200)
  @Allow('operator')
  @Answers(GraphCheck, 'The columns at every port and all that is wrong, without running anything')
  check(
    @CurrentActor() actor: Actor,
    @Body({ schema: Graph }) graph: Graph,
    @Query({ schema: OfPipeline }) { pipeline }: z.infer<typeof OfPipeline>,
  ) {
    return this.pipelines.check(actor.projectId, graph, pipeline);
  }

  @Get('pipelines/:name')
  @Allow('viewer')
  @Answers(Pipeline)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.pipelines.find(actor.projectId, name);
  }

  @Put('pipelines/:name/draft')
  @Allow('operator')
  @Answers(Pipeline)
  changeDraft(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: DraftChange }) change: DraftChange,
  ) {
    return this.pipelines.changeDraft(actor, name, change);
  }

  @Post('pipelines/:name/publish')
  @HttpCode(200)
  @Allow('operator')
  @Answers(Pipeline)
  publish(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: PublishInput.prefault({}) }) input: PublishInput,
  ) {
    return this.pipelines.publish(actor, name, input);
  }

  @Delete('pipelines/:name')
  @Allow('operator')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.pipelines.remove(actor.projectId, name);
  }
}
