import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { Connection, ConnectionCheck, ConnectionInput, StreamInfo } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { ConnectionsService } from './connections.service.js';

const CheckInput = ConnectionInput.pick({ kind: true, uses: true, config: true, secrets: true });

@ApiTags('connections')
@Controller('api/connections')
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Connection))
  list(@CurrentActor() actor: Actor) {
    return this.connections.list(actor.projectId);
  }

  @Post()
  @Allow('admin')
  @Answers(Connection)
  create(@CurrentActor() actor: Actor, @Body({ schema: ConnectionInput }) input: ConnectionInput) {
    return this.connections.create(actor.projectId, input);
  }

  @Post('check')
  @Allow('admin')
  @Answers(ConnectionCheck, 'Tries what a form holds, without saving it')
  checkInput(@CurrentActor() actor: Actor, @Body({ schema: CheckInput }) input: z.infer<typeof CheckInput>) {
    return this.connections.checkInput(actor.projectId, input);
  }

  @Get(':name')
  @Allow('viewer')
  @Answers(Connection)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.connections.find(actor.projectId, name);
  }

  @Put(':name')
  @Allow('admin')
  @Answers(Connection)
  update(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: ConnectionInput }) input: ConnectionInput,
  ) {
    return this.connections.update(actor.projectId, name, input);
  }

  @Delete(':name')
  @Allow('admin')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.connections.remove(actor.projectId, name);
  }

  @Post(':name/check')
  @Allow('operator')
  @Answers(ConnectionCheck)
  check(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.connections.check(actor.projectId, name);
  }

  @Get(':name/streams')
  @Allow('operator')
  @Answers(z.array(StreamInfo))
  streams(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.connections.streams(actor.projectId, name);
  }

  @Get(':name/streams/:stream')
  @Allow('operator')
  @Answers(StreamInfo)
  stream(@CurrentActor() actor: Actor, @Param('name') name: string, @Param('stream') stream: string) {
    return this.connections.stream(actor.projectId, name, stream);
  }
}
