import { Body, Controller, Delete, Get, Param, Put } from '@nestjs/common';
import { PinInput, PinSummary, StepPin } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { PinsService } from './pins.service.js';

@ApiTags('pipelines')
@Controller('api/pipelines/:name/pins')
export class PinsController {
  constructor(private readonly pins: PinsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(PinSummary), 'The pinned steps of the draft')
  list(@CurrentActor() { projectId }: Actor, @Param('name') name: string) {
    return this.pins.list(projectId, name);
  }

  @Get(':step')
  @Allow('viewer')
  @Answers(StepPin)
  find(@CurrentActor() { projectId }: Actor, @Param('name') name: string, @Param('step') step: string) {
    return this.pins.find(projectId, name, step);
  }

  @Put(':step')
  @Allow('operator')
  @Answers(StepPin, 'Draft runs take these rows instead of running the step')
  set(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Param('step') step: string,
    @Body({ schema: PinInput }) input: PinInput,
  ) {
    return this.pins.set(actor, name, step, input);
  }

  @Delete(':step')
  @Allow('operator')
  remove(@CurrentActor() { projectId }: Actor, @Param('name') name: string, @Param('step') step: string) {
    return this.pins.remove(projectId, name, step);
  }
}
