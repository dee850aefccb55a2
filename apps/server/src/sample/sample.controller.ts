import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { Instant, SampleState } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { SampleService } from './sample.service.js';

/** `until`: the midnight that the sample's year ends at; the last one when it is left out. */
const SampleInput = z.object({ until: Instant.optional() }).default({});

@ApiTags('sample')
@Controller('api/sample')
export class SampleController {
  constructor(private readonly sample: SampleService) {}

  @Get()
  @Allow('viewer')
  @Answers(SampleState)
  state() {
    return this.sample.state();
  }

  @Post()
  @HttpCode(202)
  @Allow('admin')
  @Answers(SampleState)
  open(@CurrentActor() actor: Actor, @Body({ schema: SampleInput }) { until }: z.infer<typeof SampleInput>) {
    return this.sample.open(actor, until);
  }
}
