import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { CronTimes, ScheduleTimes } from '@pelton/contract';
import { Allow, Answers } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { nextTimes } from './schedule.js';

const SHOWN_TIMES = 5;

@ApiTags('schedules')
@Controller('api/schedules')
export class SchedulesController {
  @Post('times')
  @HttpCode(200)
  @Allow('viewer')
  @Answers(ScheduleTimes, 'When a schedule would run next')
  times(@Body({ schema: CronTimes }) times: CronTimes): ScheduleTimes {
    return { times: nextTimes(times, new Date(), SHOWN_TIMES).map((time) => time.toISOString()) };
  }
}
