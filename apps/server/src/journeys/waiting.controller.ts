import { Body, Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { HoldInput, Waiting, WaitingPage, WaitingRemoved } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { titleOf } from '../pipelines/graph-structure.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { StepsService } from '../steps/steps.service.js';
import { WaitingService } from './waiting.service.js';

const OfStep = z.object({ step: z.string().optional() });
const UsersPage = Page.extend(OfStep.shape);
const OfUser = OfStep.extend({ user: z.string().optional() });

@ApiTags('pipelines')
@Controller('api/pipelines/:name/waiting')
export class WaitingController {
  constructor(
    private readonly waiting: WaitingService,
    private readonly pipelines: PipelinesService,
    private readonly steps: StepsService,
  ) {}

  @Get()
  @Allow('viewer')
  @Answers(Waiting, 'How many users wait at each step')
  async find(@CurrentActor() { projectId }: Actor, @Param('name') name: string) {
    const { draft, live } = await this.pipelines.find(projectId, name);
    return this.waiting.find(projectId, name, (step) => titleOf(live?.graph ?? draft, step, this.steps));
  }

  @Get('users')
  @Allow('viewer')
  @Answers(WaitingPage, 'Those who go on first come first')
  async list(
    @CurrentActor() { projectId }: Actor,
    @Param('name') pipeline: string,
    @Query({ schema: UsersPage }) { step, search, ...page }: z.infer<typeof UsersPage>,
  ) {
    await this.pipelines.find(projectId, pipeline);
    return this.waiting.list(projectId, { pipeline, stepId: step, search }, page);
  }

  @Put('hold')
  @Allow('operator')
  @Answers(Waiting, 'Holds everybody who waits, or lets them go on')
  async hold(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: HoldInput }) { isHeld }: HoldInput,
  ) {
    await this.pipelines.find(actor.projectId, name);
    await this.waiting.hold(actor.projectId, name, isHeld);
    return this.find(actor, name);
  }

  @Delete()
  @Allow('operator')
  @Answers(WaitingRemoved, 'Takes out who waits; they do not go on')
  async remove(
    @CurrentActor() { projectId }: Actor,
    @Param('name') pipeline: string,
    @Query({ schema: OfUser }) { step, user }: z.infer<typeof OfUser>,
  ) {
    await this.pipelines.find(projectId, pipeline);
    return { pipeline, removed: await this.waiting.remove(projectId, { pipeline, stepId: step, userId: user }) };
  }
}
